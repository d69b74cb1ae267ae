# SPDX-License-Identifier: GPL-2.0
"""TIME_WAIT: a segment that arrives 10 s after both ended"""
import time

PORTS = {9000}


def prepare(run):
    run.sender = run.actor('sender')
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.client.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.server.do('t, _ = l.accept()')


def traffic(run):
    port = run.client.do('s.getsockname()[1]')
    run.server.do('t.close()')
    run.client.do('drain(s); s.close()')
    run.client.exit()
    run.server.exit()
    time.sleep(2 if run.short else 10)
    for flags in 'TCP_ACK', 'TCP_ACK | wire.TCP_FIN', 'TCP_RST':
        run.sender.do(f'wire.arrive(wire.tcp(host, port, host, 9000, wire.{flags}))',
                      host=run.host, port=port)
        run.sender.do(f'wire.arrive(wire.tcp(host, 9000, host, port, wire.{flags}))')
