/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets and the processes that have them: records and the event. */
#ifndef _KMON_SOCKET_H
#define _KMON_SOCKET_H

#include <linux/in6.h>
#include <linux/sched.h>
#include <linux/types.h>

struct sock;
struct task_struct;

/**
 * struct kmon_socket - a socket and a process
 * @saddr: local end, a struct sockaddr_in or sockaddr_in6
 * @daddr: remote end, likewise
 * @ino: inode number of the socket, 0 where it has none
 * @cgroup: id of the process's cgroup in the v2 hierarchy
 * @pid: tgid in the initial pid namespace; 0 the kernel, -1 not known
 * @uid: the process's real uid in the initial user namespace
 * @fd: file descriptor, -1 where there is none or it is not known
 * @netns: inode number of the network namespace
 * @proto: IPPROTO_TCP, ...
 * @state: as in struct sock
 * @raw: whether it is a raw socket
 * @reason: enum kmon_reason
 * @comm: name of the thread-group leader, raw
 */
struct kmon_socket {
	struct sockaddr_in6 saddr;
	struct sockaddr_in6 daddr;
	u64 ino;
	u64 cgroup;
	s32 pid;
	u32 uid;
	s32 fd;
	u32 netns;
	u16 proto;
	u8 state;
	bool raw;
	u8 reason;
	char comm[TASK_COMM_LEN];
};

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
