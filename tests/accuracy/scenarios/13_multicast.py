# SPDX-License-Identifier: GPL-2.0
"""multicast and broadcast receivers: every receiving socket or an honest "several\""""
PORTS = {9000}
GROUP = {4: '239.1.2.3', 6: 'ff05::1:3'}


def prepare(run):
    run.shell('ip link add m0 type dummy && ip link set m0 up multicast on && '
              'ip addr add 10.9.0.1/24 dev m0 && ip addr add fd09::1/64 dev m0 nodad && '
              'ip -6 route add multicast ff05::/16 dev m0 table local')
    run.undo('ip link del m0')
    run.sender = run.actor('sender')
    run.ones = [run.actor(f'receiver{i}') for i in range(3)]
    run.other = run.actor('other')
    for who in run.ones + [run.other]:
        who.do('u = new(kind, any, 9000, **options)', kind=run.udp, any=run.any,
               options={'v6only': 1} if run.family == 6 else {})
    # Not a member: of what is for the group it gets nothing.
    run.other.do('u.setsockopt(*option)', option=NOT_ALL[run.family])
    join(run, run.ones[0])
    run.sender.do("c = new(kind, broadcast=1)", kind=run.udp)


NOT_ALL = {4: (0, 49, 0), 6: (41, 29, 0)}


def join(run, who):
    if run.family == 4:
        who.do("u.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, "
               "socket.inet_aton(group) + socket.inet_aton('10.9.0.1'))", group=GROUP[4])
    else:
        who.do("u.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, "
               "socket.inet_pton(socket.AF_INET6, group) + "
               "struct.pack('=I', socket.if_nametoindex('m0')))", group=GROUP[6])
    who.do('u.setsockopt(*option)', option=NOT_ALL[run.family])


def send(run, to, receivers):
    # A port of its own tells this datagram from others.
    run.sender.do('c = new(kind, broadcast=1)', kind=run.udp)
    if run.family == 4:
        run.sender.do("c.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, "
                      "socket.inet_aton('10.9.0.1'))")
    else:
        run.sender.do("c.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, "
                      "socket.if_nametoindex('m0'))")
    run.sender.do('c.sendto(bytes(100), address(to, 9000))', to=to)
    for who in receivers:
        who.do('u.recvfrom(1000)')


def traffic(run):
    for who in run.ones[1:]:
        who.do('u.setsockopt(*option)', option=NOT_ALL[run.family])
    send(run, GROUP[run.family], run.ones[:1])
    join(run, run.ones[1])
    join(run, run.ones[2])
    send(run, GROUP[run.family], run.ones)
    if run.family == 4:
        send(run, '10.9.0.255', run.ones + [run.other])
        for who in run.ones[1:] + [run.other]:
            who.do('u.close()')
        send(run, '10.9.0.255', run.ones[:1])
