/* SPDX-License-Identifier: GPL-2.0 */
/* What the storms share: when they end, chance, sockets, children. */
#ifndef STORM_H
#define STORM_H

#include <stdbool.h>
#include <sys/types.h>

/* whether the storm's time is not up yet */
bool going(void);

/* one of 0 to n - 1 */
unsigned int pick(unsigned int n);

/* as fork(2); the child dies with its parent and has its own chance */
pid_t spawn(void);

/* a new socket of a random kind: TCP or UDP, IPv4 or IPv6, some bound; or -1 */
int any_socket(void);

/* a connection over loopback, its two ends; false when that failed */
bool connection(int ends[2]);

/* takes in what children have ended; returns how many are left of nr */
unsigned int reap(unsigned int nr);

void storm_procs(void);
void storm_fds(void);
void storm_conns(void);

#endif /* STORM_H */
