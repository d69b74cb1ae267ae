# SPDX-License-Identifier: GPL-2.0
"""server or client closes first, RST, half-close, FIN retransmitted after exit"""
import time

PORTS = {9000}
NO_FIN = 'nft -f - <<< "table inet lossy { chain in { type filter hook prerouting ' \
         'priority -300; tcp dport 9000 tcp flags & fin == fin drop; }; }"'


def prepare(run):
    run.server = run.actor('server')
    run.client = run.actor('client')
    run.server.do('l = listen(kind, host, 9000)', kind=run.tcp, host=run.host)
    for i in range(5):
        run.client.do(f's{i} = connect(kind, host, 9000)', kind=run.tcp, host=run.host)
        run.server.do(f't{i}, _ = l.accept()')


def traffic(run):
    run.server.do('t0.sendall(bytes(100)); t0.close()')
    run.client.do('drain(s0); s0.close()')
    run.client.do('s1.sendall(bytes(100)); s1.close()')
    run.server.do('drain(t1); t1.close()')
    run.client.do('s2.sendall(bytes(100)); close_hard(s2)')
    run.server.do('t2.close()')
    run.client.do('s3.sendall(bytes(100)); s3.shutdown(socket.SHUT_WR)')
    run.server.do('drain(t3); t3.sendall(bytes(50000)); t3.close()')
    run.client.do('drain(s3); s3.close()')
    # The end of the last one is lost until nobody is there any more.
    run.shell(f"bash -c '{NO_FIN}'")
    run.client.exit()
    time.sleep(1)
    run.shell('nft delete table inet lossy')
    run.server.do('drain(t4); t4.close()')
