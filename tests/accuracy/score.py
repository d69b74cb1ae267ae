# SPDX-License-Identifier: GPL-2.0
"""Holds what was named against the truth, packet by packet."""
import collections
import re

import truth

LINE = re.compile(
    r'\[(?P<cpu>\d+)\] ..(?P<context>.)\S*\s+(?P<time>\d+\.\d+): kmon_packet: (?P<dir>in|out) (?P<proto>tcp|udp) '
    r'(?P<src>\S+) > (?P<dst>\S+) len=(?P<len>\d+)(?: flags=(?P<flags>\S*))?.*? '
    r'pid=(?P<pid>-?\d+) comm=(?P<comm>.*) source=(?P<source>[a-z]+) '
    r'shared=(?P<shared>[01]) .* ino=(?P<ino>\d+) netns=(?P<netns>\d+) ')

# The trace has whole microseconds: a record's time is that or up to this later.
TICK = 999
# How long a guest's processor may stand still while another one runs.
STALL = 20 * 10**6

# Sources that say that no owner is named: not an answer, and never a wrong one.
NO_ANSWER = ('unknown', 'fragment')


def time_of(match):
    """ns of the trace clock."""
    seconds, fraction = match['time'].split('.')
    return int(seconds) * 10**9 + int(fraction.ljust(9, '0'))


def is_for_many(address):
    """Whether it is a multicast address, or of the scenarios' broadcasts."""
    return address.startswith(('[ff', '239.')) or '.255:' in address


class Packet:
    """One record, with its two ends as the socket has them.

    Its owner was found before its time was taken, and while one emulated
    processor stood still between the two, others went on. In softirq that was
    after the record before on that processor, mostly of the same packet on its
    way out; in process context it is the sender.
    """

    def __init__(self, match, before):
        time = time_of(match)
        self.earliest, self.latest = time, time + TICK
        if match['context'] in 'shH' and time - before < STALL:
            self.earliest = before
        self.dir, self.proto = match['dir'], match['proto']
        self.src, self.dst = match['src'], match['dst']
        self.local, self.remote = self.src, self.dst
        if self.dir == 'in':
            self.local, self.remote = self.dst, self.src
        self.pid, self.comm = int(match['pid']), match['comm']
        self.source, self.shared = match['source'], match['shared'] == '1'
        self.netns, self.text = match['netns'], match.string.strip()
        self.for_many = self.dir == 'in' and is_for_many(self.dst)
        self.ports = {int(end.rpartition(':')[2]) for end in (self.src, self.dst)}


def packets(lines, ports):
    """The records of packets that have one of the ports at either end."""
    before = collections.Counter()
    for line in lines:
        match = LINE.search(line)
        if match:
            packet = Packet(match, before[match['cpu']])
            before[match['cpu']] = packet.latest - TICK
            if packet.ports & ports:
                yield packet


def names_one_of(told, packet, holds):
    """The hold that is named, by pid and name at that time, or None."""
    for hold in holds:
        if int(hold.who.split('.')[0]) == packet.pid and \
                told.has_comm(hold.who, packet.comm, packet):
            return hold
    return None


def shared_is_right(packet, holds):
    possible = {h.who for h in holds}
    certain = {h.who for h in holds if h.certain(packet)}
    if packet.shared:
        return len(possible) > 1
    return len(certain) < 2 or packet.source == 'sender'


def is_sender(packet, sock, hold):
    """What a process sends is its own: it was in a call that may send."""
    callers = sock.callers(packet)
    if packet.source == 'sender':
        return hold.who in callers
    return packet.proto != 'udp' or not callers or hold.who in callers


def is_right_in(told, packet, sock, holds, present):
    """Whether a record is right if that was the state of the socket."""
    hold = names_one_of(told, packet, holds)
    if not hold or not present:
        return bool(hold)
    if len({h.who for h in holds}) > 1 and packet.dir == 'out' and \
            not is_sender(packet, sock, hold):
        return False
    return shared_is_right(packet, holds)


def is_right(told, packet):
    """Whether what a record says is right."""
    states, socks = told.states(packet)
    if len({h.who for sock in socks for h in sock.possible(packet)}) > 1 and len(socks) > 1:
        # Several receive it; one of them is not its owner.
        return packet.pid == -1 and packet.shared
    if not states:
        return packet.pid == -1 and packet.source in ('none', 'forwarded')
    return any(is_right_in(told, packet, socks[0], *state) for state in states)


def has_process(told, packet):
    """Whether a process owns it."""
    return any(h.who != truth.KERNEL for holds, _ in told.states(packet)[0] for h in holds)


def is_holder(told, packet, pid, comm):
    """Whether that is one of those that own it; that it is shared need not be said."""
    return any(int(h.who.split('.')[0]) == pid and told.has_comm(h.who, comm, packet)
               for holds, _ in told.states(packet)[0] for h in holds)


class Score:
    """Sums: packets, those that got an answer, those that got the right one."""

    def __init__(self):
        self.packets = self.given = self.right = 0
        self.sources = collections.Counter()
        self.wrong = []

    def add(self, told, packet):
        self.packets += 1
        self.sources[packet.source] += 1
        several = packet.source == 'unknown' and packet.shared
        if packet.source in NO_ANSWER and not several:
            self.wrong.append(packet)
            return
        self.given += 1
        if is_right(told, packet):
            self.right += 1
        else:
            self.wrong.append(packet)

    def merge(self, other):
        self.packets += other.packets
        self.given += other.given
        self.right += other.right
        self.sources += other.sources


def explain(told, packet):
    """What was said of a packet, and what should have been."""
    text = packet.text
    states, socks = told.states(packet)
    for holds, present in states:
        names = (f'{h.who} {[c[2] for c in told.comms[h.who]]} {h.h0}-{h.h1} {h.g0}-{h.g1}'
                 for h in holds)
        text += f'\n#   right{"" if present else " (gone)"}: {"; ".join(names)}'
    return text + f'\n#   sockets: {[sock.ino for sock in socks] or "none"}'
