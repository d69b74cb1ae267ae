# SPDX-License-Identifier: GPL-2.0
"""a thread opens, another uses, the leader exits first: the tgid stays right"""
PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.client.do('''
def open_it():
    global s
    s = connect(kind, host, 9000)
t = threading.Thread(target=open_it)
t.start()
t.join()
''', kind=run.tcp, host=run.host)
    run.server.do('t, _ = l.accept()')


def talk(run):
    run.client.do('s.sendall(bytes(100))')
    run.server.do('t.sendall(receive(t, 100))')
    run.client.do('receive(s, 100)')


def traffic(run):
    talk(run)
    run.client.change_thread()
    talk(run)
    run.server.change_thread()
    talk(run)
    run.client.do('threading.Thread(target=s.sendall, args=[bytes(300)]).start()')
    run.server.do('receive(t, 300); t.close()')
    run.client.do('drain(s); s.close()')
