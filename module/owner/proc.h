/* SPDX-License-Identifier: GPL-2.0 */
/* The processes that hold sockets: one refcounted record each. */
#ifndef _KMON_OWNER_PROC_H
#define _KMON_OWNER_PROC_H

#include <linux/pid.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>

struct kmon_owner;
struct seq_file;

/**
 * struct kmon_proc - a process, from its first socket to the last reference
 * @node: in the table of processes; its bucket's lock
 * @pid: the process; a reference is held, so that it names this process for
 *	 ever, also when the number is used again
 * @refs: holds and tombstones that name it
 * @start_time: of the leader, ns of CLOCK_MONOTONIC
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
	u64 start_time;
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
 * kmon_proc_remember() - keep name, user and cgroup for after the exit
 * @proc: whose
 * @task: a live thread of that process
 *
 * Context: any.
 */
void kmon_proc_remember(struct kmon_proc *proc, struct task_struct *task);

/**
 * kmon_proc_read() - fill in the process part of an owner
 * @proc: whose; live values while it lives, the remembered ones after
 * @owner: pid, uid, comm, cgroup and start_time are written
 *
 * Context: RCU read side.
 */
void kmon_proc_read(const struct kmon_proc *proc, struct kmon_owner *owner);

/**
 * kmon_proc_read_current() - the same for the process that runs now
 * @owner: pid, uid, comm, cgroup and start_time are written
 *
 * Context: process, RCU read side.
 */
void kmon_proc_read_current(struct kmon_owner *owner);

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

/* The table: pairs as in owner.h; gauges for kmon/stats. */
int kmon_proc_init(void);
void kmon_proc_exit(void);
int kmon_proc_start(unsigned int limit);
void kmon_proc_stop(void);
void kmon_proc_gauges(struct seq_file *m);

#endif /* _KMON_OWNER_PROC_H */
