# SPDX-License-Identifier: GPL-2.0
"""SYN to a closed port, a datagram to a closed port: "none" where they arrive"""
PORTS = {9000, 9001}


def prepare(run):
    run.client = run.actor('client')
    run.client.do('s = new(kind, host, 9001); u = new(kind.replace("tcp", "udp"), host, 9001)',
                  kind=run.tcp, host=run.host)


ASK = '''
try:
    s.connect(address(host, 9000))
except ConnectionRefusedError:
    refused = True
'''


def traffic(run):
    run.client.do('host = host', host=run.host)
    run.client.do(ASK)
    assert run.client.do('refused')
    run.client.do('u.sendto(bytes(100), address(host, 9000))')
    # A listener that is gone is no better than none.
    run.client.do('l = listen(kind, host, 9000); l.close(); refused = False', kind=run.tcp)
    run.client.do('s = new(kind, host, 9001)')
    run.client.do(ASK)
    assert run.client.do('refused')
