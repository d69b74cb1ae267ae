# SPDX-License-Identifier: GPL-2.0
"""kernel sockets: "kernel", not the kthread that happened to run"""
PORTS = {9000, 2049, 4789}
FRESH = (1,)
OLD = (0,)

# A tunnel's UDP socket on 127.0.0.1, to which a process sends, and which sends.
TUNNEL = '''
ip -n fresh link add vx type vxlan id 7 local 127.0.0.1 remote 127.0.0.1 dstport 4789 dev lo
ip -n fresh addr add 10.9.0.1/24 dev vx
ip -n fresh link set vx up
ip -n fresh neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev vx
'''


def prepare(run):
    run.set_up(TUNNEL)
    number = run.netns_id()
    for name in '*4:4789 *:0', '*:* *:4789':
        run.tell(f'name kernel udp {number} {name} 0')
    run.tell('have kernel 0.0 0 0')
    run.client = run.actor('client')


def traffic(run):
    # A process's own datagram has its name, and comes in at the kernel's socket.
    for _ in range(5):
        run.client.do("c = new('udp4'); c.sendto(bytes(100), ('127.0.0.1', 4789))")
        run.client.do("c.sendto(bytes(100), ('10.9.0.2', 9000)); c.close()")
