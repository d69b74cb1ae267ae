# SPDX-License-Identifier: GPL-2.0
"""process killed by SIGKILL with data in flight: late segments keep its name"""
PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.client.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.server.do('t, _ = l.accept()')


def traffic(run):
    run.client.do('fill(s)')
    run.client.kill()
    # Another process, which could be taken for it.
    run.actor('other').do('s = new(kind); s.connect(address(host, 9000))',
                          kind=run.tcp, host=run.host)
    run.server.do('drain(t); t.close()')
