// SPDX-License-Identifier: GPL-2.0
/* Process exits, exactly one record each. */
#include "process.h"

#include <linux/fdtable.h>
#include <linux/sched/clock.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <trace/events/kmon.h>

#include "exit_log.h"
#include "hook.h"
#include "record.h"
#include "stats.h"
#include "task.h"
#include "walk.h"

/*
 * What the running task has used up to now. Its sum_exec_runtime is as old as
 * the last tick or switch, which for a short process means never; what it had
 * when it was switched in is exact, and so is the time since. Where interrupt
 * time is taken out of CPU time (off on Debian), it is in this last part.
 */
static u64 exec_time_of_current(void)
{
	u64 sum = current->se.sum_exec_runtime;
#ifdef CONFIG_SCHED_INFO
	u64 arrival = current->sched_info.last_arrival;
	u64 now;

	preempt_disable();
	now = local_clock();
	preempt_enable();
	if (now > arrival)
		sum = max(sum, current->se.prev_sum_exec_runtime + now -
			       arrival);
#endif
	return sum;
}

/*
 * CPU times and faults of the whole group. The sums in signal_struct grow
 * when a thread is released, so those that are not yet (a leader that ended
 * first, threads that end at this moment) are added, as the kernel's own
 * thread_group_cputime() does, which is not exported.
 */
static void sum_threads(struct task_struct *task, struct kmon_exit *e)
{
	struct signal_struct *sig = task->signal;
	unsigned long flags;
	struct task_struct *t;
	int seq, next = 0;

	rcu_read_lock();
	do {
		seq = next;
		flags = read_seqbegin_or_lock_irqsave(&sig->stats_lock, &seq);
		e->utime = sig->utime;
		e->stime = sig->stime;
		e->sum_exec = sig->sum_sched_runtime;
		e->min_flt = sig->min_flt;
		e->maj_flt = sig->maj_flt;
		for_each_thread(task, t) {
			e->utime += t->utime;
			e->stime += t->stime;
			e->sum_exec += t == current ? exec_time_of_current() :
						      t->se.sum_exec_runtime;
			e->min_flt += t->min_flt;
			e->maj_flt += t->maj_flt;
		}
		/* If lockless access failed, take the lock. */
		next = 1;
	} while (need_seqretry(&sig->stats_lock, seq));
	done_seqretry_irqrestore(&sig->stats_lock, seq, flags);
	rcu_read_unlock();
}

/* The status that wait(2) will give: the group's, else the leader's. */
static int wait_status(const struct task_struct *task)
{
	const struct signal_struct *sig = task->signal;

	return sig->flags & SIGNAL_GROUP_EXIT ? sig->group_exit_code :
						task->group_leader->exit_code;
}

/* Context: process, its own files table, which no thread uses any more. */
static unsigned int count_sockets(struct files_struct *files)
{
	unsigned int fd, nr = 0;
	struct fdtable *fdt;
	struct file *file;

	if (!files)
		return 0;
	rcu_read_lock();
	fdt = files_fdtable(files);
	for_each_set_bit(fd, fdt->open_fds, fdt->max_fds) {
		file = rcu_dereference(fdt->fd[fd]);
		if (file && kmon_walk_sock(file))
			nr++;
	}
	rcu_read_unlock();
	return nr;
}

static void identify(struct task_struct *task, struct kmon_exit *e)
{
	struct task_struct *leader = task->group_leader;

	rcu_read_lock();
	e->pid = task_tgid_nr(task);
	e->ppid = task_tgid_nr(rcu_dereference(leader->real_parent));
	e->ns_pid = task_tgid_nr_ns(task, task_active_pid_ns(task));
	e->uid = kmon_task_uid(task);
	e->cgroup = kmon_task_cgroup(task);
	kmon_copy_comm(e->comm, leader->comm);
	rcu_read_unlock();
}

static void record(struct task_struct *task)
{
	int status = wait_status(task);
	struct kmon_exit e;

	identify(task, &e);
	sum_threads(task, &e);
	kmon_owner_totals(task, &e.net);
	e.start_time = task->group_leader->start_time;
	e.run_time = ktime_get_ns() - e.start_time;
	/* do_exit() has brought the high-water mark up to date. */
	e.max_rss = task->signal->maxrss << (PAGE_SHIFT - 10);
	e.sockets = count_sockets(task->files);
	e.exit_code = status >> 8;
	e.signal = status & 0x7f;
	e.core = status & 0x80;
	kmon_count(KMON_STAT_EXITS);
	trace_kmon_process_exit(&e);
	kmon_exit_log(&e);
}

/*
 * exit_signals(task): a thread is about to end; all of a process's threads
 * have passed here when the last one is counted out. Context: process.
 */
static void on_thread_exit(kmon_compat_regs *regs)
{
	kmon_owner_thread_exit(kmon_compat_arg(regs, 0));
}

/*
 * taskstats_exit(task, group_dead): group_dead is true for exactly one thread
 * of each process, the last that the kernel counts out. Memory and files are
 * still there. Context: process.
 */
static void on_exit(kmon_compat_regs *regs)
{
	if ((int)(unsigned long)kmon_compat_arg(regs, 1) &&
	    !(current->flags & PF_KTHREAD))
		record(kmon_compat_arg(regs, 0));
}

static struct kmon_hook hooks[] = {
	{ "exit_signals",	on_thread_exit },
	{ "taskstats_exit",	on_exit },
};

static KMON_HOOK_SET(hook_set, hooks);

/* Users; the caller of start and stop serialises. */
static unsigned int nr_users;

int kmon_process_start(void)
{
	int err;

	if (nr_users)
		goto out;
	err = kmon_owner_procs_start();
	if (err)
		return err;
	err = kmon_hook_start(&hook_set);
	if (err) {
		kmon_owner_procs_stop();
		return err;
	}
out:
	nr_users++;
	return 0;
}

void kmon_process_stop(void)
{
	if (--nr_users)
		return;
	kmon_hook_stop(&hook_set);
	kmon_owner_procs_stop();
}
