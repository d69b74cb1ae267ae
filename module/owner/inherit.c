// SPDX-License-Identifier: GPL-2.0
/* What a new process has from its parent. */
#include "owner/inherit.h"

#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/workqueue.h>

#include "owner.h"
#include "owner/hooks.h"
#include "owner/table.h"
#include "stats.h"
#include "walk.h"

/*
 * What is done before the child runs: no more holds than half of what the pool
 * has in stock, no more descriptors than take a few milliseconds.
 */
#define SOCKETS_MAX	512
#define DESCRIPTORS_MAX	16384

/* Children with more than that, of which the worker has to look at the rest. */
#define HEIRS_MAX	64

/* Protects the two below. Raw, as hooks may run with preemption off. */
static DEFINE_RAW_SPINLOCK(heirs_lock);
static struct pid *heirs[HEIRS_MAX];
static unsigned int nr_heirs;

static void rest_work(struct work_struct *work);
static DECLARE_WORK(rest, rest_work);

/* Two descriptors of one socket are one inheritance. Return: if this is it. */
static bool inherit_sock(struct task_struct *child, struct sock *sk)
{
	if (!(kmon_table_hold(sk, child, 0) & KMON_HOLD_NEW))
		return false;
	kmon_count(KMON_STAT_OWNER_INHERITED);
	kmon_hooks_observe(sk, child, KMON_REASON_INHERITED);
	return true;
}

/*
 * A copy of the parent's table belongs to the child alone, which has not run
 * yet, so that nothing in it can go away. A table that both share can change
 * under our hands; each file is held while it is looked at.
 *
 * Return: whether that was all.
 */
static bool inherit_first(struct task_struct *child, bool shared,
			  unsigned int sockets, unsigned int descriptors)
{
	struct fdtable *fdt;
	struct file *file;
	unsigned int fd;
	struct sock *sk;
	bool all;

	rcu_read_lock();
	fdt = files_fdtable(child->files);
	for_each_set_bit(fd, fdt->open_fds, fdt->max_fds) {
		if (!sockets || !descriptors--)
			break;
		file = shared ? fget(fd) : rcu_dereference(fdt->fd[fd]);
		if (!file)
			continue;
		sk = kmon_walk_sock(file);
		if (sk && inherit_sock(child, sk))
			sockets--;
		if (shared)
			fput(file);
	}
	all = fd >= fdt->max_fds;
	rcu_read_unlock();
	return all;
}

/* Return: false when there are too many already. */
static bool leave_to_worker(struct task_struct *child)
{
	unsigned long flags;
	bool room;

	raw_spin_lock_irqsave(&heirs_lock, flags);
	room = nr_heirs < HEIRS_MAX;
	if (room)
		heirs[nr_heirs++] = get_pid(task_tgid(child));
	raw_spin_unlock_irqrestore(&heirs_lock, flags);
	if (room)
		schedule_work(&rest);
	return room;
}

void kmon_inherit(struct task_struct *child, bool shared)
{
	if (inherit_first(child, shared, SOCKETS_MAX, DESCRIPTORS_MAX))
		return;
	/* So many at once are rather late than not followed. */
	if (!leave_to_worker(child))
		inherit_first(child, shared, UINT_MAX, UINT_MAX);
}

/* The one that came last, referenced, or NULL. */
static struct pid *next_heir(void)
{
	struct pid *pid = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&heirs_lock, flags);
	if (nr_heirs)
		pid = heirs[--nr_heirs];
	raw_spin_unlock_irqrestore(&heirs_lock, flags);
	return pid;
}

/* Context: file_lock held, so that a close comes after this. */
static void inherit_rest(struct task_struct *child, unsigned int fd,
			 struct file *file, struct sock *sk, void *unused)
{
	inherit_sock(child, sk);
}

/* Context: process. A reference on @pid is taken over. */
static void look_at(struct pid *pid)
{
	struct task_struct *child = get_pid_task(pid, PIDTYPE_TGID);

	put_pid(pid);
	if (!child)
		return;
	/* A batch is smaller than the stock. */
	kmon_table_refill();
	kmon_walk_process(child, inherit_rest, kmon_table_refill, NULL);
	put_task_struct(child);
}

/* One child at a time, so that who stops this has not to wait for all. */
static void rest_work(struct work_struct *work)
{
	struct pid *pid = next_heir();

	if (!pid)
		return;
	look_at(pid);
	schedule_work(&rest);
}

void kmon_inherit_stop(void)
{
	struct pid *pid;

	cancel_work_sync(&rest);
	while ((pid = next_heir()))
		put_pid(pid);
}
