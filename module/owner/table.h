/* SPDX-License-Identifier: GPL-2.0 */
/* The owner table: which processes hold which sock, right now. */
#ifndef _KMON_OWNER_TABLE_H
#define _KMON_OWNER_TABLE_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "owner/hold.h"

struct file;
struct net;
struct seq_file;
struct sock;
struct task_struct;

/**
 * struct kmon_entry - what is known of one sock
 * @node: in the chain of its bucket
 * @sk: the key; compared, never followed
 * @net: its network namespace, compared only: a sock that has another one is
 *	 not the one that was entered
 * @holds: the processes that hold it
 * @listener: until accept, the entry of the listener that it came from, which
 *	      has the holders; counted
 * @ino: inode number of its socket, 0 before accept
 * @user: it was seen to have a file, so it is not the kernel's
 * @refs: one for the table, one for each unaccepted child
 * @rcu: frees it after readers
 *
 * Written under the lock of the bucket; @listener and @ino are read under RCU
 * without it.
 */
struct kmon_entry {
	struct hlist_node node;
	const struct sock *sk;
	const struct net *net;
	struct kmon_holds holds;
	struct kmon_entry __rcu *listener;
	u64 ino;
	bool user;
	refcount_t refs;
	struct rcu_head rcu;
};

/**
 * struct kmon_table - where the entries are
 * @buckets: the chains
 * @bits: log2 of how many
 * @shift: 64 - @bits
 *
 * Read-only from kmon_table_start() on.
 */
struct kmon_table {
	struct hlist_head *buckets;
	unsigned int bits;
	unsigned int shift;
};

extern struct kmon_table kmon_table;

/**
 * kmon_table_bucket() - the bucket of a sock, hash_ptr() with one shift
 * @sk: its address
 *
 * Context: any. Return: its number.
 */
static __always_inline u64 kmon_table_bucket(const struct sock *sk)
{
	return (u64)(unsigned long)sk * GOLDEN_RATIO_64 >> kmon_table.shift;
}

/**
 * kmon_table_chain() - the chain in which a sock's entry would be
 * @sk: its address
 *
 * Context: any. Return: the head of the chain.
 */
static __always_inline struct hlist_head *
kmon_table_chain(const struct sock *sk)
{
	return &kmon_table.buckets[kmon_table_bucket(sk)];
}

/**
 * kmon_table_find() - the entry of a sock
 * @sk: its address
 *
 * Context: RCU read side or lock of the bucket held, and @sk cannot be freed
 * meanwhile. Once per packet, hence inline.
 * Return: the entry or NULL.
 */
static __always_inline struct kmon_entry *
kmon_table_find(const struct sock *sk)
{
	struct kmon_entry *entry;

	hlist_for_each_entry_rcu(entry, kmon_table_chain(sk), node, true)
		if (entry->sk == sk)
			return entry;
	return NULL;
}

/**
 * kmon_table_create() - a sock was created: its creator holds it
 * @sk: new, with its socket; an older entry of this address is replaced
 *
 * Context: process (the creator).
 */
void kmon_table_create(struct sock *sk);

/**
 * kmon_table_clone() - a connection came in: its listener's owner has it
 * @listener: the listening sock
 * @sk: the new sock
 *
 * Context: process or softirq.
 */
void kmon_table_clone(const struct sock *listener, const struct sock *sk);

/**
 * kmon_table_seed_clone() - a connection was found that waits to be accepted
 * @listener: the listening sock in whose queue it is
 * @sk: the connection, which stays in the queue meanwhile
 *
 * Context: any but NMI. Return: whether that was not known.
 */
bool kmon_table_seed_clone(const struct sock *listener, const struct sock *sk);

/**
 * kmon_table_accept() - a connection was accepted: the acceptor holds it
 * @sk: the connection
 * @ino: inode number of its new socket
 *
 * Context: process (the acceptor), sk_callback_lock held by the caller.
 */
void kmon_table_accept(struct sock *sk, u64 ino);

/**
 * kmon_table_free() - a sock is freed: forget it
 * @sk: its address
 *
 * Context: any that may free a sock.
 */
void kmon_table_free(const struct sock *sk);

/**
 * kmon_table_hold() - a process has a sock open
 * @sk: the sock, which cannot be freed meanwhile
 * @task: a live thread of the process, whose files table cannot go away
 * @round: number of an enumeration, or 0
 *
 * Adds entry and hold as needed, never overwriting what is known.
 *
 * Context: any but NMI.
 * Return: KMON_HOLD_NEW if it was not known that the process holds the sock,
 * KMON_HOLD_ROUND if @round was not given before for the two, or both.
 */
unsigned int kmon_table_hold(struct sock *sk, struct task_struct *task,
			     unsigned int round);

/**
 * kmon_table_seed() - a process was found to have a sock open
 * @sk: the sock, which cannot be freed meanwhile
 * @task: a live thread of the process
 *
 * Of several processes the one found last is named, which is the youngest: a
 * worker rather than its master.
 *
 * Context: any but NMI. Return: whether that was not known.
 */
bool kmon_table_seed(struct sock *sk, struct task_struct *task);

/**
 * kmon_table_expect() - the current process is about to get a descriptor
 * @sk: the sock, which cannot be freed meanwhile
 *
 * That can still fail, so the hold is in doubt until kmon_table_verify().
 *
 * Context: process. Return: as kmon_table_hold().
 */
unsigned int kmon_table_expect(struct sock *sk);

/**
 * kmon_table_elsewhere() - whether only other processes have a file, as known
 * @sk: the sock of the file
 * @file: the file; the current process has just closed a descriptor of it and
 *	  still has its reference
 *
 * Mostly true where several processes have a file: the question whether the
 * current one has another descriptor need not be put to its files table,
 * which takes long where that is large.
 *
 * Context: process.
 * Return: true if the current process has no other reference to it; false if
 * that cannot be told from here.
 */
bool kmon_table_elsewhere(const struct sock *sk, struct file *file);

/**
 * kmon_table_release() - the current process has closed its last descriptor
 * @sk: the sock, which cannot be freed meanwhile
 * @sure: false where it may have another one, which could not be looked for
 *
 * The process stays the owner of packets until another one holds the sock.
 *
 * Context: process. Return: whether it was known to hold the sock.
 */
bool kmon_table_release(const struct sock *sk, bool sure);

/**
 * kmon_table_use() - the current process sends on a sock
 * @entry: of the sock
 *
 * Makes it the one of several holders that packets are named after.
 *
 * Context: process, RCU read side.
 * Return: false if it is not among the holders, true if it is or there are
 * too many of them to tell.
 */
bool kmon_table_use(struct kmon_entry *entry);

/**
 * kmon_table_settle() - look again at who holds a sock
 * @entry: of the sock, whose owner was found to have ended
 *
 * Context: any but NMI, RCU read side.
 */
void kmon_table_settle(struct kmon_entry *entry);

/**
 * kmon_table_next_doubt() - find a hold that is in doubt
 * @bucket: where to go on, 0 at first; moved forward
 * @doubt: filled in; @doubt->pid has a reference for the caller
 *
 * Visits at most one hold of each bucket; the rest is for another round.
 *
 * Context: process. Return: whether there was one.
 */
bool kmon_table_next_doubt(unsigned int *bucket, struct kmon_doubt *doubt);

/**
 * kmon_table_resolve() - a doubt was looked into
 * @doubt: as found; nothing happens if things have changed since
 * @held: whether the process has the sock open
 *
 * Context: process.
 */
void kmon_table_resolve(const struct kmon_doubt *doubt, bool held);

/**
 * kmon_table_refill() - fill the pools up to their stock now
 *
 * Context: process, may sleep.
 */
void kmon_table_refill(void);

/* The table: pairs as in owner.h; gauges for kmon/stats. */
int kmon_table_init(void);
void kmon_table_exit(void);
int kmon_table_start(unsigned int limit);
void kmon_table_stop(void);
void kmon_table_gauges(struct seq_file *m);

#endif /* _KMON_OWNER_TABLE_H */
