/* SPDX-License-Identifier: GPL-2.0 */
/* The processes that hold one sock, and which of them packets are named after. */
#ifndef _KMON_OWNER_HOLD_H
#define _KMON_OWNER_HOLD_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct kmon_proc;
struct pid;
struct seq_file;
struct sock;
struct task_struct;

/**
 * enum kmon_hold_state - whether a process has a sock open
 * @KMON_HELD: yes
 * @KMON_DOUBTFUL: it got or closed a descriptor; whether it has one is open
 * @KMON_GONE: not any more; kept while nobody else is known, for late packets
 */
enum kmon_hold_state { KMON_HELD, KMON_DOUBTFUL, KMON_GONE };

/**
 * struct kmon_holds - the holders of one sock
 * @owner: the process that packets are named after, NULL where that is not
 *	   known; borrowed from a hold
 * @list: struct kmon_hold, first the one that was added or sent last
 * @nr_present: those that hold it or may
 * @incomplete: a holder could not be entered for lack of memory
 * @shared_table: two holders share one files table, so that there may be fewer
 *		  references to the file than holders
 *
 * All functions below are called under the lock of the sock's bucket in the
 * owner table, which protects all this; @owner and @nr_present are read under
 * RCU without it.
 */
struct kmon_holds {
	struct kmon_proc __rcu *owner;
	struct list_head list;
	unsigned int nr_present;
	bool incomplete;
	bool shared_table;
};

/**
 * struct kmon_doubt - a hold that is in doubt, outside the lock
 * @sk: the sock, compared only
 * @pid: the process
 * @nr: tells this doubt from a later one about the same two
 */
struct kmon_doubt {
	const struct sock *sk;
	struct pid *pid;
	unsigned int nr;
};

/* What kmon_holds_add() found. */
#define KMON_HOLD_NEW	1
#define KMON_HOLD_ROUND	2

/**
 * kmon_holds_init() - no holders
 * @holds: of a new entry
 *
 * Context: any.
 */
void kmon_holds_init(struct kmon_holds *holds);

/**
 * kmon_holds_drop() - forget all holders
 * @holds: of an entry that is out of reach; readers may still look at @owner
 *
 * Context: any but NMI, no lock needed.
 */
void kmon_holds_drop(struct kmon_holds *holds);

/**
 * kmon_holds_add() - a process holds the sock, or is about to
 * @holds: of the sock
 * @proc: the process; NULL where there was no memory to remember it
 * @state: KMON_HELD or KMON_DOUBTFUL
 * @round: number of an enumeration, or 0
 *
 * Context: lock held. Takes its own reference on @proc.
 * Return: KMON_HOLD_NEW if it was not known that the process holds the sock,
 * KMON_HOLD_ROUND if @round was not given before for the two, or both.
 */
unsigned int kmon_holds_add(struct kmon_holds *holds, struct kmon_proc *proc,
			    enum kmon_hold_state state, unsigned int round);

/**
 * kmon_holds_prefer() - name one of several holders
 * @holds: of the sock
 * @task: a thread of the process; nothing happens unless it holds the sock
 *
 * Context: lock held.
 */
void kmon_holds_prefer(struct kmon_holds *holds, struct task_struct *task);

/**
 * kmon_holds_release() - the current process closed its last descriptor
 * @holds: of the sock
 * @sure: false where it may have another one
 *
 * Context: lock held, process. Return: whether it was known to hold the sock.
 */
bool kmon_holds_release(struct kmon_holds *holds, bool sure);

/**
 * kmon_holds_cover() - whether so many references are other processes' own
 * @holds: of the sock
 * @nr: references to its file
 *
 * Each process that holds the sock has one reference at least.
 *
 * Context: lock held, process. Return: false also where that is not known.
 */
bool kmon_holds_cover(const struct kmon_holds *holds, unsigned int nr);

/**
 * kmon_holds_use() - the current process sends
 * @holds: of the sock
 *
 * Context: lock held, process.
 * Return: false if it is not among the holders, true if it is or there are
 * too many of them to tell.
 */
bool kmon_holds_use(struct kmon_holds *holds);

/**
 * kmon_holds_settle() - choose again whom packets are named after
 * @holds: of the sock
 *
 * Context: lock held.
 */
void kmon_holds_settle(struct kmon_holds *holds);

/**
 * kmon_holds_doubt() - find a holder that is in doubt
 * @holds: of the sock
 * @doubt: filled in but for the sock; its pid has a reference for the caller
 *
 * Context: lock held. Return: whether there is one.
 */
bool kmon_holds_doubt(struct kmon_holds *holds, struct kmon_doubt *doubt);

/**
 * kmon_holds_resolve() - a doubt was looked into
 * @holds: of the sock
 * @doubt: as found
 * @held: whether the process has the sock open
 *
 * Context: lock held.
 */
void kmon_holds_resolve(struct kmon_holds *holds,
			const struct kmon_doubt *doubt, bool held);

/* The pool of holds: pairs as in owner.h; gauges for kmon/stats. */
int kmon_hold_init(void);
void kmon_hold_exit(void);
int kmon_hold_start(unsigned int limit);
void kmon_hold_stop(void);
void kmon_hold_refill(void);
void kmon_hold_gauges(struct seq_file *m);

#endif /* _KMON_OWNER_HOLD_H */
