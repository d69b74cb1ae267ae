/* SPDX-License-Identifier: GPL-2.0 */
/* Who owned the TCP connections that are gone, for their late packets. */
#ifndef _KMON_OWNER_TOMBSTONE_H
#define _KMON_OWNER_TOMBSTONE_H

#include <linux/types.h>

struct kmon_owner;
struct kmon_tuple;
struct seq_file;
struct sock;

/**
 * kmon_tombstone_set() - a connection leaves the kernel's table of connections
 * @sk: its sock, still complete
 *
 * Remembers the owner under the connection's two ends, unless it never had a
 * remote end. The newest takes the place of an older one with the same ends.
 *
 * Context: process or softirq, BHs disabled, @sk cannot be freed meanwhile.
 */
void kmon_tombstone_set(const struct sock *sk);

/**
 * kmon_tombstone_find() - the owner of a connection that is gone
 * @tuple: its ends
 * @owner: filled in when found, source too
 *
 * Context: RCU read side. Return: whether there was one that is not too old.
 */
bool kmon_tombstone_find(const struct kmon_tuple *tuple,
			 struct kmon_owner *owner);

/* The table: pairs as in owner.h; gauges for kmon/stats. */
int kmon_tombstone_init(void);
void kmon_tombstone_exit(void);
int kmon_tombstone_start(unsigned int limit);
void kmon_tombstone_stop(void);
void kmon_tombstone_gauges(struct seq_file *m);

#endif /* _KMON_OWNER_TOMBSTONE_H */
