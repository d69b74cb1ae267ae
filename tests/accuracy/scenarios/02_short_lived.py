# SPDX-License-Identifier: GPL-2.0
"""10,000 short-lived clients, a server that forks a child per connection"""
import os

PORTS = {9000}
# Of all eight runs together; each has a client a connection.
CLIENTS = 1250
CLIENTS_SHORT = 250


def prepare(run):
    number = CLIENTS_SHORT if run.short else CLIENTS
    run.server = run.witness(run.tool('brief'), 'serve', str(number), run.host, '9000',
                             stdout=-1)
    run.server.stdout.readline()


def traffic(run):
    number = CLIENTS_SHORT if run.short else CLIENTS
    client = run.witness(run.tool('brief'), 'connect', str(number), run.host, '9000')
    assert client.wait(120) == 0 and run.server.wait(120) == 0
