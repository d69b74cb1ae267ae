# SPDX-License-Identifier: GPL-2.0
"""64 KiB datagrams with fragments, GSO and GRO on veth, VLAN"""
PORTS = {0, 9000}
FRESH = (1,)

NETWORK = '''
ip link add one netns fresh type veth peer name two netns other
ip -n fresh link add link one name one.5 type vlan id 5
ip -n other link add link two name two.5 type vlan id 5
for end in "fresh one 1 1" "other two 1 2" "fresh one.5 2 1" "other two.5 2 2"; do
	set -- $end
	ip -n $1 link set $2 up
	ip -n $1 addr add 10.9.$3.$4/24 dev $2
	ip -n $1 addr add fd09:$3::$4/64 dev $2 nodad
done
ip netns exec fresh ethtool -K one gro on
ip netns exec other ethtool -K two gro on
'''


def prepare(run):
    run.add_netns('other')
    run.set_up(NETWORK)
    run.ends = []
    for number in 1, 2:
        host = f'10.9.{number}.2' if run.family == 4 else f'fd09:{number}::2'
        server = run.actor(f'server{number}', 'other')
        client = run.actor(f'client{number}')
        server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=host)
        server.do('u = new(kind, host, 9000)', kind=run.udp)
        client.do('s = connect(kind, host, 9000)', kind=run.tcp, host=host)
        server.do('t, _ = l.accept()')
        client.do('c = new(kind)', kind=run.udp)
        run.ends.append((server, client))


def traffic(run):
    for server, client in run.ends * 2:
        client.do('c.sendto(bytes(60000), address(host, 9000))')
        server.do('data, a = u.recvfrom(65536); u.sendto(data, a)')
        client.do('c.recv(65536)')
        client.do('s.sendall(bytes(60000))')
        server.do('receive(t, 60000); t.sendall(bytes(60000))')
        client.do('receive(s, 60000)')
