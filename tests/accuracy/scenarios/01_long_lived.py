# SPDX-License-Identifier: GPL-2.0
"""one client, one server, long-lived TCP"""
PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.client.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.server.do('t, _ = l.accept()')


def traffic(run):
    for size in 1, 100, 1460, 20000, 60000:
        run.client.do('s.sendall(bytes(size))', size=size)
        run.server.do('receive(t, size)', size=size)
        run.server.do('t.sendall(bytes(size))', size=size)
        run.client.do('receive(s, size)', size=size)
    run.client.do('s.close()')
    run.server.do('drain(t); t.close(); l.close()')
