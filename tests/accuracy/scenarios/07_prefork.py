# SPDX-License-Identifier: GPL-2.0
"""prefork server: parent listens, 8 children accept"""
PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.workers = [run.server.fork(f'worker{i}') for i in range(8)]


def traffic(run):
    for nr in range(24):
        worker = run.workers[nr % 8]
        # Half of them wait for it; the others come after the first data.
        if nr % 2:
            worker.ask('t, _ = l.accept()')
        run.client.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
        run.client.do('s.sendall(bytes(100))')
        if nr % 2:
            worker.answer()
        else:
            worker.do('t, _ = l.accept()')
        worker.do('receive(t, 100); t.sendall(bytes(200))')
        run.client.do('receive(s, 200); s.sendall(bytes(300))')
        worker.do('receive(t, 300)')
        if nr % 3:
            run.client.do('s.close()')
            worker.do('drain(t); t.close()')
        else:
            worker.do('t.close()')
            run.client.do('drain(s); s.close()')
