# SPDX-License-Identifier: GPL-2.0
"""a process writes packets to tun: the stack's answers are not its"""
PORTS = {9000, 9001}
ENDS = {4: ('10.9.0.1', '10.9.0.2'), 6: ('fd09::1', 'fd09::2')}


def prepare(run):
    host, _ = ENDS[run.family]
    run.writer = run.actor('writer')
    run.server = run.actor('server')
    run.set_up('modprobe tun')
    run.writer.do("tun = wire.open_tun('t0')")
    run.shell('ip link set t0 up && ip addr add 10.9.0.1/24 dev t0 && '
              'ip addr add fd09::1/64 dev t0 nodad')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=host)
    run.server.do('u = new(kind, host, 9000)', kind=run.udp)


def write(run, proto, sport, dport, *more):
    host, peer = ENDS[run.family]
    run.writer.do(f'os.write(tun, wire.{proto}(peer, sport, host, dport, *more))',
                  peer=peer, sport=sport, host=host, dport=dport, more=more)


def traffic(run):
    for port in range(20000, 20005):
        # A SYN, answered; an ACK out of nowhere and one to a closed port, refused.
        write(run, 'tcp', port, 9000, 2)
        write(run, 'tcp', port + 100, 9000, 16)
        write(run, 'tcp', port, 9001, 2)
        write(run, 'udp', port, 9000, b'question')
        write(run, 'udp', port, 9001, b'question')
        run.server.do('data, a = u.recvfrom(1000); u.sendto(data, a)')
