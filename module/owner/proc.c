// SPDX-License-Identifier: GPL-2.0
/* The processes that something must be remembered of: one record each. */
#include "owner/proc.h"

#include <linux/hashtable.h>
#include <linux/rculist.h>

#include "owner.h"
#include "owner/pool.h"
#include "stats.h"

#define PROC_HASH_BITS 14

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

/* How often processes whose end was missed are looked for. */
#define PROC_SWEEP (10 * HZ)

static void sweep_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(sweep, sweep_work);

/* Users of the table; the caller of start and stop serialises. */
static unsigned int nr_users;

struct kmon_proc *kmon_proc_find(struct task_struct *task)
{
	struct pid *pid = task_tgid(task);
	struct kmon_proc *proc;

	hash_for_each_possible_rcu(procs, proc, node, (unsigned long)pid,
				   lockdep_is_held(&proc_lock))
		if (proc->pid == pid)
			return proc;
	return NULL;
}

/* Context: RCU read side or lock held. A reference for the caller, or NULL. */
static struct kmon_proc *find_get(struct task_struct *task)
{
	struct kmon_proc *proc = kmon_proc_find(task);

	return proc && refcount_inc_not_zero(&proc->refs) ? proc : NULL;
}

void kmon_proc_remember(struct kmon_proc *proc, struct task_struct *task)
{
	rcu_read_lock();
	kmon_copy_comm(proc->comm, task->group_leader->comm);
	WRITE_ONCE(proc->uid, kmon_task_uid(task));
	WRITE_ONCE(proc->cgroup, kmon_task_cgroup(task));
	rcu_read_unlock();
}

/* A new record, for the caller and for its life, not yet in the table. */
static struct kmon_proc *proc_new(struct task_struct *task)
{
	struct kmon_proc *proc = kmon_pool_get(&proc_pool);

	if (!proc) {
		kmon_count(KMON_STAT_LOST_PROC);
		return NULL;
	}
	proc->pid = get_pid(task_tgid(task));
	proc->tgid = pid_nr(proc->pid);
	proc->alive = true;
	refcount_set(&proc->refs, 2);
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
	unsigned long flags;

	rcu_read_lock();
	proc = find_get(task);
	if (proc)
		goto out;
	proc = proc_new(task);
	if (!proc)
		goto out;
	raw_spin_lock_irqsave(&proc_lock, flags);
	old = find_get(task);
	if (!old)
		hash_add_rcu(procs, &proc->node, (unsigned long)proc->pid);
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

/* The reference for its life, once. */
static void end(struct kmon_proc *proc)
{
	if (xchg(&proc->alive, false))
		kmon_proc_put(proc);
}

void kmon_proc_end(struct task_struct *task)
{
	struct kmon_proc *proc;

	rcu_read_lock();
	proc = kmon_proc_find(task);
	if (proc) {
		/* From here on it may be named as gone, by what is kept. */
		kmon_proc_remember(proc, task);
		end(proc);
	}
	rcu_read_unlock();
}

/* Finds those that ended while nobody looked, which should be none. */
static void sweep_work(struct work_struct *work)
{
	struct kmon_proc *proc;
	unsigned int i;

	for (i = 0; i < HASH_SIZE(procs); i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(proc, &procs[i], node)
			if (!pid_task(proc->pid, PIDTYPE_TGID))
				end(proc);
		rcu_read_unlock();
		cond_resched();
	}
	schedule_delayed_work(&sweep, PROC_SWEEP);
}

void kmon_proc_reset_net(void)
{
	struct kmon_proc *proc;
	unsigned int i, k;

	rcu_read_lock();
	hash_for_each_rcu(procs, i, proc, node)
		for (k = 0; k < KMON_NR_NET; k++)
			atomic64_set(&proc->net[k], 0);
	rcu_read_unlock();
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
	int err;

	if (nr_users)
		goto out;
	err = kmon_pool_start(&proc_pool, limit);
	if (err)
		return err;
	schedule_delayed_work(&sweep, PROC_SWEEP);
out:
	nr_users++;
	return 0;
}

void kmon_proc_stop(void)
{
	struct kmon_proc *proc;
	struct hlist_node *next;
	unsigned int i;

	if (--nr_users)
		return;
	cancel_delayed_work_sync(&sweep);
	/* Nobody names a process any more; those that live are still here. */
	hash_for_each_safe(procs, i, next, proc, node)
		end(proc);
	/* They return to the pool from RCU callbacks. */
	rcu_barrier();
	WARN_ON(!hash_empty(procs));
	kmon_pool_stop(&proc_pool);
}

void kmon_proc_gauges(struct seq_file *m)
{
	kmon_stats_gauge(m, "owner_procs", kmon_pool_used(&proc_pool));
}
