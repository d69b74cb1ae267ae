// SPDX-License-Identifier: GPL-2.0
/* Handles: from what a caller passes to a socket that cannot go meanwhile. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "ksocket/handle.h"

#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/poison.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>
#include <net/sock.h>

#include "compat.h"
#include "fault.h"
#include "owner.h"

/*
 * Numbers of open sockets -> struct kmon_ksock. They are given out in a
 * circle, so that a handle that was closed stays invalid until 2^31 others
 * were made. Read under RCU; its own lock is for writers.
 */
static DEFINE_XARRAY_ALLOC1(socks);
static u32 next_id = 1;

#define ID_LIMIT XA_LIMIT(1, INT_MAX)

/* Protects the sockets that somebody looks at from being released. */
static DEFINE_MUTEX(walk_lock);

/* Not an address, so that whoever follows a handle is told at once. */
static ksocket_t handle_of(u32 id)
{
	return (ksocket_t)(POISON_POINTER_DELTA + (unsigned long)id);
}

struct kmon_ksock *kmon_ksock_get(ksocket_t handle)
{
	unsigned long id = (unsigned long)handle - POISON_POINTER_DELTA;
	struct kmon_ksock *ks;

	if (unlikely(id - 1 >= INT_MAX))
		return NULL;
	rcu_read_lock();
	ks = xa_load(&socks, id);
	if (likely(ks) && unlikely(!refcount_inc_not_zero(&ks->users)))
		ks = NULL;
	rcu_read_unlock();
	if (unlikely(!ks))
		return NULL;
	/*
	 * Pairs with kmon_ksock_close(): either we see that it is closed, or
	 * it sees that somebody is inside.
	 */
	smp_mb__after_atomic();
	if (unlikely(READ_ONCE(ks->closed))) {
		kmon_ksock_put(ks);
		return NULL;
	}
	return ks;
}

/* Nobody is inside and nobody can come: like the last close(2). */
static void release(struct kmon_ksock *ks)
{
	kmon_owner_unname(ks->sock->sk);
	sock_release(ks->sock);
	kmon_ksock_stats_add(&ks->stats);
	kfree_rcu(ks, rcu);
}

void kmon_ksock_put(struct kmon_ksock *ks)
{
	if (unlikely(refcount_dec_and_test(&ks->users)))
		release(ks);
}

int kmon_ksock_end(struct kmon_ksock *ks, int result)
{
	if (unlikely(result < 0 && READ_ONCE(ks->closed)))
		result = -EBADF;
	atomic64_inc(&ks->stats.others);
	kmon_ksock_count_error(&ks->stats, result);
	kmon_ksock_put(ks);
	return result;
}

void kmon_ksock_walk_begin(void)
{
	mutex_lock(&walk_lock);
}

void kmon_ksock_walk_end(void)
{
	mutex_unlock(&walk_lock);
}

struct kmon_ksock *kmon_ksock_next(unsigned long *id)
{
	lockdep_assert_held(&walk_lock);
	return xa_find(&socks, id, INT_MAX, XA_PRESENT);
}

/*
 * "function [module]", or "function" in the kernel itself, as one word each.
 * Looked up now: at the end the module is gone.
 */
static void set_creator(struct kmon_ksock *ks, unsigned long caller)
{
	char *bracket, *end;

	snprintf(ks->creator, sizeof(ks->creator), "%ps", (void *)caller);
	strscpy(ks->module, "kernel", sizeof(ks->module));
	bracket = strchr(ks->creator, ' ');
	if (!bracket)
		return;
	memmove(bracket, bracket + 1, strlen(bracket));
	if (*bracket != '[')
		return;
	strscpy(ks->module, bracket + 1, sizeof(ks->module));
	end = strchr(ks->module, ']');
	if (end)
		*end = '\0';
}

struct kmon_ksock *kmon_ksock_alloc(unsigned long caller)
{
	struct kmon_ksock *ks;

	ks = KMON_FAULT_NULL(kzalloc(sizeof(*ks), GFP_KERNEL));
	if (!ks)
		return NULL;
	/* The number is taken, so that publishing cannot fail; 1: wrapped. */
	if (KMON_FAULT_ERR(xa_alloc_cyclic(&socks, &ks->id, NULL, ID_LIMIT,
					   &next_id, GFP_KERNEL)) < 0) {
		kfree(ks);
		return NULL;
	}
	refcount_set(&ks->users, 1);
	set_creator(ks, caller);
	return ks;
}

ksocket_t kmon_ksock_publish(struct kmon_ksock *ks, struct socket *sock)
{
	ksocket_t handle = handle_of(ks->id);

	ks->sock = sock;
	ks->born = ktime_get_ns();
	kmon_owner_name(sock->sk, ks->module);
	/* Into a place that is there already: needs no memory. */
	WARN_ON(xa_err(xa_store(&socks, ks->id, ks, GFP_KERNEL)));
	return handle;
}

void kmon_ksock_discard(struct kmon_ksock *ks)
{
	xa_erase(&socks, ks->id);
	kfree(ks);
}

/*
 * Wakes who waits on the socket, now and later: every wait of the protocols
 * ends, or does not begin, once the directions are shut. Where a family has
 * no shutdown, its datagram receivers look at the same flags.
 */
static void wake_all(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (kernel_sock_shutdown(sock, SHUT_RDWR) != -EOPNOTSUPP)
		return;
	lock_sock(sk);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	sk->sk_state_change(sk);
	release_sock(sk);
}

bool kmon_ksock_close(struct kmon_ksock *ks)
{
	void *was;

	/* Whoever looks at it is gone, and nobody will from now on. */
	mutex_lock(&walk_lock);
	was = xa_cmpxchg(&socks, ks->id, ks, NULL, GFP_KERNEL);
	mutex_unlock(&walk_lock);
	if (was != ks)
		return false;
	WRITE_ONCE(ks->closed, true);
	/* Pairs with kmon_ksock_get(). */
	smp_mb();
	/* Without anybody inside it ends as close(2) does, with no shutdown. */
	if (refcount_read(&ks->users) > 2)
		wake_all(ks->sock);
	kmon_ksock_put(ks);
	return true;
}

void kmon_ksock_close_all(void)
{
	struct kmon_ksock *ks;
	unsigned long id;

	xa_for_each(&socks, id, ks) {
		pr_warn("ksocket %u was left open; made by %s\n", ks->id,
			ks->creator);
		refcount_inc(&ks->users);
		kmon_ksock_close(ks);
		kmon_ksock_put(ks);
	}
	WARN_ON(!xa_empty(&socks));
}
