# SPDX-License-Identifier: GPL-2.0
"""fd inherited over fork + exec; the parent closes; comm changes with exec and prctl"""
PORTS = {9000}


def prepare(run):
    run.parent = run.actor('parent')
    run.peer = run.actor('peer')
    run.peer.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.parent.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.peer.do('t, _ = l.accept()')


def talk(run, who, sock):
    run.peer.do('t.sendall(bytes(100))')
    who.do(f'receive({sock}, 100); {sock}.sendall(bytes(200))')
    run.peer.do('receive(t, 200)')


def traffic(run):
    talk(run, run.parent, 's')
    child = run.parent.fork('child')
    talk(run, child, 's')
    talk(run, run.parent, 's')
    run.parent.do('s.close()')
    talk(run, child, 's')
    child.do("set_name('renamed')")
    talk(run, child, 's')
    child.execute('program', 's')
    talk(run, child, 'kept')
    child.do("set_name('again')")
    talk(run, child, 'kept')
    run.parent.exit()
    talk(run, child, 'kept')
    child.do('kept.close()')
    run.peer.do('drain(t); t.close()')
