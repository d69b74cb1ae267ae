/* SPDX-License-Identifier: GPL-2.0 */
/* The processes that something must be remembered of: one record each. */
#ifndef _KMON_OWNER_PROC_H
#define _KMON_OWNER_PROC_H

#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>

#include "owner.h"
#include "task.h"

struct seq_file;

/**
 * enum kmon_net - what is counted for each process while packets are seen
 * @KMON_NET_RX_PACKETS: packets that it received
 * @KMON_NET_RX_BYTES: their payload
 * @KMON_NET_TX_PACKETS: packets that it sent
 * @KMON_NET_TX_BYTES: their payload
 * @KMON_NR_NET: how many there are
 */
enum kmon_net {
	KMON_NET_RX_PACKETS,
	KMON_NET_RX_BYTES,
	KMON_NET_TX_PACKETS,
	KMON_NET_TX_BYTES,
	KMON_NR_NET
};

/**
 * struct kmon_proc - a process, from its first socket until it has ended and
 *		      nothing names it any more
 * @node: in the table of processes
 * @pid: the process; a reference is held, so that it names this process for
 *	 ever, also when the number is used again
 * @refs: holds and tombstones that name it, and one while it lives
 * @alive: whether the reference for its life is still held
 * @threads: how many of its threads were seen to end
 * @net: what it sent and received, see kmon_proc_account()
 * @cgroup: as of the last kmon_proc_remember()
 * @tgid: number of @pid in the initial namespace
 * @uid: as of the last kmon_proc_remember()
 * @comm: as of the last kmon_proc_remember()
 * @rcu: frees it after readers
 *
 * Readers are under RCU.
 */
struct kmon_proc {
	struct hlist_node node;
	struct pid *pid;
	refcount_t refs;
	bool alive;
	atomic_t threads;
	atomic64_t net[KMON_NR_NET];
	u64 cgroup;
	pid_t tgid;
	u32 uid;
	char comm[TASK_COMM_LEN];
	struct rcu_head rcu;
};

/**
 * kmon_proc_get() - the record of a task's process, made when there is none
 * @task: any thread of it that is alive
 *
 * Context: any but NMI; never allocates.
 * Return: the record with a reference for the caller, or NULL (counted) when
 * the pool is empty.
 */
struct kmon_proc *kmon_proc_get(struct task_struct *task);

/**
 * kmon_proc_find() - the record of a task's process, if there is one
 * @task: any thread of it
 *
 * Context: RCU read side. Return: the record, or NULL.
 */
struct kmon_proc *kmon_proc_find(struct task_struct *task);

/**
 * kmon_proc_account() - a process sent or received
 * @proc: the process
 * @dir: enum kmon_dir
 * @packets: packets on the wire
 * @bytes: their payload
 *
 * Context: any, RCU read side.
 */
static inline void kmon_proc_account(struct kmon_proc *proc, unsigned int dir,
				     unsigned int packets, unsigned int bytes)
{
	atomic64_add(packets, &proc->net[KMON_NET_RX_PACKETS + 2 * dir]);
	atomic64_add(bytes, &proc->net[KMON_NET_RX_BYTES + 2 * dir]);
}

/**
 * kmon_proc_reset_net() - what was counted so far does not count
 *
 * Context: process; nothing is accounted meanwhile.
 */
void kmon_proc_reset_net(void);

/**
 * kmon_proc_hold() - one more reference
 * @proc: a record that the caller has a reference on
 *
 * Context: any. Return: @proc.
 */
struct kmon_proc *kmon_proc_hold(struct kmon_proc *proc);

/**
 * kmon_proc_put() - drop a reference
 * @proc: not used by the caller afterwards, except under RCU
 *
 * Context: any but NMI.
 */
void kmon_proc_put(struct kmon_proc *proc);

/**
 * kmon_proc_end() - a process has ended: drop the reference for its life
 * @task: its last thread, with which nobody else is left to start anything
 *
 * More than once is once. Where nobody calls this, a worker finds out within
 * seconds.
 *
 * Context: any but NMI.
 */
void kmon_proc_end(struct task_struct *task);

/**
 * kmon_proc_remember() - keep name, user and cgroup for after the exit
 * @proc: whose
 * @task: a live thread of that process
 *
 * Context: any.
 */
void kmon_proc_remember(struct kmon_proc *proc, struct task_struct *task);

/**
 * kmon_proc_read() - fill in the process part of an owner
 * @proc: whose
 * @owner: proc, task and pid are written
 *
 * Context: RCU read side. Once per packet, hence inline.
 */
static __always_inline void kmon_proc_read(struct kmon_proc *proc,
					   struct kmon_owner *owner)
{
	owner->proc = proc;
	owner->task = kmon_pid_leader(proc->pid);
	owner->pid = proc->tgid;
}

/**
 * kmon_proc_is_current() - whether a record is the running process's
 * @proc: the record
 *
 * Context: process. Return: true if so.
 */
static inline bool kmon_proc_is_current(const struct kmon_proc *proc)
{
	return proc->pid == task_tgid(current);
}

/*
 * The table: pairs as in owner.h, start and stop nest; gauges for kmon/stats.
 */
int kmon_proc_init(void);
void kmon_proc_exit(void);
int kmon_proc_start(unsigned int limit);
void kmon_proc_stop(void);
void kmon_proc_gauges(struct seq_file *m);

#endif /* _KMON_OWNER_PROC_H */
