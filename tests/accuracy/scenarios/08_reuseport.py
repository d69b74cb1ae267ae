# SPDX-License-Identifier: GPL-2.0
"""SO_REUSEPORT: 4 processes on one port, TCP and UDP: the one that receives it"""
PORTS = {9000}
CLIENTS = 16


def prepare(run):
    run.client = run.actor('client')
    run.servers = [run.actor(f'server{i}') for i in range(4)]
    for server in run.servers:
        server.do('l = listen(kind, host, 9000, reuseport=1); l.setblocking(False)',
                  kind=run.tcp, host=run.host)
        server.do('u = new(kind, host, 9000, reuseport=1); u.setblocking(False)',
                  kind=run.udp, host=run.host)


ACCEPT = '''
try:
    while True:
        got.append(l.accept()[0])
except BlockingIOError:
    pass
'''
RECEIVE = '''
try:
    while True:
        data, peer = u.recvfrom(1000)
        u.sendto(data, peer)
        got.append(peer)
except BlockingIOError:
    pass
'''


def traffic(run):
    run.client.do('s = [connect(kind, host, 9000) for i in range(number)]',
                  kind=run.tcp, host=run.host, number=CLIENTS)
    run.client.do('for c in s: c.sendall(bytes(100))')
    for server in run.servers:
        server.do('got = []')
        server.do(ACCEPT)
        server.do('for t in got: t.setblocking(True); t.sendall(receive(t, 100)); t.close()')
    run.client.do('for c in s: drain(c); c.close()')
    run.client.do('u = [new(kind) for i in range(number)]', kind=run.udp)
    for _ in range(3):
        run.client.do('for c in u: c.sendto(bytes(100), address(host, 9000))')
        for server in run.servers:
            server.do(RECEIVE)
    had = sum(bool(server.do('len(got)')) for server in run.servers)
    assert had > 1, 'one of the four had all'
