# SPDX-License-Identifier: GPL-2.0
"""fd passed over a UNIX socket; receiver sends"""
PORTS = {9000, 9001}


def prepare(run):
    run.giver = run.actor('giver')
    run.taker = run.actor('taker')
    run.peer = run.actor('peer')
    run.peer.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.giver.do('s = connect(kind, host, 9000); r = connect(kind, host, 9000)',
                 kind=run.tcp, host=run.host)
    run.peer.do('t, _ = l.accept(); v, _ = l.accept()')
    run.giver.do('u = new(kind, host, 9001)', kind=run.udp, host=run.host)
    run.peer.do('w = new(kind, host)', kind=run.udp, host=run.host)


def traffic(run):
    # Both have it, then the receiver alone.
    run.giver.give('s', run.taker)
    run.peer.do('t.sendall(bytes(100))')
    run.giver.do('receive(s, 100)')
    run.taker.take('s')
    for who in run.taker, run.giver, run.taker:
        who.do('s.sendall(bytes(200))')
        run.peer.do('receive(t, 200); t.sendall(bytes(300))')
        who.do('receive(s, 300)')
    run.giver.do('s.close()')
    run.peer.do('t.sendall(bytes(400))')
    run.taker.do('receive(s, 400); s.sendall(bytes(500))')
    run.peer.do('receive(t, 500)')
    # For a while only the message has it.
    run.giver.give('r', run.taker)
    run.giver.do('r.close()')
    run.peer.do('v.sendall(bytes(100))')
    run.taker.take('r')
    run.taker.do('receive(r, 100); r.sendall(bytes(200))')
    run.peer.do('receive(v, 200)')
    # UDP, there and back again.
    run.giver.give('u', run.taker)
    run.taker.take('u')
    for who in run.giver, run.taker:
        run.peer.do('w.sendto(bytes(100), address(host, 9001))', host=run.host)
        who.do('data, a = u.recvfrom(1000); u.sendto(data, a)')
        run.peer.do('w.recv(1000)')
    run.giver.do('u.close()')
    run.peer.do('w.sendto(bytes(100), address(host, 9001))', host=run.host)
    run.taker.give('u', run.giver)
    run.taker.do('u.close()')
    run.giver.take('u')
    run.giver.do('u.sendto(bytes(100), a)')
    run.peer.do('t.close(); v.close()')
    run.taker.do('drain(s); drain(r); s.close(); r.close()')
