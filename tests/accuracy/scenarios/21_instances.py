# SPDX-License-Identifier: GPL-2.0
"""events enabled in two instances, one disabled: nothing changes for the other"""
import kmon

PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.client.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.server.do('t, _ = l.accept()')


def talk(run):
    for _ in range(3):
        run.client.do('s.sendall(bytes(100))')
        run.server.do('t.sendall(receive(t, 100))')
        run.client.do('receive(s, 100)')


def traffic(run):
    talk(run)
    other = kmon.Instance('other', 1024)
    for _ in range(3):
        other.enable()
        talk(run)
        run.client.do('v = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
        other.enable(False)
        talk(run)
        run.server.do('w, _ = l.accept(); w.close()')
        run.client.do('drain(v); v.close()')
    other.remove()
    talk(run)
