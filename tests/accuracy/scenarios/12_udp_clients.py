# SPDX-License-Identifier: GPL-2.0
"""UDP client that never binds, sendmmsg, connected UDP, IP_PKTINFO"""
PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.clients = {name: run.actor(name) for name in ('unbound', 'many', 'connected', 'info')}
    run.server.do('u = new(kind, any, 9000, v6only=1)' if run.family == 6 else
                  'u = new(kind, any, 9000)', kind=run.udp, any=run.any)
    for client in run.clients.values():
        client.do('c = new(kind, **options)', kind=run.udp,
                  options={'v6only': 1} if run.family == 6 else {})
    run.clients['connected'].do('c.connect(address(host, 9000))', host=run.host)


# IP_PKTINFO and IPV6_PKTINFO.
PKTINFO = {
    4: "c.sendmsg([bytes(100)], [(socket.IPPROTO_IP, 8, "
       "struct.pack('=I4s4s', 0, socket.inet_aton(host), bytes(4)))], 0, (host, 9000))",
    6: "c.sendmsg([bytes(100)], [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, "
       "socket.inet_pton(socket.AF_INET6, host) + bytes(4))], 0, (host, 9000))",
}


def traffic(run):
    run.clients['unbound'].do('c.sendto(bytes(100), address(host, 9000))', host=run.host)
    assert run.clients['many'].do('send_many(c, (host, 9000), range(1, 9))', host=run.host) == 8
    run.clients['connected'].do('c.send(bytes(100)); c.send(bytes(200))')
    run.clients['info'].do(PKTINFO[run.family], host=run.host)
    for _ in range(12):
        run.server.do('data, a = u.recvfrom(1000); u.sendto(data, a)')
    for client, number in ('unbound', 1), ('many', 8), ('connected', 2), ('info', 1):
        run.clients[client].do('for i in range(number): c.recv(1000)', number=number)
