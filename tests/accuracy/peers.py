# SPDX-License-Identifier: GPL-2.0
"""Others who watch the same runs, and what they say of the same packets.

Each gets the benefit of the doubt: what it said of two ends counts as its answer
for all packets between them, also for those before it spoke, and for shared
sockets any holder is right. Packets that have no owner are left out, as nobody
else says that there is none.
"""
import bisect
import collections
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

# Who runs, where kmon's hooks are.
BPFTRACE = '''
kprobe:{out} {{
	$skb = (struct sk_buff *)arg2;
	$ip = $skb->head + $skb->network_header;
	$ports = (uint16 *)($ip + {size});
	printf("%llu out %d {addresses} %d %d %s\\n", nsecs, pid, {ends},
		bswap(*$ports), bswap(*($ports + 1)), comm);
}}
kprobe:{into} {{
	$skb = (struct sk_buff *)arg0;
	$ip = $skb->head + $skb->network_header;
	$ports = (uint16 *)($ip + {size});
	printf("%llu in %d {addresses} %d %d %s\\n", nsecs, pid, {ends},
		bswap(*$ports), bswap(*($ports + 1)), comm);
}}
'''
IPV4 = dict(out='__ip_local_out', into='ip_local_deliver', size=20, addresses='%s %s',
            ends='ntop(*(uint32 *)($ip + 12)), ntop(*(uint32 *)($ip + 16))')
IPV6 = dict(out='__ip6_local_out', into='ip6_input', size=40, addresses='%s %s',
            ends='ntop(((struct ipv6hdr *)$ip)->saddr.in6_u.u6_addr8), '
                 'ntop(((struct ipv6hdr *)$ip)->daddr.in6_u.u6_addr8)')


def end(host, port):
    """As records have it."""
    host = re.sub('^::ffff:', '', host)
    return f'[{host}]:{port}' if ':' in host else f'{host}:{port}'


class Peer:
    """One of them: a process that prints, and how its lines are read."""

    def __init__(self):
        self.output = tempfile.TemporaryFile('w+', errors='replace')
        self.process = subprocess.Popen(self.command(), stdout=self.output,
                                        stderr=subprocess.DEVNULL)
        self.said = {}
        self.begin = 0

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def start_run(self):
        self.begin = os.fstat(self.output.fileno()).st_size

    def end_run(self):
        """What it has printed in this run, by the ends and in order of time."""
        said = collections.defaultdict(list)
        self.output.seek(self.begin)
        for line in self.output.read().splitlines():
            for key, when, pid, comm in self.hear(line):
                said[key].append((when, int(pid), comm))
        self.said = {key: sorted(lines) for key, lines in said.items()}

    def answer(self, packet):
        """The pid and name that it said: the last before, else the first after."""
        any_local = '*:' + packet.local.rpartition(':')[2]
        for key in ((packet.dir, packet.local, packet.remote),
                    (packet.local, packet.remote), (packet.local, '*:*'), (any_local, '*:*')):
            said = self.said.get(key)
            if said:
                i = bisect.bisect_right(said, (packet.latest, 1 << 31, ''))
                return said[max(i - 1, 0)][1:]
        return None


class Polled(Peer):
    """ss -p in all namespaces, again and again; its text with times between."""

    name = 'ss -p'
    LINE = re.compile(r'^(?P<proto>tcp|udp)\s+\S+\s+\d+\s+\d+\s+(?P<local>\S+)\s+'
                      r'(?P<remote>\S+)\s+users:\(\("(?P<comm>.*?)",pid=(?P<pid>\d+)')
    when = 0

    def command(self):
        return [sys.executable, __file__]

    @staticmethod
    def poll():
        """What the process does."""
        while True:
            for netns in [None] + os.listdir('/run/netns'):
                enter = ['ip', 'netns', 'exec', netns] if netns else []
                print(f'at {time.monotonic_ns()}', flush=True)
                subprocess.run(enter + ['ss', '-Htunap'], check=False)
            time.sleep(0.1)

    @staticmethod
    def end(text):
        host, _, port = re.sub(r'%[^:\]]*', '', text).rpartition(':')
        host = re.sub(r'^\[::ffff:(.*)\]$', r'\1', host)
        return f'{"*" if host in ("0.0.0.0", "[::]", "*") else host}:{port}'

    def hear(self, line):
        match = self.LINE.search(line)
        if line.startswith('at '):
            self.when = int(line[3:])
        elif match:
            yield (self.end(match['local']), self.end(match['remote'])), self.when, \
                match['pid'], match['comm']


class Current(Peer):
    """bpftrace, with the pid that runs where the hooks are."""

    name = 'bpftrace pid'

    def command(self):
        return ['bpftrace', '-B', 'line', '-e',
                BPFTRACE.format(**IPV4) + BPFTRACE.format(**IPV6)]

    def hear(self, line):
        word = line.split(' ', 7)
        if len(word) == 8 and word[1] in ('in', 'out'):
            src, dst = end(word[3], word[5]), end(word[4], word[6])
            local, remote = (src, dst) if word[1] == 'out' else (dst, src)
            yield (word[1], local, remote), int(word[0]), word[2], word[7]


class Lives(Peer):
    """tcplife of libbpf-tools: a line when a connection ends."""

    name = 'tcplife'

    def command(self):
        return ['stdbuf', '-oL', 'tcplife', '-w']

    def hear(self, line):
        match = re.match(r'\s*(\d+)\s+(.*?)\s+([46]\s+)?(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+[\d.]+\s+'
                         r'[\d.]+\s+[\d.]+\s*$', line)
        if match:
            pid, comm, _, laddr, lport, raddr, rport = match.groups()
            yield (end(laddr, lport), end(raddr, rport)), 0, pid, comm


class Calls(Peer):
    """tcptracer of libbpf-tools: connect, accept and close."""

    name = 'tcptracer'

    def command(self):
        return ['stdbuf', '-oL', 'tcptracer']

    def hear(self, line):
        match = re.match(r'\s*([CAX])\s+(\d+)\s+(.*?)\s+[46]\s+(\S+)\s+(\S+)\s+(\d+)\s+(\d+)\s*$',
                         line)
        if match:
            _, pid, comm, saddr, daddr, sport, dport = match.groups()
            yield (end(saddr, sport), end(daddr, dport)), 0, pid, comm


EVERYBODY = (Polled, Current, Lives, Calls)


class Company:
    """All of them, beside one run after the other."""

    def __init__(self, classes):
        self.peers = [cls() for cls in classes]
        self.scores = {}

    def names(self):
        return [peer.name for peer in self.peers]

    def start_scenario(self):
        self.scores = {peer.name: [0, 0, 0] for peer in self.peers}

    def start_run(self):
        for peer in self.peers:
            peer.start_run()

    def end_run(self, packets, has_owner, is_right):
        """Adds up what they said of packets that have an owner."""
        for peer in self.peers:
            peer.end_run()
            score = self.scores[peer.name]
            for packet in filter(has_owner, packets):
                answer = peer.answer(packet)
                score[0] += bool(answer) and is_right(packet, *answer)
                score[1] += bool(answer)
                score[2] += 1

    def stop(self):
        for peer in self.peers:
            peer.stop()


if __name__ == '__main__':
    Polled.poll()
