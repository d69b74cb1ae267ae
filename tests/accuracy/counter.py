# SPDX-License-Identifier: GPL-2.0
"""Counts a scenario's packets without kmon: by nftables, at the same two hooks."""
import json
import subprocess

# The last on the way in and the first on the way out, next to kmon's own.
RULES = '''
table inet accuracy {{
	chain in {{
		type filter hook input priority 2147483646;
		{fragments}
		meta l4proto {{ tcp, udp }} th dport {{ {ports} }} counter accept
		meta l4proto {{ tcp, udp }} th sport {{ {ports} }} counter accept
	}}
	chain out {{
		type filter hook output priority -2147483647;
		meta l4proto {{ tcp, udp }} th dport {{ {ports} }} counter accept
		meta l4proto {{ tcp, udp }} th sport {{ {ports} }} counter accept
	}}
}}
'''

# Port 0 stands for later fragments, which have none.
FRAGMENTS = 'frag frag-off != 0 counter accept'


class Counter:
    """The counters of one network namespace, None for the initial one."""

    def __init__(self, netns, ports):
        self.enter = ['ip', 'netns', 'exec', netns] if netns else []
        fragments = FRAGMENTS if 0 in ports else ''
        ports = ', '.join(str(port) for port in sorted(ports) if port)
        self.base = 0
        self.nft(['-f', '-'], RULES.format(ports=ports, fragments=fragments))

    def nft(self, args, text=None):
        return subprocess.run(self.enter + ['nft'] + args, input=text, check=True,
                              capture_output=True, text=True).stdout

    def count(self):
        """Packets since the last reset."""
        found = json.loads(self.nft(['-j', 'list', 'table', 'inet', 'accuracy']))
        return sum(part['counter']['packets']
                   for entry in found['nftables'] if 'rule' in entry
                   for part in entry['rule']['expr'] if 'counter' in part) - self.base

    def reset(self):
        self.base += self.count()

    def remove(self):
        self.nft(['delete', 'table', 'inet', 'accuracy'])
