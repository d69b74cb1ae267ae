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

/* Descriptors visited in one critical section. */
#define FDS_PER_LOCK 256

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

	if (fd - batch->first >= FDS_PER_LOCK) {
		batch->next = fd;
		return 1;
	}
	sk = kmon_walk_sock(file);
	if (sk)
		batch->fn(batch->task, fd, file, sk, batch->arg);
	return 0;
}

/* task_lock() keeps task->files from going away; it is dropped per batch. */
static void walk_files(struct task_struct *task, kmon_walk_fn fn, void *arg)
{
	struct fd_batch batch = { .fn = fn, .arg = arg, .task = task };
	int more;

	do {
		batch.first = batch.next;
		task_lock(task);
		more = iterate_fd(task->files, batch.first, visit_fd, &batch);
		task_unlock(task);
		cond_resched();
	} while (more);
}

/*
 * The next thread of the group after @task, referenced, or NULL. Ends early
 * where exec() has made another thread the leader: the process then has one
 * thread and a new table, which is the old one's copy.
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

void kmon_walk_process(struct task_struct *leader, kmon_walk_fn fn, void *arg)
{
	/* Compared only: a table is skipped while it is the last one visited. */
	const struct files_struct *files, *last = NULL;
	struct task_struct *task = leader, *next;

	get_task_struct(task);
	while (task) {
		files = READ_ONCE(task->files);
		if (files && files != last)
			walk_files(task, fn, arg);
		last = files;
		next = next_thread_get(leader, task);
		put_task_struct(task);
		task = next;
	}
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
		if (task) {
			get_task_struct(task);
			break;
		}
		(*nr)++;
	}
	rcu_read_unlock();
	return task;
}

void kmon_walk_all(kmon_walk_fn fn, void *arg)
{
	struct task_struct *task;
	int nr = 1;

	while ((task = next_process_get(&nr))) {
		if (!(task->flags & PF_KTHREAD))
			kmon_walk_process(task, fn, arg);
		put_task_struct(task);
		cond_resched();
		nr++;
	}
}
