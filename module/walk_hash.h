/* SPDX-License-Identifier: GPL-2.0 */
/* The tables in which TCP and UDP find their socks. */
#ifndef _KMON_WALK_HASH_H
#define _KMON_WALK_HASH_H

#include <linux/types.h>

struct sock;

/**
 * typedef kmon_walk_hash_fn - called for each sock in a table
 * @sk: the sock; of TCP also request and TIME_WAIT socks
 * @arg: what the caller of the walk gave
 *
 * Context: under the lock of the bucket, so that @sk stays there; BHs
 * disabled; must not sleep.
 */
typedef void (*kmon_walk_hash_fn)(struct sock *sk, void *arg);

/**
 * struct kmon_walk_hash - where a walk over the tables is
 * @table: which kind of table
 * @net: whose: 0 the one that namespaces share, else the n-th namespace's own
 * @bucket: next bucket
 * @skip: socks of it that were visited
 *
 * All zero is the beginning. Holds nothing.
 */
struct kmon_walk_hash {
	unsigned int table;
	unsigned int net;
	unsigned int bucket;
	unsigned int skip;
};

/* No batch of kmon_walk_hash_next() is larger. */
#define KMON_WALK_HASH_BATCH 256

/**
 * kmon_walk_hash_next() - visit some more of the socks in the tables
 * @walk: where to go on, moved forward
 * @fn: the visitor, called at most KMON_WALK_HASH_BATCH times
 * @arg: handed to @fn
 *
 * Context: process, may sleep. Return: whether there may be more.
 */
bool kmon_walk_hash_next(struct kmon_walk_hash *walk, kmon_walk_hash_fn fn,
			 void *arg);

/**
 * kmon_walk_listeners_next() - kmon_walk_hash_next() for listeners alone
 * @walk: where to go on, moved forward
 * @fn: the visitor, called at most KMON_WALK_HASH_BATCH times
 * @arg: handed to @fn
 *
 * Context: process, may sleep. Return: whether there may be more.
 */
bool kmon_walk_listeners_next(struct kmon_walk_hash *walk,
			      kmon_walk_hash_fn fn, void *arg);

#endif /* _KMON_WALK_HASH_H */
