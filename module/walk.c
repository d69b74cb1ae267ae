// SPDX-License-Identifier: GPL-2.0
/* Tasks -> threads -> files -> socks, without a long critical section. */
#include "walk.h"

#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/idr.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <net/sock.h>

#include "compat.h"

struct fd_batch {
	kmon_walk_fn fn;
	void *arg;
	struct task_struct *task;
	unsigned int first;
	unsigned int next;
};

struct sock *kmon_walk_sock(struct file *file)
{
	struct socket *sock;
	struct sock *sk;

	if (!S_ISSOCK(file_inode(file)->i_mode))
		return NULL;
	sock = kmon_compat_sock_from_file(file);
	sk = sock ? READ_ONCE(sock->sk) : NULL;
	if (!sk || (sk->sk_family != AF_INET && sk->sk_family != AF_INET6))
		return NULL;
	return sk;
}

/*
 * Context: file_lock held by iterate_fd(). Nonzero ends the batch; the caller
 * goes on from batch->next. Empty slots are passed over by iterate_fd()
 * itself, a few instructions each.
 */
static int visit_fd(const void *data, struct file *file, unsigned int fd)
{
	struct fd_batch *batch = (struct fd_batch *)data;
	struct sock *sk;

	if (fd - batch->first >= KMON_WALK_BATCH) {
		batch->next = fd;
		return 1;
	}
	sk = kmon_walk_sock(file);
	if (sk)
		batch->fn(batch->task, fd, file, sk, batch->arg);
	return 0;
}

/*
 * One batch of descriptors. task_lock() keeps task->files from going away.
 * Return: whether the table has more.
 */
static bool walk_files(struct kmon_walk *walk, kmon_walk_fn fn, void *arg)
{
	struct fd_batch batch = {
		.fn = fn,
		.arg = arg,
		.task = walk->task,
		.first = walk->fd,
	};
	int more;

	task_lock(walk->task);
	more = iterate_fd(walk->task->files, batch.first, visit_fd, &batch);
	task_unlock(walk->task);
	walk->fd = more ? batch.next : 0;
	return more;
}

/*
 * The next thread of the group, referenced, or NULL. Ends early where exec()
 * has made another thread the leader: the process then has one thread, and a
 * table of its own, whose descriptors are the old one's.
 */
static struct task_struct *next_thread_get(struct task_struct *leader,
					   struct task_struct *task)
{
	struct task_struct *next = NULL;

	rcu_read_lock();
	if (pid_alive(task) && READ_ONCE(task->group_leader) == leader) {
		next = next_thread(task);
		if (next == leader || next == task)
			next = NULL;
		else
			get_task_struct(next);
	}
	rcu_read_unlock();
	return next;
}

/* The first process whose pid is *nr or more, referenced; *nr is its pid. */
static struct task_struct *next_process_get(int *nr)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	for (;;) {
		pid = idr_get_next(&init_pid_ns.idr, nr);
		if (!pid)
			break;
		task = pid_task(pid, PIDTYPE_TGID);
		if (task && !(task->flags & PF_KTHREAD)) {
			get_task_struct(task);
			break;
		}
		task = NULL;
		(*nr)++;
	}
	rcu_read_unlock();
	return task;
}

/* At the beginning of a process; takes over the caller's reference. */
static void begin_process(struct kmon_walk *walk, struct task_struct *leader)
{
	walk->leader = leader;
	walk->task = leader;
	get_task_struct(walk->task);
	walk->last = NULL;
	walk->fd = 0;
}

/* Return: false when there is no further process. */
static bool next_process(struct kmon_walk *walk)
{
	struct task_struct *leader = next_process_get(&walk->pid);

	if (!leader)
		return false;
	walk->pid++;
	begin_process(walk, leader);
	return true;
}

static void next_thread_of(struct kmon_walk *walk)
{
	struct task_struct *next = next_thread_get(walk->leader, walk->task);

	put_task_struct(walk->task);
	walk->task = next;
	if (!next) {
		put_task_struct(walk->leader);
		walk->leader = NULL;
	}
}

bool kmon_walk_next(struct kmon_walk *walk, kmon_walk_fn fn, void *arg)
{
	const void *files;

	if (!walk->leader && !next_process(walk))
		return false;
	files = READ_ONCE(walk->task->files);
	if (files && (walk->fd || files != walk->last) &&
	    walk_files(walk, fn, arg))
		return true;
	walk->last = files;
	walk->fd = 0;
	next_thread_of(walk);
	return true;
}

void kmon_walk_end(struct kmon_walk *walk)
{
	if (walk->leader) {
		put_task_struct(walk->task);
		put_task_struct(walk->leader);
	}
	memset(walk, 0, sizeof(*walk));
}

void kmon_walk_process(struct task_struct *leader, kmon_walk_fn fn,
		       void (*pause)(void), void *arg)
{
	struct kmon_walk walk = { };

	get_task_struct(leader);
	begin_process(&walk, leader);
	while (walk.leader) {
		kmon_walk_next(&walk, fn, arg);
		if (pause)
			pause();
		cond_resched();
	}
}

void kmon_walk_all(kmon_walk_fn fn, void *arg)
{
	struct kmon_walk walk = { };

	while (kmon_walk_next(&walk, fn, arg))
		cond_resched();
}
