// SPDX-License-Identifier: GPL-2.0
/* The owner table: which processes hold which sock, right now. */
#include "owner/table.h"

#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <net/sock.h>

#include "fault.h"
#include "owner/pool.h"
#include "owner/proc.h"
#include "stats.h"

#define NR_LOCKS 256

/* Holders looked through on a send; who is behind them is not moved up. */
#define USE_LOOK_MAX 16

/**
 * enum hold_state - whether a process has a sock open
 * @HELD: yes
 * @DOUBTFUL: it closed a descriptor and may have another one
 * @GONE: not any more; kept while nobody else is known, for late packets
 */
enum hold_state { HELD, DOUBTFUL, GONE };

/**
 * struct kmon_hold - one process that holds one sock
 * @node: in the entry's list
 * @proc: the process, counted
 * @round: last enumeration that asked for it
 * @state: enum hold_state
 *
 * Only ever looked at under the lock of the entry's bucket.
 */
struct kmon_hold {
	struct list_head node;
	struct kmon_proc *proc;
	unsigned int round;
	u8 state;
};

/*
 * The chains are read under RCU and written under locks[bucket % NR_LOCKS],
 * which also protects the entries in them and their holds. Raw, because hooks
 * run with preemption off on PREEMPT_RT too; interrupts off, because they run
 * in process context and in softirq. Inside them only the locks of proc.c,
 * pool.c and the workqueue are taken.
 */
static struct hlist_head *buckets;
static unsigned int bucket_bits;
static raw_spinlock_t locks[NR_LOCKS];

static struct kmon_pool entry_pool = {
	.name = "kmon_entry",
	.size = sizeof(struct kmon_entry),
};

static struct kmon_pool hold_pool = {
	.name = "kmon_hold",
	.size = sizeof(struct kmon_hold),
};

static unsigned int bucket_of(const struct sock *sk)
{
	return hash_ptr(sk, bucket_bits);
}

static raw_spinlock_t *lock_of(const struct sock *sk)
{
	return &locks[bucket_of(sk) % NR_LOCKS];
}

struct kmon_entry *kmon_table_find(const struct sock *sk)
{
	struct kmon_entry *entry;

	hlist_for_each_entry_rcu(entry, &buckets[bucket_of(sk)], node,
				 lockdep_is_held(lock_of(sk)))
		if (entry->sk == sk)
			return entry;
	return NULL;
}

/* Context: lock held. */
static struct kmon_hold *hold_find(struct kmon_entry *entry,
				   const struct kmon_proc *proc)
{
	struct kmon_hold *hold;

	list_for_each_entry(hold, &entry->holds, node)
		if (hold->proc == proc)
			return hold;
	return NULL;
}

/* Context: lock held, or the entry is out of reach. */
static void hold_drop(struct kmon_hold *hold)
{
	list_del(&hold->node);
	kmon_proc_put(hold->proc);
	kmon_pool_put(&hold_pool, hold);
}

/*
 * Choose whom packets are named after, when holds have changed: the present
 * owner while it holds the sock, else the holder added last, else the one
 * that is left in doubt, else whoever held it last. Among several, one in
 * doubt is never chosen. Who is gone is forgotten once another one is there.
 *
 * Context: lock held. Borrowed pointers stay valid for readers: a hold that
 * is dropped frees its process after a grace period.
 */
static void settle(struct kmon_entry *entry)
{
	struct kmon_proc *owner = rcu_dereference_protected(entry->owner,
					lockdep_is_held(lock_of(entry->sk)));
	struct kmon_hold *hold, *next, *best = NULL;
	unsigned int nr_present = 0;

	list_for_each_entry(hold, &entry->holds, node) {
		if (hold->state != GONE)
			nr_present++;
		if (!best || hold->state < best->state ||
		    (hold->state == best->state && hold->proc == owner))
			best = hold;
	}
	if (best && best->state == DOUBTFUL && nr_present > 1)
		best = NULL;
	rcu_assign_pointer(entry->owner, best ? best->proc : NULL);
	WRITE_ONCE(entry->nr_present, nr_present);
	if (!nr_present)
		return;
	list_for_each_entry_safe(hold, next, &entry->holds, node)
		if (hold->state == GONE)
			hold_drop(hold);
}

/* Context: lock held. Takes its own reference. Return: as kmon_table_hold(). */
static unsigned int hold_add(struct kmon_entry *entry, struct kmon_proc *proc,
			     unsigned int round)
{
	struct kmon_hold *hold = hold_find(entry, proc);
	unsigned int found = 0;

	if (!hold) {
		hold = kmon_pool_get(&hold_pool);
		if (!hold) {
			kmon_count(KMON_STAT_LOST_HOLD);
			return KMON_HOLD_ROUND;
		}
		hold->proc = kmon_proc_hold(proc);
		hold->state = GONE;
		list_add(&hold->node, &entry->holds);
	}
	if (hold->state != HELD) {
		hold->state = HELD;
		settle(entry);
		found |= KMON_HOLD_NEW;
	}
	if (hold->round != round) {
		hold->round = round;
		found |= KMON_HOLD_ROUND;
	}
	return found;
}

static void entry_free_rcu(struct rcu_head *rcu)
{
	kmon_pool_put(&entry_pool, container_of(rcu, struct kmon_entry, rcu));
}

/* Context: any. The last reference gives up holds, listener and memory. */
static void entry_put(struct kmon_entry *entry)
{
	struct kmon_entry *listener;
	struct kmon_hold *hold, *next;

	while (entry && refcount_dec_and_test(&entry->refs)) {
		list_for_each_entry_safe(hold, next, &entry->holds, node)
			hold_drop(hold);
		listener = rcu_dereference_protected(entry->listener, true);
		call_rcu(&entry->rcu, entry_free_rcu);
		entry = listener;
	}
}

/* Context: lock held. Takes the entry of @sk, if any, out of the table. */
static struct kmon_entry *unlink(const struct sock *sk)
{
	struct kmon_entry *entry = kmon_table_find(sk);

	if (entry)
		hlist_del_rcu(&entry->node);
	return entry;
}

static struct kmon_entry *entry_new(const struct sock *sk)
{
	struct kmon_entry *entry = kmon_pool_get(&entry_pool);

	if (!entry) {
		kmon_count(KMON_STAT_LOST_ENTRY);
		return NULL;
	}
	entry->sk = sk;
	entry->net = sock_net(sk);
	refcount_set(&entry->refs, 1);
	INIT_LIST_HEAD(&entry->holds);
	return entry;
}

/* Context: lock held. */
static void link_entry(struct kmon_entry *entry)
{
	hlist_add_head_rcu(&entry->node, &buckets[bucket_of(entry->sk)]);
}

static u64 ino_of(const struct sock *sk)
{
	struct socket *sock = READ_ONCE(sk->sk_socket);

	return sock ? SOCK_INODE(sock)->i_ino : 0;
}

void kmon_table_create(struct sock *sk)
{
	struct kmon_proc *proc = kmon_proc_get(current);
	struct kmon_entry *entry = entry_new(sk), *old;
	unsigned long flags;

	if (entry)
		entry->ino = ino_of(sk);
	raw_spin_lock_irqsave(lock_of(sk), flags);
	old = unlink(sk);
	if (entry) {
		if (proc)
			hold_add(entry, proc, 0);
		link_entry(entry);
	}
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	entry_put(old);
	if (proc)
		kmon_proc_put(proc);
}

void kmon_table_clone(const struct sock *listener, const struct sock *sk)
{
	struct kmon_entry *parent, *entry, *old;
	unsigned long flags;

	rcu_read_lock();
	parent = kmon_table_find(listener);
	if (parent && !refcount_inc_not_zero(&parent->refs))
		parent = NULL;
	rcu_read_unlock();
	entry = parent ? entry_new(sk) : NULL;
	if (entry) {
		rcu_assign_pointer(entry->listener, parent);
		parent = NULL;
	}
	raw_spin_lock_irqsave(lock_of(sk), flags);
	old = unlink(sk);
	if (entry)
		link_entry(entry);
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	entry_put(old);
	entry_put(parent);
}

/* The entry of @sk, made when there is none. Context: lock held. */
static struct kmon_entry *find_or_link(const struct sock *sk)
{
	struct kmon_entry *entry = kmon_table_find(sk);

	if (!entry) {
		entry = entry_new(sk);
		if (entry)
			link_entry(entry);
	}
	return entry;
}

/* A process has @sk open, so it has been accepted if it ever had to be. */
static unsigned int hold_sock(struct sock *sk, struct task_struct *task,
			      u64 ino, unsigned int round)
{
	struct kmon_proc *proc = kmon_proc_get(task);
	struct kmon_entry *entry, *listener = NULL;
	unsigned int found = KMON_HOLD_ROUND;
	unsigned long flags;

	if (!proc)
		return found;
	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = find_or_link(sk);
	if (entry) {
		found = hold_add(entry, proc, round);
		WRITE_ONCE(entry->ino, ino);
		listener = rcu_replace_pointer(entry->listener, NULL,
					       lockdep_is_held(lock_of(sk)));
	}
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	entry_put(listener);
	kmon_proc_put(proc);
	return found;
}

void kmon_table_accept(struct sock *sk, u64 ino)
{
	hold_sock(sk, current, ino, 0);
}

unsigned int kmon_table_hold(struct sock *sk, struct task_struct *task,
			     unsigned int round)
{
	return hold_sock(sk, task, ino_of(sk), round);
}

void kmon_table_free(const struct sock *sk)
{
	struct kmon_entry *entry;
	unsigned long flags;

	/* Most socks that are freed are not ours; their chain is empty. */
	if (hlist_empty(&buckets[bucket_of(sk)]))
		return;
	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = unlink(sk);
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	if (!entry)
		return;
	kmon_count(KMON_STAT_OWNER_FREED);
	entry_put(entry);
}

/* Context: lock held. */
static struct kmon_hold *hold_of_current(struct kmon_entry *entry,
					 unsigned int max)
{
	struct kmon_hold *hold;

	list_for_each_entry(hold, &entry->holds, node) {
		if (kmon_proc_is_current(hold->proc))
			return hold;
		if (!--max)
			break;
	}
	return NULL;
}

bool kmon_table_release(const struct sock *sk, bool sure)
{
	struct kmon_entry *entry;
	struct kmon_hold *hold;
	unsigned long flags;

	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = kmon_table_find(sk);
	hold = entry ? hold_of_current(entry, UINT_MAX) : NULL;
	if (hold && hold->state == GONE)
		hold = NULL;
	if (hold) {
		kmon_proc_remember(hold->proc, current);
		hold->state = sure ? GONE : DOUBTFUL;
		settle(entry);
	}
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	if (hold && !sure)
		kmon_count(KMON_STAT_OWNER_DOUBTFUL);
	return hold;
}

bool kmon_table_use(struct kmon_entry *entry)
{
	raw_spinlock_t *lock = lock_of(entry->sk);
	struct kmon_hold *hold;
	unsigned long flags;
	bool held;

	raw_spin_lock_irqsave(lock, flags);
	hold = hold_of_current(entry, USE_LOOK_MAX);
	held = hold && hold->state == HELD;
	if (held)
		rcu_assign_pointer(entry->owner, hold->proc);
	raw_spin_unlock_irqrestore(lock, flags);
	return held;
}

int kmon_table_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < NR_LOCKS; i++)
		raw_spin_lock_init(&locks[i]);
	err = kmon_pool_init(&entry_pool);
	if (err)
		return err;
	err = kmon_pool_init(&hold_pool);
	if (err)
		kmon_pool_exit(&entry_pool);
	return err;
}

void kmon_table_exit(void)
{
	kmon_pool_exit(&hold_pool);
	kmon_pool_exit(&entry_pool);
}

int kmon_table_start(unsigned int limit)
{
	int err;

	bucket_bits = max(1, ilog2(roundup_pow_of_two(limit)));
	buckets = KMON_FAULT_NULL(kvcalloc(1UL << bucket_bits,
					   sizeof(*buckets), GFP_KERNEL));
	if (!buckets)
		return -ENOMEM;
	err = kmon_pool_start(&entry_pool, limit);
	if (err)
		goto err_buckets;
	err = kmon_pool_start(&hold_pool, limit);
	if (err)
		goto err_entries;
	return 0;

err_entries:
	kmon_pool_stop(&entry_pool);
err_buckets:
	kvfree(buckets);
	return err;
}

void kmon_table_stop(void)
{
	struct kmon_entry *entry;
	struct hlist_node *next;
	unsigned long i;

	/* The hooks are gone, so nobody else is in the table. */
	for (i = 0; i < 1UL << bucket_bits; i++) {
		hlist_for_each_entry_safe(entry, next, &buckets[i], node) {
			hlist_del_rcu(&entry->node);
			entry_put(entry);
		}
		cond_resched();
	}
	/* Entries and processes return to their pools from RCU callbacks. */
	rcu_barrier();
	kmon_pool_stop(&hold_pool);
	kmon_pool_stop(&entry_pool);
	kvfree(buckets);
	buckets = NULL;
}

void kmon_table_gauges(struct seq_file *m)
{
	kmon_stats_gauge(m, "owner_entries", kmon_pool_used(&entry_pool));
	kmon_stats_gauge(m, "owner_holds", kmon_pool_used(&hold_pool));
	kmon_stats_gauge(m, "owner_entry_bytes", sizeof(struct kmon_entry) +
			 sizeof(struct kmon_hold));
}
