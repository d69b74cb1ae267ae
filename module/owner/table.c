// SPDX-License-Identifier: GPL-2.0
/* The owner table: which processes hold which sock, right now. */
#include "owner/table.h"

#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <net/sock.h>

#include "fault.h"
#include "owner/pool.h"
#include "owner/proc.h"
#include "owner/verify.h"
#include "stats.h"

#define NR_LOCKS 256

/*
 * The chains are read under RCU and written under locks[bucket % NR_LOCKS],
 * which also protects the entries in them and their holders. Raw, because hooks
 * run with preemption off on PREEMPT_RT too; interrupts off, because they run
 * in process context and in softirq. Inside them only the locks of proc.c,
 * pool.c and the workqueue are taken.
 */
struct kmon_table kmon_table __read_mostly;
static raw_spinlock_t locks[NR_LOCKS];

static struct kmon_pool entry_pool = {
	.name = "kmon_entry",
	.size = sizeof(struct kmon_entry),
};

static raw_spinlock_t *lock_of(const struct sock *sk)
{
	return &locks[kmon_table_bucket(sk) % NR_LOCKS];
}

static void entry_free_rcu(struct rcu_head *rcu)
{
	kmon_pool_put(&entry_pool, container_of(rcu, struct kmon_entry, rcu));
}

/* Context: any. The last reference gives up holds, listener and memory. */
static void entry_put(struct kmon_entry *entry)
{
	struct kmon_entry *listener;

	while (entry && refcount_dec_and_test(&entry->refs)) {
		kmon_holds_drop(&entry->holds);
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
	kmon_holds_init(&entry->holds);
	return entry;
}

/* Context: lock held. */
static void link_entry(struct kmon_entry *entry)
{
	hlist_add_head_rcu(&entry->node, kmon_table_chain(entry->sk));
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
		kmon_holds_add(&entry->holds, proc, KMON_HELD, 0);
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

bool kmon_table_seed_clone(const struct sock *listener, const struct sock *sk)
{
	bool known;

	rcu_read_lock();
	known = kmon_table_find(sk) || !kmon_table_find(listener);
	rcu_read_unlock();
	if (!known)
		kmon_table_clone(listener, sk);
	return !known;
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

/*
 * Whether other processes have the same files table, as after clone(2) with
 * CLONE_FILES alone. Who only looks at the table counts too, which does no
 * harm. An exiting process that still sends has none. Context: the table
 * cannot go away.
 */
static bool shares_table(struct task_struct *task)
{
	const struct files_struct *files = READ_ONCE(task->files);

	return files && atomic_read(&files->count) > get_nr_threads(task);
}

/* A process has @sk open, so it has been accepted if it ever had to be. */
static unsigned int hold_sock(struct sock *sk, struct task_struct *task,
			      u64 ino, enum kmon_hold_state state,
			      unsigned int round)
{
	bool shared = shares_table(task);
	struct kmon_proc *proc = kmon_proc_get(task);
	struct kmon_entry *entry, *listener = NULL;
	unsigned int found = KMON_HOLD_ROUND;
	unsigned long flags;

	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = find_or_link(sk);
	if (entry) {
		found = kmon_holds_add(&entry->holds, proc, state, round);
		entry->holds.shared_table |= shared;
		WRITE_ONCE(entry->ino, ino);
		listener = rcu_replace_pointer(entry->listener, NULL,
					       lockdep_is_held(lock_of(sk)));
	}
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	entry_put(listener);
	if (proc)
		kmon_proc_put(proc);
	return found;
}

/* Of a listener that several processes share, who accepts is the one to name. */
static void use_listener(const struct sock *sk)
{
	struct kmon_entry *entry, *listener;

	rcu_read_lock();
	entry = kmon_table_find(sk);
	listener = entry ? rcu_dereference(entry->listener) : NULL;
	if (listener)
		kmon_table_use(listener);
	rcu_read_unlock();
}

void kmon_table_accept(struct sock *sk, u64 ino)
{
	use_listener(sk);
	hold_sock(sk, current, ino, KMON_HELD, 0);
}

unsigned int kmon_table_hold(struct sock *sk, struct task_struct *task,
			     unsigned int round)
{
	return hold_sock(sk, task, ino_of(sk), KMON_HELD, round);
}

bool kmon_table_seed(struct sock *sk, struct task_struct *task)
{
	bool news = kmon_table_hold(sk, task, 0) & KMON_HOLD_NEW;
	struct kmon_entry *entry;
	unsigned long flags;

	if (!news)
		return false;
	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = kmon_table_find(sk);
	if (entry)
		kmon_holds_prefer(&entry->holds, task);
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	return true;
}

unsigned int kmon_table_expect(struct sock *sk)
{
	unsigned int found;

	found = hold_sock(sk, current, ino_of(sk), KMON_DOUBTFUL, 0);
	kmon_verify_soon();
	return found;
}

void kmon_table_free(const struct sock *sk)
{
	struct kmon_entry *entry;
	unsigned long flags;

	/* Most socks that are freed are not ours; their chain is empty. */
	if (hlist_empty(kmon_table_chain(sk)))
		return;
	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = unlink(sk);
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	if (!entry)
		return;
	kmon_count(KMON_STAT_OWNER_FREED);
	entry_put(entry);
}

/*
 * A process's hold is taken away before its references go, and added after
 * they came. So while the lock keeps the holds as they are, there is no fewer
 * references than holds, and who has one more than is accounted for is seen.
 */
bool kmon_table_elsewhere(const struct sock *sk, struct file *file)
{
	struct kmon_entry *entry;
	unsigned long flags;
	bool covered;

	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = kmon_table_find(sk);
	covered = !entry ||
		  kmon_holds_cover(&entry->holds, file_count(file) - 1);
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	return covered;
}

bool kmon_table_release(const struct sock *sk, bool sure)
{
	struct kmon_entry *entry;
	unsigned long flags;
	bool held = false;

	raw_spin_lock_irqsave(lock_of(sk), flags);
	entry = kmon_table_find(sk);
	if (entry)
		held = kmon_holds_release(&entry->holds, sure);
	raw_spin_unlock_irqrestore(lock_of(sk), flags);
	if (held && !sure) {
		kmon_count(KMON_STAT_OWNER_DOUBTFUL);
		kmon_verify_soon();
	}
	return held && sure;
}

bool kmon_table_use(struct kmon_entry *entry)
{
	raw_spinlock_t *lock = lock_of(entry->sk);
	unsigned long flags;
	bool found;

	raw_spin_lock_irqsave(lock, flags);
	found = kmon_holds_use(&entry->holds);
	raw_spin_unlock_irqrestore(lock, flags);
	return found;
}

void kmon_table_settle(struct kmon_entry *entry)
{
	raw_spinlock_t *lock = lock_of(entry->sk);
	unsigned long flags;

	raw_spin_lock_irqsave(lock, flags);
	kmon_holds_settle(&entry->holds);
	raw_spin_unlock_irqrestore(lock, flags);
}

bool kmon_table_next_doubt(unsigned int *bucket, struct kmon_doubt *doubt)
{
	struct kmon_entry *entry;
	unsigned long flags;
	bool found = false;

	for (; *bucket < 1U << kmon_table.bits && !found; ++*bucket) {
		if (hlist_empty(&kmon_table.buckets[*bucket]))
			continue;
		raw_spin_lock_irqsave(&locks[*bucket % NR_LOCKS], flags);
		hlist_for_each_entry(entry, &kmon_table.buckets[*bucket], node) {
			found = kmon_holds_doubt(&entry->holds, doubt);
			doubt->sk = entry->sk;
			if (found)
				break;
		}
		raw_spin_unlock_irqrestore(&locks[*bucket % NR_LOCKS], flags);
		cond_resched();
	}
	return found;
}

void kmon_table_resolve(const struct kmon_doubt *doubt, bool held)
{
	struct kmon_entry *entry;
	unsigned long flags;

	raw_spin_lock_irqsave(lock_of(doubt->sk), flags);
	entry = kmon_table_find(doubt->sk);
	if (entry)
		kmon_holds_resolve(&entry->holds, doubt, held);
	raw_spin_unlock_irqrestore(lock_of(doubt->sk), flags);
}

void kmon_table_refill(void)
{
	kmon_pool_refill(&entry_pool);
	kmon_hold_refill();
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
	err = kmon_hold_init();
	if (err)
		kmon_pool_exit(&entry_pool);
	return err;
}

void kmon_table_exit(void)
{
	kmon_hold_exit();
	kmon_pool_exit(&entry_pool);
}

int kmon_table_start(unsigned int limit)
{
	int err;

	kmon_table.bits = max(1, ilog2(roundup_pow_of_two(limit)));
	kmon_table.shift = 64 - kmon_table.bits;
	kmon_table.buckets =
		KMON_FAULT_NULL(kvcalloc(1UL << kmon_table.bits,
					 sizeof(struct hlist_head),
					 GFP_KERNEL));
	if (!kmon_table.buckets)
		return -ENOMEM;
	err = kmon_pool_start(&entry_pool, limit);
	if (err)
		goto err_buckets;
	err = kmon_hold_start(limit);
	if (err)
		goto err_entries;
	return 0;

err_entries:
	kmon_pool_stop(&entry_pool);
err_buckets:
	kvfree(kmon_table.buckets);
	return err;
}

void kmon_table_stop(void)
{
	struct kmon_entry *entry;
	struct hlist_node *next;
	unsigned long i;

	/* The hooks are gone, so nobody else is in the table. */
	for (i = 0; i < 1UL << kmon_table.bits; i++) {
		hlist_for_each_entry_safe(entry, next, &kmon_table.buckets[i], node) {
			hlist_del_rcu(&entry->node);
			entry_put(entry);
		}
		cond_resched();
	}
	/* Entries and processes return to their pools from RCU callbacks. */
	rcu_barrier();
	kmon_hold_stop();
	kmon_pool_stop(&entry_pool);
	kvfree(kmon_table.buckets);
	kmon_table.buckets = NULL;
}

void kmon_table_gauges(struct seq_file *m)
{
	kmon_stats_gauge(m, "owner_entries", kmon_pool_used(&entry_pool));
	kmon_stats_gauge(m, "owner_entry_bytes", sizeof(struct kmon_entry));
	kmon_hold_gauges(m);
}
