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
 * kmon_walk_process() - visit the sockets of one process
 * @leader: its thread-group leader, referenced by the caller
 * @fn: the visitor
 * @arg: handed to @fn
 *
 * A files table that threads share is visited once; one that a thread has
 * unshared is visited too. Locks are dropped every few hundred descriptors.
 *
 * Context: process, may sleep.
 */
void kmon_walk_process(struct task_struct *leader, kmon_walk_fn fn, void *arg);

/**
 * kmon_walk_all() - visit the sockets of every process
 * @fn: the visitor
 * @arg: handed to @fn
 *
 * Misses by nature what has no descriptor: the accept queue, orphans,
 * TIME_WAIT, files in flight over UNIX sockets, the kernel's own sockets.
 *
 * Context: process, may sleep.
 */
void kmon_walk_all(kmon_walk_fn fn, void *arg);

#endif /* _KMON_WALK_H */
