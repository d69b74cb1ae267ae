#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Plays scenarios in the guest and holds kmon against the truth, in TAP.

usage: guest.py [--short] [--peers] [SCENARIO...]     numbers; all without one

Each scenario is played for IPv4 and IPv6, in the initial and in a fresh network
namespace, with the event enabled before and after its sockets are made: eight
runs. The short form has two, with each of these once. Run by guest.sh, which
preloads the witness, src/truth.c. What was counted is left in $OUT, as a line
of JSON for each scenario.
"""
import ctypes
import importlib.util
import itertools
import json
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from functools import partial

import counter
import kmon
import peers
import score
import stage
import truth

HERE = os.path.dirname(os.path.abspath(__file__))
BUFFER_KIB = 8192
SHOWN = 5
QUIET = 0.25
QUIET_MAX = 30


class Run:
    """One play of a scenario: what it may use, and what is found."""

    def __init__(self, suite, scenario, family, fresh, old):
        self.suite, self.scenario = suite, scenario
        self.family, self.fresh, self.old = family, fresh, old
        self.tcp, self.udp = f'tcp{family}', f'udp{family}'
        self.host = '127.0.0.1' if family == 4 else '::1'
        self.any = '0.0.0.0' if family == 4 else '::'
        self.short = suite.short
        self.netns = None
        self.spaces, self.counters, self.undoing = [], [], []
        self.directory = tempfile.mkdtemp()
        self.troupe = stage.Troupe(self.directory)
        self.enabled = False

    def __str__(self):
        return f'IPv{self.family}, {"fresh" if self.fresh else "initial"} netns, ' \
               f'{"older" if self.old else "newer"} sockets'

    def actor(self, name, netns=None):
        """A process, in the run's namespace unless another one is named."""
        return self.troupe.actor(name, netns or self.netns)

    def add_netns(self, name):
        """A namespace of its own, with its loopback up and its packets counted."""
        self.set_up(f'ip netns add {name} && ip -n {name} link set lo up')
        self.spaces.append(name)
        self.count(name)
        return name

    def count(self, netns):
        self.counters.append(counter.Counter(netns, self.scenario.PORTS))

    def shell(self, command, netns=None):
        """Has it done in the run's namespace or another one."""
        inside = netns or self.netns
        enter = ['ip', 'netns', 'exec', inside] if inside else []
        subprocess.run(enter + ['sh', '-c', command], check=True)

    @staticmethod
    def set_up(command):
        """Has it done where all namespaces can be reached, by ip -n."""
        subprocess.run(['sh', '-e', '-c', command], check=True)

    def undo(self, command, netns=None):
        """Has it done when the run is over, before its namespaces go."""
        self.undoing.append(lambda: self.shell(command, netns))

    def witness(self, *argv, **options):
        """Starts a program that is not an actor and whose calls are witnessed too."""
        enter = ['ip', 'netns', 'exec', self.netns] if self.netns else []
        env = f'LD_PRELOAD={os.environ["WITNESS"]}'
        return subprocess.Popen(enter + ['env', env] + list(argv), text=True, **options)

    @staticmethod
    def tool(name):
        """A program of src/, or of the guest tests'."""
        for directory in 'build/accuracy', 'build/test-bin':
            if os.path.exists(f'{directory}/{name}'):
                return os.path.abspath(f'{directory}/{name}')
        raise FileNotFoundError(name)

    def tell(self, line):
        """A line of truth, by somebody who knows."""
        stage.libc.truth_line(line.encode())

    def netns_id(self, netns=None):
        """Its inode number, as in records."""
        netns = netns or self.netns
        path = f'/run/netns/{netns}' if netns else '/proc/self/ns/net'
        return os.stat(path).st_ino

    def counted(self):
        return sum(c.count() for c in self.counters)

    def settle(self):
        """Until no packet has come for a while: late ones belong to the run."""
        deadline = time.monotonic() + QUIET_MAX
        before, now = -1, self.counted()
        while now != before and time.monotonic() < deadline:
            time.sleep(QUIET)
            before, now = now, self.counted()

    def enable(self):
        """From here on, packets are recorded and counted."""
        for count in self.counters:
            count.reset()
        self.suite.instance.enable()
        self.enabled = True

    def play(self):
        if self.fresh:
            self.netns = self.add_netns('fresh')
        else:
            self.count(None)
        if not self.old:
            self.enable()
        self.suite.company.start_run()
        self.scenario.prepare(self)
        if self.old:
            self.settle()
            self.enable()
        self.scenario.traffic(self)
        self.troupe.end()
        self.settle()

    def result(self):
        """The score, how many packets nftables saw, and the first mistakes."""
        total, mistakes = score.Score(), []
        seen = self.counted()
        self.suite.instance.enable(False)
        told = truth.Truth(truth.read_log(self.suite.log))
        packets = list(score.packets(self.suite.instance.lines(), self.scenario.PORTS))
        for packet in packets:
            total.add(told, packet)
        self.suite.company.end_run(packets, partial(score.has_process, told),
                                   partial(score.is_holder, told))
        for packet in total.wrong[:SHOWN]:
            mistakes.append(f'{self}:\n{score.explain(told, packet)}')
        return total, seen, mistakes

    def clean(self):
        for actor in self.troupe.actors:
            if actor.pid:
                os.kill(actor.pid, 9)
        self.suite.instance.enable(False)
        self.suite.instance.clear()
        for undo in self.undoing:
            undo()
        for count in self.counters:
            count.remove()
        for netns in self.spaces:
            subprocess.run(['ip', 'netns', 'del', netns], check=True)
        shutil.rmtree(self.directory)
        ctypes.c_uint64.from_buffer(self.suite.log).value = 0


class Suite:
    """The module, the buffer and the log of truth, for all runs."""

    def __init__(self, short, company):
        self.short = short
        self.company = company
        self.claims = 0
        self.failed = False
        self.instance = kmon.Instance('accuracy', BUFFER_KIB)
        with open(os.environ['TRUTH'], 'r+b') as file:
            self.log = mmap.mmap(file.fileno(), 0)

    def claim(self, good, text):
        self.claims += 1
        self.failed |= not good
        print('ok' if good else 'not ok', self.claims, '-', text, flush=True)

    def runs(self, scenario):
        """Family, freshness and age of each run."""
        every = [getattr(scenario, 'FAMILIES', (4, 6)), getattr(scenario, 'FRESH', (0, 1)),
                 getattr(scenario, 'OLD', (0, 1))]
        if not self.short:
            return list(itertools.product(*every))
        # Each of the values at least once.
        return [tuple(values[i % len(values)] for values in every)
                for i in range(max(len(values) for values in every))]

    def play(self, scenario):
        """All runs of a scenario, and what they claim together."""
        total, counted, lost, mistakes = score.Score(), 0, 0, []
        runs = self.runs(scenario)
        self.company.start_scenario()
        for family, fresh, old in runs:
            run = Run(self, scenario, family, fresh, old)
            try:
                run.play()
                found, seen, wrong = run.result()
            except Exception:
                self.claim(False, f'{scenario.NUMBER} {scenario.__doc__}: {run}')
                print('# ' + traceback.format_exc().replace('\n', '\n# '), flush=True)
                return
            finally:
                run.clean()
            total.merge(found)
            if getattr(scenario, 'UNCOUNTED', False):
                seen = found.packets
            counted += seen
            lost += self.instance.lost()
            mistakes += wrong
            if found.packets != seen:
                mistakes.append(f'{run}: {found.packets} packets in the trace, {seen} by nftables')
        self.report(scenario, runs, total, counted, lost, mistakes)

    def report(self, scenario, runs, total, counted, lost, mistakes):
        reason = getattr(scenario, 'REASON', None)
        precision = 100 * total.right / max(total.given, 1)
        recall = 100 * total.right / max(total.packets, 1)
        good = total.packets > 0 and total.right == total.given and not lost and \
            total.packets == counted and (reason or total.right == total.packets)
        self.claim(good, f'{scenario.NUMBER} {scenario.__doc__}: {len(runs)} runs, '
                   f'{total.packets} packets, {precision:.2f} % precision, {recall:.2f} % recall')
        for text in mistakes[:SHOWN] if not good else []:
            print('# ' + text)
        if lost or total.packets != counted:
            print(f'# in the trace {total.packets}, by nftables {counted}, lost {lost}')
        if os.environ.get('OUT'):
            with open(os.environ['OUT'] + '/results', 'a') as file:
                json.dump({'nr': scenario.NUMBER, 'title': scenario.__doc__, 'reason': reason,
                           'runs': len(runs), 'packets': total.packets, 'counted': counted,
                           'given': total.given, 'right': total.right,
                           'sources': total.sources, 'peers': list(self.company.scores.values()),
                           'peer_names': self.company.names(),
                           'good': bool(good)}, file)
                file.write('\n')


def scenarios(numbers):
    """The files of those numbers, all without one."""
    for name in sorted(os.listdir(f'{HERE}/scenarios')):
        number = name.split('_')[0]
        if not name.endswith('.py') or (numbers and int(number) not in numbers):
            continue
        spec = importlib.util.spec_from_file_location(name[:-3], f'{HERE}/scenarios/{name}')
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.NUMBER = int(number)
        yield module


def main():
    # Programs that are no actors are not witnessed unless they are meant to be.
    os.environ['WITNESS'] = os.environ.pop('LD_PRELOAD')
    words = sys.argv[1:]
    company = peers.Company(peers.EVERYBODY if '--peers' in words else ())
    suite = Suite('--short' in words, company)
    for scenario in scenarios({int(word) for word in words if word.isdigit()}):
        suite.play(scenario)
    company.stop()
    suite.instance.remove()
    print(f'1..{suite.claims}')
    return suite.failed or not suite.claims


if __name__ == '__main__':
    sys.exit(main())
