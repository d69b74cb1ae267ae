# SPDX-License-Identifier: GPL-2.0
"""The module's side of a run: an instance with the event, and its records."""
import os

TRACING = '/sys/kernel/tracing'
STATS = '/sys/kernel/debug/kmon/stats'


def write(path, text):
    with open(path, 'w') as file:
        file.write(text)


def read(path):
    with open(path) as file:
        return file.read()


def stats():
    """The numbers of kmon/stats by name."""
    return {name: int(value) for name, value in
            (line.split() for line in read(STATS).splitlines())}


class Instance:
    """A buffer of its own, on the clock that the truth is written by."""

    def __init__(self, name, kib):
        self.path = f'{TRACING}/instances/{name}'
        os.mkdir(self.path)
        write(f'{self.path}/trace_clock', 'mono')
        write(f'{self.path}/buffer_size_kb', str(kib))

    def enable(self, on=True):
        write(f'{self.path}/events/kmon/kmon_packet/enable', str(int(on)))

    def clear(self):
        write(f'{self.path}/trace', '')

    def lines(self):
        with open(f'{self.path}/trace', errors='surrogateescape') as file:
            yield from file

    def lost(self):
        """Records that the buffer had no room for."""
        count = 0
        for cpu in range(os.cpu_count()):
            for line in read(f'{self.path}/per_cpu/cpu{cpu}/stats').splitlines():
                name, _, value = line.partition(':')
                if name in ('overrun', 'commit overrun', 'dropped events'):
                    count += int(value)
        return count

    def remove(self):
        self.enable(False)
        os.rmdir(self.path)
