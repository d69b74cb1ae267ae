// SPDX-License-Identifier: GPL-2.0
/* The processes that hold sockets: one refcounted record each. */
#include "owner/proc.h"

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/hashtable.h>
#include <linux/rculist.h>
#include <linux/user_namespace.h>

#include "owner.h"
#include "owner/pool.h"
#include "stats.h"

#define PROC_HASH_BITS 12

/*
 * Protects the chains of the table for writers; readers walk them under RCU.
 * Raw, because hooks run with preemption off on PREEMPT_RT too. Taken inside
 * the locks of owner/table.c, outside pool locks.
 */
static DEFINE_RAW_SPINLOCK(proc_lock);
static DEFINE_HASHTABLE(procs, PROC_HASH_BITS);

static struct kmon_pool proc_pool = {
	.name = "kmon_proc",
	.size = sizeof(struct kmon_proc),
};

/* Context: RCU read side. A reference for the caller, or NULL. */
static struct kmon_proc *find_get(struct pid *pid)
{
	struct kmon_proc *proc;

	hash_for_each_possible_rcu(procs, proc, node, (unsigned long)pid)
		if (proc->pid == pid && refcount_inc_not_zero(&proc->refs))
			return proc;
	return NULL;
}

static u64 cgroup_of(struct task_struct *task)
{
#ifdef CONFIG_CGROUPS
	return cgroup_id(task_dfl_cgroup(task));
#else
	return 0;
#endif
}

static u32 uid_of(struct task_struct *task)
{
	return from_kuid(&init_user_ns, task_uid(task));
}

/* A name that is written meanwhile may come out mixed, as in /proc. */
static void copy_comm(char *to, const char *from)
{
	memcpy(to, from, TASK_COMM_LEN);
	to[TASK_COMM_LEN - 1] = '\0';
}

void kmon_proc_remember(struct kmon_proc *proc, struct task_struct *task)
{
	rcu_read_lock();
	copy_comm(proc->comm, task->group_leader->comm);
	WRITE_ONCE(proc->uid, uid_of(task));
	WRITE_ONCE(proc->cgroup, cgroup_of(task));
	rcu_read_unlock();
}

/* A new record with one reference, not yet in the table. */
static struct kmon_proc *proc_new(struct task_struct *task, struct pid *pid)
{
	struct kmon_proc *proc = kmon_pool_get(&proc_pool);

	if (!proc) {
		kmon_count(KMON_STAT_LOST_PROC);
		return NULL;
	}
	proc->pid = get_pid(pid);
	proc->tgid = pid_nr(pid);
	proc->start_time = task->group_leader->start_time;
	refcount_set(&proc->refs, 1);
	kmon_proc_remember(proc, task);
	return proc;
}

/* Not reachable and never was, or no longer by any reader. */
static void proc_free(struct kmon_proc *proc)
{
	put_pid(proc->pid);
	kmon_pool_put(&proc_pool, proc);
}

static void proc_free_rcu(struct rcu_head *rcu)
{
	proc_free(container_of(rcu, struct kmon_proc, rcu));
}

struct kmon_proc *kmon_proc_get(struct task_struct *task)
{
	struct kmon_proc *proc, *old;
	struct pid *pid = task_tgid(task);
	unsigned long flags;

	rcu_read_lock();
	proc = find_get(pid);
	if (proc)
		goto out;
	proc = proc_new(task, pid);
	if (!proc)
		goto out;
	raw_spin_lock_irqsave(&proc_lock, flags);
	old = find_get(pid);
	if (!old)
		hash_add_rcu(procs, &proc->node, (unsigned long)pid);
	raw_spin_unlock_irqrestore(&proc_lock, flags);
	if (old) {
		proc_free(proc);
		proc = old;
	}
out:
	rcu_read_unlock();
	return proc;
}

struct kmon_proc *kmon_proc_hold(struct kmon_proc *proc)
{
	refcount_inc(&proc->refs);
	return proc;
}

void kmon_proc_put(struct kmon_proc *proc)
{
	unsigned long flags;

	if (!refcount_dec_and_test(&proc->refs))
		return;
	raw_spin_lock_irqsave(&proc_lock, flags);
	hash_del_rcu(&proc->node);
	raw_spin_unlock_irqrestore(&proc_lock, flags);
	call_rcu(&proc->rcu, proc_free_rcu);
}

void kmon_proc_read(const struct kmon_proc *proc, struct kmon_owner *owner)
{
	struct task_struct *task = pid_task(proc->pid, PIDTYPE_TGID);

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "owner read outside RCU");
	owner->pid = proc->tgid;
	owner->start_time = proc->start_time;
	if (likely(task)) {
		copy_comm(owner->comm, task->comm);
		owner->uid = uid_of(task);
		owner->cgroup = cgroup_of(task);
	} else {
		memcpy(owner->comm, proc->comm, TASK_COMM_LEN);
		owner->uid = READ_ONCE(proc->uid);
		owner->cgroup = READ_ONCE(proc->cgroup);
	}
}

void kmon_proc_read_current(struct kmon_owner *owner)
{
	struct task_struct *leader = current->group_leader;

	owner->pid = task_tgid_nr(current);
	owner->start_time = leader->start_time;
	copy_comm(owner->comm, leader->comm);
	owner->uid = uid_of(current);
	owner->cgroup = cgroup_of(current);
}

int kmon_proc_init(void)
{
	return kmon_pool_init(&proc_pool);
}

void kmon_proc_exit(void)
{
	kmon_pool_exit(&proc_pool);
}

int kmon_proc_start(unsigned int limit)
{
	return kmon_pool_start(&proc_pool, limit);
}

void kmon_proc_stop(void)
{
	WARN_ON(!hash_empty(procs));
	kmon_pool_stop(&proc_pool);
}

void kmon_proc_gauges(struct seq_file *m)
{
	kmon_stats_gauge(m, "owner_procs", kmon_pool_used(&proc_pool));
}
