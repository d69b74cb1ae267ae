// SPDX-License-Identifier: GPL-2.0
/* The owner engine: its parameters, start and stop, and its answers. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "owner.h"

#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <net/sock.h>

#include "compat.h"
#include "owner/files.h"
#include "owner/hooks.h"
#include "owner/inherit.h"
#include "owner/lookup.h"
#include "owner/named.h"
#include "owner/proc.h"
#include "owner/seed.h"
#include "owner/table.h"
#include "owner/tombstone.h"
#include "owner/verify.h"
#include "stats.h"

#define LIMIT_MIN 16u
#define LIMIT_MAX 4194304u

static unsigned int owner_max;
module_param(owner_max, uint, 0444);
MODULE_PARM_DESC(owner_max, "sockets whose owner is followed (16 to 4194304; 0: by memory)");

static unsigned int tombstone_max;
module_param(tombstone_max, uint, 0444);
MODULE_PARM_DESC(tombstone_max, "closed TCP connections whose owner is remembered (16 to 4194304; 0: by memory)");

/* Protects @nr_users and serialises starting and stopping. */
static DEFINE_MUTEX(engine_lock);
static unsigned int nr_users;

/* Read under RCU by those who do not know whether the engine runs. */
static bool running;

/* When the accounting of packets began, ns of CLOCK_MONOTONIC; 0: it is off. */
static u64 net_since;

void kmon_owner_none(struct kmon_owner *owner, enum kmon_source source)
{
	memset(owner, 0, sizeof(*owner));
	owner->pid = -1;
	owner->source = source;
}

void kmon_owner_kernel(struct kmon_owner *owner)
{
	memset(owner, 0, sizeof(*owner));
	owner->source = KMON_SOURCE_KERNEL;
}

void kmon_owner_remembered(const struct kmon_owner *owner, char *comm,
			   u32 *uid, u64 *cgroup)
{
	const struct kmon_proc *proc = owner->proc;

	memset(comm, 0, TASK_COMM_LEN);
	*uid = owner->source == KMON_SOURCE_KERNEL ? 0 : U32_MAX;
	*cgroup = 0;
	if (proc) {
		kmon_copy_comm(comm, proc->comm);
		*uid = READ_ONCE(proc->uid);
		*cgroup = READ_ONCE(proc->cgroup);
	} else if (owner->source == KMON_SOURCE_KERNEL) {
		strscpy(comm, owner->module ?: "kernel", TASK_COMM_LEN);
	}
}

/*
 * A process sends on a sock that it is not known to hold: it was missed, or
 * another thread is closing it right now, and then it must not be entered.
 */
void kmon_lookup_repair(struct sock *sk)
{
	struct socket *sock = READ_ONCE(sk->sk_socket);
	struct file *file = sock ? READ_ONCE(sock->file) : NULL;

	if (file && kmon_files_has(file, NULL) == KMON_HAS &&
	    kmon_table_hold(sk, current, 0) & KMON_HOLD_NEW)
		kmon_count(KMON_STAT_OWNER_REPAIRED);
}

/* Its owner's end was noticed only now, with other holders still there. */
struct kmon_proc *kmon_lookup_other(struct kmon_entry *held)
{
	kmon_table_settle(held);
	return rcu_dereference(held->holds.owner);
}

const struct sock *kmon_owner_sock(const struct sock *sk)
{
	struct socket *sock;
	const struct sock *msk;

	if (likely(!sk->sk_kern_sock))
		return sk;
	/* A socket is freed after a grace period, so it can be looked at. */
	sock = READ_ONCE(sk->sk_socket);
	msk = sock ? READ_ONCE(sock->sk) : NULL;
	return msk ?: sk;
}

/*
 * A socket without a file is used by the kernel, in whoever's context it was
 * made. A connection that nobody has accepted has no socket of its own yet.
 */
static bool is_kernels(const struct sock *sk, struct kmon_entry *entry)
{
	const struct socket *sock;

	if (entry && rcu_dereference(entry->listener))
		return false;
	sock = READ_ONCE(sk->sk_socket);
	if (sk->sk_kern_sock || (sock && !READ_ONCE(sock->file)))
		return true;
	/* What has had a file will not be the kernel's. */
	if (sock && entry)
		WRITE_ONCE(entry->user, true);
	return false;
}

void kmon_owner_of_kernel(const struct sock *sk, struct kmon_owner *owner)
{
	kmon_owner_kernel(owner);
	owner->module = kmon_named_find(sk);
}

void kmon_lookup_rare(struct sock *sk, bool sending, struct kmon_owner *owner)
{
	struct kmon_entry *entry;

	sk = (struct sock *)kmon_owner_sock(sk);
	entry = kmon_table_find(sk);
	if (entry && kmon_lookup_is_stale(entry, sk)) {
		kmon_count(KMON_STAT_OWNER_STALE);
		entry = NULL;
	}
	if (is_kernels(sk, entry)) {
		kmon_owner_of_kernel(sk, owner);
		return;
	}
	if (!entry)
		kmon_count(KMON_STAT_OWNER_MISSED);
	if (sending)
		kmon_lookup_sender(sk, entry, owner);
	else if (entry)
		kmon_lookup_holder(sk, entry, owner);
	else
		kmon_owner_none(owner, KMON_SOURCE_UNKNOWN);
}

void kmon_owner_of_sock(struct sock *sk, bool sending,
			struct kmon_owner *owner)
{
	kmon_lookup(sk, sending, owner);
}

bool kmon_owner_of_tuple(const struct kmon_tuple *tuple,
			 struct kmon_owner *owner)
{
	return kmon_tombstone_find(tuple, owner);
}

void kmon_owner_count_from(u64 when)
{
	if (when)
		kmon_proc_reset_net();
	WRITE_ONCE(net_since, when);
}

void kmon_owner_thread_exit(struct task_struct *task)
{
	struct kmon_proc *proc;

	/* The only thread there is needs no record to be counted. */
	if (thread_group_empty(task)) {
		rcu_read_lock();
		proc = kmon_proc_find(task);
		if (proc)
			atomic_inc(&proc->threads);
		rcu_read_unlock();
		return;
	}
	proc = kmon_proc_get(task);
	if (proc) {
		atomic_inc(&proc->threads);
		kmon_proc_put(proc);
	}
}

void kmon_owner_totals(struct task_struct *task, struct kmon_totals *totals)
{
	struct kmon_proc *proc;
	atomic64_t *net;

	memset(totals, 0, sizeof(*totals));
	totals->net_since = READ_ONCE(net_since);
	totals->threads = 1;
	rcu_read_lock();
	proc = kmon_proc_find(task);
	if (proc) {
		net = proc->net;
		totals->rx_packets = atomic64_read(&net[KMON_NET_RX_PACKETS]);
		totals->rx_bytes = atomic64_read(&net[KMON_NET_RX_BYTES]);
		totals->tx_packets = atomic64_read(&net[KMON_NET_TX_PACKETS]);
		totals->tx_bytes = atomic64_read(&net[KMON_NET_TX_BYTES]);
		totals->threads = max(atomic_read(&proc->threads), 1);
		/* Who follows no sockets hears nothing further of it. */
		kmon_proc_end(task);
	}
	rcu_read_unlock();
}

int kmon_owner_procs_start(void)
{
	int err;

	mutex_lock(&engine_lock);
	err = kmon_proc_start(owner_max);
	mutex_unlock(&engine_lock);
	return err;
}

void kmon_owner_procs_stop(void)
{
	mutex_lock(&engine_lock);
	kmon_proc_stop();
	mutex_unlock(&engine_lock);
}

bool kmon_owner_running(void)
{
	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "asked outside RCU");
	return READ_ONCE(running);
}

bool kmon_owner_first_in_round(struct sock *sk, struct task_struct *task,
			       unsigned int round)
{
	return kmon_table_hold(sk, task, round) & KMON_HOLD_ROUND;
}

static int engine_start(void)
{
	int err;

	err = kmon_proc_start(owner_max);
	if (err)
		return err;
	err = kmon_table_start(owner_max);
	if (err)
		goto err_proc;
	err = kmon_tombstone_start(tombstone_max);
	if (err)
		goto err_table;
	err = kmon_hooks_start();
	if (err)
		goto err_tombstone;
	kmon_seed();
	WRITE_ONCE(running, true);
	return 0;

err_tombstone:
	kmon_tombstone_stop();
err_table:
	kmon_table_stop();
err_proc:
	kmon_proc_stop();
	return err;
}

static void engine_stop(void)
{
	WRITE_ONCE(running, false);
	kmon_hooks_stop();
	kmon_inherit_stop();
	kmon_verify_stop();
	/* For those who asked whether it runs. */
	synchronize_rcu();
	kmon_tombstone_stop();
	kmon_table_stop();
	kmon_proc_stop();
}

int kmon_owner_start(void)
{
	int err = 0;

	mutex_lock(&engine_lock);
	if (!nr_users)
		err = engine_start();
	if (!err)
		nr_users++;
	mutex_unlock(&engine_lock);
	return err;
}

void kmon_owner_stop(void)
{
	mutex_lock(&engine_lock);
	if (!--nr_users)
		engine_stop();
	mutex_unlock(&engine_lock);
}

/*
 * By memory: at most a 64th of it for live sockets, a 256th for closed ones,
 * at about 256 bytes each.
 */
static unsigned int limit_by_memory(unsigned int share)
{
	u64 bytes = (u64)totalram_pages() << PAGE_SHIFT;

	return clamp_t(u64, bytes / share / 256, 4096, 1 << 20);
}

static int check_limit(const char *name, unsigned int *limit,
		       unsigned int share)
{
	if (!*limit)
		*limit = limit_by_memory(share);
	if (*limit >= LIMIT_MIN && *limit <= LIMIT_MAX)
		return 0;
	pr_err("parameter %s=%u is not within %u to %u\n", name, *limit,
	       LIMIT_MIN, LIMIT_MAX);
	return -EINVAL;
}

static void show_gauges(struct seq_file *m)
{
	kmon_stats_gauge(m, "owner_limit", owner_max);
	kmon_table_gauges(m);
	kmon_proc_gauges(m);
	kmon_stats_gauge(m, "tombstone_limit", tombstone_max);
	kmon_tombstone_gauges(m);
}

int kmon_owner_init(void)
{
	int err;

	err = check_limit("owner_max", &owner_max, 64) ?:
	      check_limit("tombstone_max", &tombstone_max, 256);
	if (err)
		return err;
	err = kmon_proc_init();
	if (err)
		return err;
	err = kmon_table_init();
	if (err)
		goto err_proc;
	err = kmon_tombstone_init();
	if (err)
		goto err_table;
	kmon_stats_add_gauges(show_gauges);
	return 0;

err_table:
	kmon_table_exit();
err_proc:
	kmon_proc_exit();
	return err;
}

void kmon_owner_exit(void)
{
	kmon_tombstone_exit();
	kmon_table_exit();
	kmon_proc_exit();
	kmon_named_exit();
}
