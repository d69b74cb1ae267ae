# SPDX-License-Identifier: GPL-2.0
"""packets of a connection nobody has accepted yet: the listener's owner"""
PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.client.do('s0 = connect(kind, host, 9000)', kind=run.tcp, host=run.host)


def traffic(run):
    run.client.do('s0.sendall(bytes(100))')
    for i in range(1, 4):
        run.client.do(f's{i} = connect(kind, host, 9000); s{i}.sendall(bytes(100))',
                      kind=run.tcp, host=run.host)
    run.client.do('s1.close(); close_hard(s2)')
    run.server.do('t0, _ = l.accept()')
    run.client.do('s0.sendall(bytes(200))')
    run.server.do('receive(t0, 300); t0.sendall(bytes(300))')
    run.client.do('receive(s0, 300); s0.close()')
    run.server.do('drain(t0); t0.close()')
    # The last one is never accepted.
    run.server.do('l.close()')
