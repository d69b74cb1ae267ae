# SPDX-License-Identifier: GPL-2.0
"""pid reuse: never the earlier process's name"""
import kmon

PORTS = {9000}


def prepare(run):
    run.server = run.actor('server')
    run.first = run.actor('first')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.first.do('s = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
    run.server.do('t, _ = l.accept()')


def traffic(run):
    for name in 'second', 'third', 'fourth':
        # Its data is still on the way when the next one has its number.
        run.first.do('fill(s)')
        pid = run.first.pid
        run.first.kill()
        kmon.write('/proc/sys/kernel/ns_last_pid', str(pid - 1))
        run.first = run.actor(name)
        assert run.first.pid == pid, 'another process was faster'
        run.first.do('s = connect(kind, host, 9000); s.sendall(bytes(100))',
                     kind=run.tcp, host=run.host)
        run.server.do('drain(t); t.close(); t, _ = l.accept(); receive(t, 100)')
    run.server.do('t.close()')
    run.first.do('drain(s); s.close()')
