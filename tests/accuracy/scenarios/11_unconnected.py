# SPDX-License-Identifier: GPL-2.0
"""unconnected UDP server on 0.0.0.0 and [::], dual-stack, v4-mapped peers"""
PORTS = {9000, 9001}


def prepare(run):
    run.server = run.actor('server')
    run.dual = run.actor('dual')
    run.client = run.actor('client')
    run.server.do('u = new(kind, any, 9000, **options)', kind=run.udp, any=run.any,
                  options={'v6only': 1} if run.family == 6 else {})
    run.dual.do("u = new('udp6', '::', 9001, v6only=0)")
    run.client.do('c = new(kind)', kind=run.udp)
    run.client.do("m = new('udp6', v6only=0)")


def talk(run, server, sock, host, port):
    run.client.do(f'{sock}.sendto(bytes(100), address(host, port))', host=host, port=port)
    server.do('data, a = u.recvfrom(1000); u.sendto(data * 2, a)')
    run.client.do(f'{sock}.recvfrom(1000)')


def traffic(run):
    for _ in range(3):
        talk(run, run.server, 'c', run.host, 9000)
        talk(run, run.dual, 'c', run.host, 9001)
        talk(run, run.dual, 'm', '::ffff:127.0.0.1', 9001)
        talk(run, run.dual, 'm', '::1', 9001)
