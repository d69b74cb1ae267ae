# SPDX-License-Identifier: GPL-2.0
"""Whose a packet is, by what the processes themselves wrote: see src/truth.c.

A process may be named from the entry of the call that gives it the socket until
the return of the call that gives it up; between the two ends of a handover
either is right. After the last close a connection keeps the name of its last
holder, and before accept it has the listener's.
"""
import collections
import struct

NEVER = float('inf')

KERNEL = '0.0'
NOBODY = '-1.0'


class Hold:
    """One process has one socket: surely from h1 to g0, maybe from h0 to g1."""

    def __init__(self, who, h0, h1):
        self.who, self.h0, self.h1 = who, h0, h1
        self.g0 = self.g1 = NEVER
        self.ending = False

    def possible(self, packet):
        return self.h0 <= packet.latest and packet.earliest <= self.g1

    def certain(self, packet):
        return self.h1 <= packet.earliest and packet.latest <= self.g0


class Sock:
    """A socket: who held it when, who was in a call on it, where it is from."""

    def __init__(self, ino):
        self.ino = ino
        self.holds = []
        self.calls = []
        self.listener = None

    def possible(self, packet):
        return [h for h in self.holds if h.possible(packet)]

    def last_hold(self, who):
        return next((h for h in reversed(self.holds) if h.who == who), None)

    def gone(self, packet):
        """The last holders, where nobody may have had it: all have given it up,
        or it was on its way from one to another."""
        gone = [h for h in self.holds if h.g0 <= packet.latest]
        if any(h.certain(packet) for h in self.holds):
            return []
        end = max((h.g0 for h in gone), default=0)
        return [h for h in gone if h.g1 >= end]

    def is_on_its_way(self, packet):
        """Whether nobody has it now, and somebody will again."""
        return self.gone(packet) and any(h.h1 > packet.earliest for h in self.holds)

    def callers(self, packet):
        """Who may have sent: who was in a call, or in that which closes."""
        inside = self.calls + [(h.g0, h.g1, h.who) for h in self.holds]
        return {who for t0, t1, who in inside
                if t0 <= packet.latest and packet.earliest <= t1}


class Truth:
    """All that was written in one run."""

    def __init__(self, lines):
        self.socks = {}
        self.names = collections.defaultdict(list)
        self.comms = collections.defaultdict(list)
        self.holds_of = collections.defaultdict(list)
        self.who_of = {}
        self.ended = {}
        self.comms[KERNEL] = [(0, 0, 'kernel')]
        self.comms[NOBODY] = [(0, 0, '')]
        # By time of writing, which is that of the last number but for these.
        for line in lines:
            word = line.split(' ')
            getattr(self, 'on_' + word[0])(*word[1:])
        for key, names in list(self.names.items()):
            names[:] = self.births(key, names)

    def sock(self, ino):
        if ino not in self.socks:
            self.socks[ino] = Sock(ino)
        return self.socks[ino]

    def on_have(self, ino, who, t0, t1):
        sock = self.sock(ino)
        hold = sock.last_hold(who)
        if hold and hold.g0 == NEVER:
            return
        if hold and hold.ending and int(t0) == 0:
            # Not closed by exec.
            hold.g0 = hold.g1 = NEVER
            hold.ending = False
            return
        hold = Hold(who, int(t0), int(t1))
        sock.holds.append(hold)
        self.holds_of[who].append(hold)

    def on_gone(self, ino, who, t0, t1):
        hold = self.sock(ino).last_hold(who)
        if hold:
            hold.g0, hold.g1 = int(t0), int(t1)

    def on_from(self, ino, listener):
        self.sock(ino).listener = self.sock(listener)

    def on_name(self, ino, proto, netns, local, remote, t0):
        self.names[netns, proto, local, remote].append((int(t0), self.sock(ino)))

    def on_call(self, ino, who, t0, t1):
        self.sock(ino).calls.append((int(t0), int(t1), who))

    def on_comm(self, who, t0, t1, *name):
        # After exec, since the call; after fork, since that.
        begin = int(t0) or self.ended.get(who, 0)
        self.comms[who].append((begin, int(t1), ' '.join(name)))
        self.who_of[who.split('.')[0]] = who

    def on_end(self, who, t0):
        self.ended[who] = int(t0)
        for hold in self.holds_of[who]:
            if hold.g0 == NEVER:
                hold.g0 = int(t0)
                hold.ending = True

    def on_done(self, who, t1):
        for hold in self.holds_of[who]:
            if hold.g1 == NEVER and hold.g0 != NEVER:
                hold.g1 = int(t1)

    def on_dead(self, pid, t1):
        who = self.who_of.get(pid)
        if who:
            self.on_done(who, t1)

    def on_kill(self, pid, t0):
        who = self.who_of.get(pid)
        if who:
            self.on_end(who, t0)

    def births(self, key, names):
        """When each bearer of a name began to: an accepted one when its peer did."""
        netns, proto, local, remote = key
        peers = self.names.get((netns, proto, remote, local), [])
        found = {}
        for t0, sock in names:
            first = sock.holds[0] if sock.holds else Hold(NOBODY, t0, t0)
            if sock.listener:
                t0 = max((t for t, _ in peers if t <= first.h1), default=0)
            else:
                t0 = max(t0, first.h0)
            found.setdefault(sock.ino, (t0, sock))
        return sorted(found.values(), key=lambda birth: birth[0])

    def find(self, packet):
        """The socket of a packet, or those of a multicast; whether by a full name."""
        local, remote = packet.local, packet.remote
        port = local.rpartition(':')[2]
        yours = '*:' + remote.rpartition(':')[2]
        mine_by_rank = local, f'*{6 if local[0] == "[" else 4}:{port}', f'*:{port}'
        for mine in mine_by_rank:
            names = self.names.get((packet.netns, packet.proto, mine, remote), [])
            alive = [n[1] for n in names if n[0] <= packet.latest]
            if alive:
                return alive if packet.for_many else alive[-1:], True
        for mine, your in [(mine, '*:0') for mine in mine_by_rank] + [('*:*', yours)]:
            names = self.names.get((packet.netns, packet.proto, mine, your), [])
            alive = [n[1] for n in names if n[0] <= packet.latest and
                     (n[1].possible(packet) or n[1].is_on_its_way(packet))]
            if alive:
                return alive, False
        return [], False

    def states(self, packet):
        """What may have been true then: each a list of holds, and whether they
        are present rather than the last ones."""
        socks, full = self.find(packet)
        if not socks:
            return [], socks
        sock = socks[0]
        states = [(sock.possible(packet), True)]
        if sock.listener and packet.earliest <= min((h.h1 for h in sock.holds), default=0):
            states.append((sock.listener.possible(packet), True))
        if full or sock.is_on_its_way(packet):
            states.append((sock.gone(packet), False))
        return [state for state in states if state[0]], socks

    def has_comm(self, who, comm, packet):
        """Whether a process may have had that name."""
        changes = self.comms[who]
        for i, (t0, _, name) in enumerate(changes):
            until = changes[i + 1][1] if i + 1 < len(changes) else NEVER
            if name == comm and t0 <= packet.latest and packet.earliest <= until:
                return True
        return False


def read_log(buf):
    """The lines of a log that truth_log.c wrote."""
    used, = struct.unpack_from('=Q', buf)
    return bytes(buf[8:8 + used]).decode().splitlines()
