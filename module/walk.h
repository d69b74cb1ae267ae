/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks -> threads -> files -> socks, without a long critical section. */
#ifndef _KMON_WALK_H
#define _KMON_WALK_H

#include <linux/types.h>

struct file;
struct sock;
struct task_struct;

/**
 * kmon_walk_sock() - the IPv4 or IPv6 sock behind a file
 * @file: any file that cannot go away meanwhile
 *
 * Context: any. Return: the sock, valid as long as @file is open, or NULL
 * where @file is something else.
 */
struct sock *kmon_walk_sock(struct file *file);

/**
 * typedef kmon_walk_fn - called for each socket that a process has open
 * @task: a thread of the process; its tgid is the process
 * @fd: the file descriptor
 * @file: the open file
 * @sk: its sock
 * @arg: what the caller of the walk gave
 *
 * Context: under the files_struct's file_lock, so that @fd cannot be closed
 * meanwhile; must not sleep.
 */
typedef void (*kmon_walk_fn)(struct task_struct *task, unsigned int fd,
			     struct file *file, struct sock *sk, void *arg);

/**
 * struct kmon_walk - where a walk over all processes is
 * @leader: thread-group leader of the process that it is in, referenced; NULL
 *	    before and after
 * @task: thread of it, referenced
 * @last: files table that was visited last, compared only: threads share it
 * @fd: next descriptor of @task
 * @pid: next process
 *
 * All zero is the beginning.
 */
struct kmon_walk {
	struct task_struct *leader;
	struct task_struct *task;
	const void *last;
	unsigned int fd;
	int pid;
};

/* No batch of kmon_walk_next() is larger. */
#define KMON_WALK_BATCH 256

/**
 * kmon_walk_next() - visit some more of the sockets that processes have open
 * @walk: where to go on, moved forward
 * @fn: the visitor, called at most KMON_WALK_BATCH times
 * @arg: handed to @fn
 *
 * A files table that threads share is visited once; one that a thread has
 * unshared is visited too. Misses by nature what has no descriptor: the
 * accept queue, orphans, TIME_WAIT, files in flight over UNIX sockets, the
 * kernel's own sockets.
 *
 * Context: process, may sleep. Return: whether there may be more.
 */
bool kmon_walk_next(struct kmon_walk *walk, kmon_walk_fn fn, void *arg);

/**
 * kmon_walk_end() - give up what a walk holds
 * @walk: at any point; is at the beginning afterwards
 *
 * Context: process.
 */
void kmon_walk_end(struct kmon_walk *walk);

/**
 * kmon_walk_process() - visit the sockets of one process
 * @leader: its thread-group leader, referenced by the caller
 * @fn: the visitor
 * @pause: called after each batch of at most KMON_WALK_BATCH, may sleep; or NULL
 * @arg: handed to @fn
 *
 * Context: process, may sleep.
 */
void kmon_walk_process(struct task_struct *leader, kmon_walk_fn fn,
		       void (*pause)(void), void *arg);

/**
 * kmon_walk_all() - visit the sockets of every process
 * @fn: the visitor
 * @arg: handed to @fn
 *
 * Context: process, may sleep.
 */
void kmon_walk_all(kmon_walk_fn fn, void *arg);

#endif /* _KMON_WALK_H */
