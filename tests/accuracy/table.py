#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The table of the accuracy suite, from what guest.py left.

usage: table.py [--readme FILE] RESULTS

Without --readme it is printed; with it, it takes the place of what is between
the two markers in FILE.
"""
import json
import sys

BEGIN = '<!-- accuracy: written by make accuracy -->'
END = '<!-- /accuracy -->'


def percent(right, of):
    return f'{100 * right / of:.2f}' if of else '-'


def row(result):
    sources = sorted(result['sources'], key=lambda s: -result['sources'][s])
    return [str(result['nr']), result['title'], str(result['packets']),
            percent(result['right'], result['given']),
            percent(result['right'], result['packets']), ', '.join(sources)] + \
        [f'{percent(right, said)} / {percent(right, of)}' if said else '-'
         for right, said, of in result['peers']]


def total(results):
    """One row for all, peers too: each of the packets that it could watch."""
    sums = {key: sum(r[key] for r in results) for key in ('packets', 'given', 'right')}
    peers = [[sum(column) for column in zip(*(p for p in peer if p[1]))] or [0, 0, 0]
             for peer in zip(*(r['peers'] for r in results))]
    return row(dict(sums, nr='', title='all', sources={}, peers=peers))


def table(results):
    """Markdown, which reads as it is too."""
    names = results[0]['peer_names']
    rows = [['#', 'scenario', 'packets', 'precision', 'recall', 'sources'] +
            [name + ', precision / recall' for name in names]]
    rows += [row(r) for r in results] + [total(results)]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(rows[0]))]
    lines = ['| ' + ' | '.join(c.ljust(w) for c, w in zip(cells, widths)) + ' |'
             for cells in rows]
    lines.insert(1, '|' + '|'.join('-' * (w + 2) for w in widths) + '|')
    notes = [f'{r["nr"]}: {r["reason"]}' for r in results
             if r['reason'] and r['right'] < r['packets']]
    runs = max(r['runs'] for r in results)
    notes.insert(0, f'{runs} runs of a scenario where it makes a difference to it, else fewer.')
    return '\n'.join(lines + [''] + notes)


def write(path, text):
    """Between the markers, which have to be there."""
    with open(path) as file:
        old = file.read()
    head, begin, rest = old.partition(BEGIN + '\n')
    _, end, tail = rest.partition(END)
    if not begin or not end:
        sys.exit(f'table.py: no markers in {path}')
    with open(path, 'w') as file:
        file.write(head + begin + text + '\n' + end + tail)


def main():
    words = sys.argv[1:]
    with open(words[-1]) as file:
        results = sorted((json.loads(line) for line in file), key=lambda r: r['nr'])
    if not results:
        sys.exit('table.py: no results')
    if words[0] == '--readme':
        write(words[1], table(results))
    else:
        print(table(results))
    return not all(r['good'] for r in results)


if __name__ == '__main__':
    sys.exit(main())
