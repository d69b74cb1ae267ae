# SPDX-License-Identifier: GPL-2.0
"""one port number: by TCP and UDP, in two netns, on two addresses"""
PORTS = {9000}
SECOND = {4: '127.0.0.2', 6: 'fd00::2'}


def prepare(run):
    run.shell('ip addr add fd00::2/128 dev lo nodad')
    run.undo('ip addr del fd00::2/128 dev lo')
    run.elsewhere = run.add_netns('elsewhere')
    run.parts = []
    for number, (kind, host, netns) in enumerate([
            (run.tcp, run.host, None), (run.udp, run.host, None),
            (run.tcp, SECOND[run.family], None), (run.udp, SECOND[run.family], None),
            (run.tcp, run.host, run.elsewhere), (run.udp, run.host, run.elsewhere)]):
        server = run.actor(f'server{number}', netns)
        client = run.actor(f'client{number}', netns)
        run.parts.append((kind, host, server, client))
        server.do('s = (listen if "tcp" in kind else new)(kind, host, 9000)',
                  kind=kind, host=host)


def traffic(run):
    for kind, host, server, client in run.parts * 2:
        if 'tcp' in kind:
            client.do('c = connect(kind, host, 9000); c.sendall(bytes(100))',
                      kind=kind, host=host)
            server.do('t, _ = s.accept(); t.sendall(receive(t, 100)); t.close()')
            client.do('drain(c); c.close()')
        else:
            client.do('c = new(kind); c.sendto(bytes(100), address(host, 9000))',
                      kind=kind, host=host)
            server.do('data, a = s.recvfrom(1000); s.sendto(data, a)')
            client.do('c.recv(1000)')
