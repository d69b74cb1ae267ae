/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets and the processes that have them: records and the event. */
#ifndef _KMON_SOCKET_H
#define _KMON_SOCKET_H

#include <linux/types.h>

struct kmon_socket;
struct sock;
struct task_struct;

/**
 * kmon_socket_of_task() - the record of a socket that a process has
 * @s: filled in but for reason
 * @sk: the sock, which cannot be freed meanwhile
 * @task: a thread of the process
 * @fd: its descriptor, or -1
 *
 * Addresses that change meanwhile may come out old or new.
 *
 * Context: any.
 */
void kmon_socket_of_task(struct kmon_socket *s, const struct sock *sk,
			 struct task_struct *task, int fd);

/**
 * kmon_socket_without_fd() - the record of a sock that no descriptor leads to
 * @s: filled in but for reason
 * @sk: a sock from the tables of TCP or UDP, of any shape, which stays there
 *
 * Its owner is known only while the owner engine runs.
 *
 * Context: any.
 * Return: false, and nothing filled in, where a descriptor leads to it.
 */
bool kmon_socket_without_fd(struct kmon_socket *s, struct sock *sk);

/**
 * kmon_socket_init() - create kmon/enumerate, be told of changes
 *
 * Context: process. Return: 0 or a negative errno.
 */
int kmon_socket_init(void);

/**
 * kmon_socket_exit() - undo that; files go with the directory
 *
 * Context: process.
 */
void kmon_socket_exit(void);

#endif /* _KMON_SOCKET_H */
