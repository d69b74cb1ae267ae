/* SPDX-License-Identifier: GPL-2.0 */
/* Handles: from what a caller passes to a socket that cannot go meanwhile. */
#ifndef _KMON_KSOCKET_HANDLE_H
#define _KMON_KSOCKET_HANDLE_H

#include <kmon/ksocket.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>

#include "ksocket/count.h"

/* Room for a function's name and its module's; longer ones are cut. */
#define KMON_KSOCK_CREATOR_LEN 80

/**
 * struct kmon_ksock - an open socket
 * @users: one for the handle, one for each call that is inside
 * @closed: the handle is not valid any more
 * @nonblock: no call waits
 * @id: what the handle says
 * @sock: the kernel's socket; never NULL, and there as long as @users is not 0
 * @born: ns of CLOCK_MONOTONIC
 * @stats: what was done with it
 * @module: name of the module that made it, as far as it fits into a comm;
 *	    "kernel" for the kernel itself
 * @creator: the function that made it, and its module, as text, because the
 *	     module may be gone when somebody asks
 * @rcu: frees it after those that look it up
 */
struct kmon_ksock {
	refcount_t users;
	bool closed;
	bool nonblock;
	u32 id;
	struct socket *sock;
	u64 born;
	struct kmon_ksock_stats stats;
	char module[TASK_COMM_LEN];
	char creator[KMON_KSOCK_CREATOR_LEN];
	struct rcu_head rcu;
};

/**
 * kmon_ksock_get() - what a handle stands for
 * @handle: anything
 *
 * Context: process.
 * Return: the socket with a reference for the caller, or NULL.
 */
struct kmon_ksock *kmon_ksock_get(ksocket_t handle);

/**
 * kmon_ksock_put() - done with a socket; the last one releases it
 * @ks: the socket
 *
 * Context: process, may sleep.
 */
void kmon_ksock_put(struct kmon_ksock *ks);

/**
 * kmon_ksock_end() - end of a call that neither sends nor receives
 * @ks: the socket, whose reference is given up
 * @result: of the call
 *
 * Context: process, may sleep.
 * Return: @result, but -EBADF for an error of a socket that was closed.
 */
int kmon_ksock_end(struct kmon_ksock *ks, int result);

/**
 * kmon_ksock_walk_begin() - keep sockets from going while they are looked at
 *
 * What is closed meanwhile waits for kmon_ksock_walk_end(), so that it is the
 * one who closes, and not the one who looks, that makes its address free.
 *
 * Context: process, may sleep.
 */
void kmon_ksock_walk_begin(void);

/**
 * kmon_ksock_walk_end() - done with looking
 *
 * Context: process.
 */
void kmon_ksock_walk_end(void);

/**
 * kmon_ksock_next() - the next open socket
 * @id: where to go on, 1 at first; set to that of the socket
 *
 * Context: process, within kmon_ksock_walk_begin() and _end().
 * Return: the socket, which stays until kmon_ksock_walk_end(), or NULL.
 */
struct kmon_ksock *kmon_ksock_next(unsigned long *id);

/**
 * kmon_ksock_alloc() - a handle to be, with its number
 * @caller: address in the function that makes it
 *
 * Context: process, may sleep.
 * Return: it, for kmon_ksock_publish() or kmon_ksock_discard(), or NULL.
 */
struct kmon_ksock *kmon_ksock_alloc(unsigned long caller);

/**
 * kmon_ksock_publish() - there is a socket behind the handle from now on
 * @ks: from kmon_ksock_alloc()
 * @sock: the socket, which is the handle's from now on
 *
 * Context: process, may sleep. Return: the handle.
 */
ksocket_t kmon_ksock_publish(struct kmon_ksock *ks, struct socket *sock);

/**
 * kmon_ksock_discard() - there is no socket after all
 * @ks: from kmon_ksock_alloc()
 *
 * Context: process.
 */
void kmon_ksock_discard(struct kmon_ksock *ks);

/**
 * kmon_ksock_close() - make the handle invalid and wake who is inside
 * @ks: the socket, referenced by the caller, who keeps the reference
 *
 * Context: process, may sleep. Return: false if another one has closed it.
 */
bool kmon_ksock_close(struct kmon_ksock *ks);

/**
 * kmon_ksock_close_all() - close and report what is still open
 *
 * Context: process, may sleep; nobody makes sockets any more.
 */
void kmon_ksock_close_all(void);

#endif /* _KMON_KSOCKET_HANDLE_H */
