# SPDX-License-Identifier: GPL-2.0
"""forwarded traffic through a netns router: no owner there, right owners at both ends"""
PORTS = {9000}
FRESH = (1,)

NETWORK = '''
ip link add left netns one type veth peer name left netns fresh
ip link add right netns two type veth peer name right netns fresh
for end in "one left 1 1" "fresh left 1 254" "fresh right 2 254" "two right 2 1"; do
	set -- $end
	ip -n $1 addr add 10.9.$3.$4/24 dev $2
	ip -n $1 addr add fd09:$3::$4/64 dev $2 nodad
	ip -n $1 link set $2 up
done
ip -n one route add default via 10.9.1.254
ip -n one route add default via fd09:1::254
ip -n two route add default via 10.9.2.254
ip -n two route add default via fd09:2::254
ip netns exec fresh sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
'''


def prepare(run):
    run.add_netns('one')
    run.add_netns('two')
    run.set_up(NETWORK)
    host = '10.9.2.1' if run.family == 4 else 'fd09:2::1'
    run.server = run.actor('server', 'two')
    run.client = run.actor('client', 'one')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=host)
    run.server.do('u = new(kind, host, 9000)', kind=run.udp)
    run.client.do('s = connect(kind, host, 9000)', kind=run.tcp, host=host)
    run.server.do('t, _ = l.accept()')
    run.client.do('c = new(kind)', kind=run.udp)


def traffic(run):
    for _ in range(3):
        run.client.do('s.sendall(bytes(50000))')
        run.server.do('t.sendall(receive(t, 50000))')
        run.client.do('receive(s, 50000)')
        run.client.do('c.sendto(bytes(100), address(host, 9000))')
        run.server.do('data, a = u.recvfrom(1000); u.sendto(data, a)')
        run.client.do('c.recv(1000)')
    run.client.do('s.close()')
    run.server.do('drain(t); t.close()')
