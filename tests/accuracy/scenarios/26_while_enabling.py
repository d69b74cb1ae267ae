# SPDX-License-Identifier: GPL-2.0
"""fds passed between a low and a high pid and sockets being made, during enabling"""
import kmon

PORTS = {9000}
# It is enabled in the middle of it all, so nobody else can count the same packets.
UNCOUNTED = True
REASON = 'a socket that changes hands while the event is being enabled is unknown ' \
         'until its process next sends; never wrong, and counted'
OLD = (0,)
ROUNDS = 25
ROUNDS_SHORT = 5

# A thread that makes sockets all the time: one of them is just being made.
MAKE = '''
def make():
    while making:
        sock = new(kind)
        sock.sendto(b'x', address(host, 9000))
        sock.close()
        time.sleep(0.002)
making = True
threading.Thread(target=make, daemon=True).start()
'''


def prepare(run):
    run.low = run.actor('low')
    kmon.write('/proc/sys/kernel/ns_last_pid', '30000')
    run.high = run.actor('high')
    kmon.write('/proc/sys/kernel/ns_last_pid', str(run.low.pid + 100))
    run.maker = run.actor('maker')
    run.server = run.actor('server')
    run.server.do('l = listen(kind, host, 9000); u = new(other, host, 9000); u.setblocking(False)',
                  kind=run.tcp, other=run.udp, host=run.host)
    run.maker.do(MAKE, kind=run.udp, host=run.host)


# Hands the connection over and back again, as often as there is time for.
HAND_ON = '''
for i in range(20):
    send_fd(me.mailbox, path, s)
    s.close()
    s = take_fd(me.mailbox)
'''
HAND_BACK = '''
for i in range(20):
    r = take_fd(me.mailbox)
    send_fd(me.mailbox, path, r)
    r.close()
'''


def traffic(run):
    path = run.troupe.path
    for _ in range(ROUNDS_SHORT if run.short else ROUNDS):
        run.suite.instance.enable(False)
        run.low.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
        run.server.do('t, _ = l.accept()')
        run.high.ask(HAND_BACK, path=path('low', 'sock'))
        run.low.ask(HAND_ON, path=path('high', 'sock'))
        run.suite.instance.enable()
        run.low.answer()
        run.high.answer()
        run.server.do('t.sendall(bytes(100))')
        # With its next call each is known, and stays so.
        run.low.do('receive(s, 100); s.sendall(bytes(200))')
        run.server.do('receive(t, 200); t.sendall(bytes(300))')
        unknown = kmon.stats()['source_unknown']
        run.server.do('t.sendall(bytes(100))')
        run.low.do('receive(s, 400); s.sendall(bytes(200))')
        run.server.do('receive(t, 200); t.close()')
        run.low.do('drain(s); s.close()')
        assert kmon.stats()['source_unknown'] == unknown, 'unknown after a call'
    run.maker.do('making = False')
