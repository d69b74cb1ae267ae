// SPDX-License-Identifier: GPL-2.0
/* Waiting until something can be done on a socket: kpoll(), and for the calls. */
#include "ksocket/wait.h"

#include <linux/completion.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <net/sock.h>

#include "fault.h"
#include "ksocket/handle.h"

#define FDS_MAX 4096

/* So many need no memory of their own. */
#define FDS_STACK 4

/* What the protocols look at in a file: whether O_NONBLOCK is set. It is not. */
static struct file no_file;

/**
 * struct watch - one socket that is waited for
 * @table: what the protocol is asked with
 * @entry: in the protocol's wait queue
 * @head: that queue; NULL if there is none
 * @ks: the socket, referenced; NULL: the handle is not valid
 * @ready: completed when something happens
 */
struct watch {
	poll_table table;
	wait_queue_entry_t entry;
	wait_queue_head_t *head;
	struct kmon_ksock *ks;
	struct completion *ready;
};

/* Context: any, lock of the wait queue held. */
static int watch_wake(wait_queue_entry_t *entry, unsigned int mode, int sync,
		      void *key)
{
	struct watch *w = container_of(entry, struct watch, entry);

	if (!key || key_to_poll(key) & w->table._key)
		complete(w->ready);
	return 0;
}

/* A socket's protocol has one queue; if another came, it would not wake. */
static void watch_queue(struct file *unused, wait_queue_head_t *head,
			poll_table *table)
{
	struct watch *w = container_of(table, struct watch, table);

	if (WARN_ON_ONCE(w->head))
		return;
	w->head = head;
	init_waitqueue_func_entry(&w->entry, watch_wake);
	add_wait_queue(head, &w->entry);
}

static void watch_begin(struct watch *w, struct kmon_ksock *ks,
			__poll_t events, struct completion *ready)
{
	w->ks = ks;
	w->head = NULL;
	w->ready = ready;
	init_poll_funcptr(&w->table, watch_queue);
	w->table._key = events | EPOLLERR | EPOLLHUP;
}

static void watch_end(struct watch *w)
{
	if (w->head)
		remove_wait_queue(w->head, &w->entry);
}

/* Asks the protocol, and the first time enters its wait queue. */
static __poll_t watch_ask(struct watch *w)
{
	struct socket *sock;
	__poll_t mask;

	if (!w->ks || READ_ONCE(w->ks->closed))
		return EPOLLNVAL;
	sock = w->ks->sock;
	if (!sock->ops->poll)
		return 0;
	mask = sock->ops->poll(&no_file, sock, &w->table);
	w->table._qproc = NULL;
	return mask & w->table._key;
}

/* Context: process. Return: jiffies left, 0, or -ERESTARTSYS. */
static long nap_for(struct completion *ready, long time)
{
	return wait_for_completion_interruptible_timeout(ready, time);
}

int kmon_ksock_wait(struct kmon_ksock *ks, __poll_t events, long nap,
		    long *timeo)
{
	DECLARE_COMPLETION_ONSTACK(ready);
	struct watch w;
	long time = min(nap, *timeo), left = time;

	if (!*timeo)
		return -EAGAIN;
	watch_begin(&w, ks, events, &ready);
	if (!events || !watch_ask(&w))
		left = nap_for(&ready, time);
	watch_end(&w);
	if (READ_ONCE(ks->closed))
		return -EBADF;
	if (left < 0)
		return sock_intr_errno(*timeo);
	if (*timeo != MAX_SCHEDULE_TIMEOUT)
		*timeo -= time - left;
	return 0;
}

static int ask_all(struct kpollfd *fds, struct watch *watches, unsigned int nr)
{
	unsigned int i;
	int nr_ready = 0;

	for (i = 0; i < nr; i++) {
		fds[i].revents = watch_ask(&watches[i]);
		nr_ready += !!fds[i].revents;
	}
	return nr_ready;
}

static int poll_loop(struct kpollfd *fds, struct watch *watches,
		     unsigned int nr, struct completion *ready, long timeo)
{
	int nr_ready;

	for (;;) {
		/* What happens after we have asked completes it again. */
		reinit_completion(ready);
		nr_ready = ask_all(fds, watches, nr);
		if (nr_ready || !timeo)
			return nr_ready;
		timeo = nap_for(ready, timeo);
		if (timeo < 0)
			return -EINTR;
	}
}

static int poll_watches(struct kpollfd *fds, struct watch *watches,
			unsigned int nr, long timeo)
{
	DECLARE_COMPLETION_ONSTACK(ready);
	struct kmon_ksock *ks;
	unsigned int i;
	int result;

	for (i = 0; i < nr; i++) {
		ks = kmon_ksock_get(fds[i].socket);
		watch_begin(&watches[i], ks, fds[i].events, &ready);
	}
	result = poll_loop(fds, watches, nr, &ready, timeo);
	for (i = 0; i < nr; i++) {
		watch_end(&watches[i]);
		if (watches[i].ks)
			kmon_ksock_end(watches[i].ks, 0);
	}
	return result;
}

int kpoll(struct kpollfd *fds, unsigned int nr, int timeout_ms)
{
	long timeo = timeout_ms < 0 ? MAX_SCHEDULE_TIMEOUT :
				      msecs_to_jiffies(timeout_ms);
	struct watch few[FDS_STACK], *watches = few;
	int result;

	if (nr > FDS_MAX || (nr && !fds))
		return -EINVAL;
	if (nr > FDS_STACK)
		watches = KMON_FAULT_NULL(kvmalloc_array(nr, sizeof(*watches),
							 GFP_KERNEL));
	if (!watches)
		return -ENOMEM;
	result = poll_watches(fds, watches, nr, timeo);
	if (watches != few)
		kvfree(watches);
	return result;
}
EXPORT_SYMBOL_GPL(kpoll);
