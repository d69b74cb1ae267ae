// SPDX-License-Identifier: GPL-2.0
/* Who owned the TCP connections that are gone, for their late packets. */
#include "owner/tombstone.h"

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "compat.h"
#include "fault.h"
#include "owner.h"
#include "owner/named.h"
#include "owner/pool.h"
#include "owner/proc.h"
#include "owner/table.h"
#include "stats.h"

/* TIME_WAIT lasts 60 s; what comes later than this belongs to nobody. */
#define TOMB_AGE_MAX	(90 * HZ)

/* How often the old ones are cleared away while nothing new arrives. */
#define TOMB_SWEEP	(10 * HZ)

/* Old ones cleared away per new one, so that the work per close is bounded. */
#define TOMB_EXPIRE_MAX	4

/**
 * struct kmon_tomb - a connection that is gone
 * @node: in the chain of its bucket
 * @age: in the list of all, oldest first
 * @tuple: the key
 * @proc: the owner, counted; NULL where that was the kernel
 * @module: then, the module that used the socket, or NULL
 * @ino: inode number that the socket had
 * @born: jiffies
 * @shared: whether several processes held it
 * @rcu: frees it after readers
 */
struct kmon_tomb {
	struct hlist_node node;
	struct list_head age;
	struct kmon_tuple tuple;
	struct kmon_proc *proc;
	const char *module;
	u64 ino;
	unsigned long born;
	bool shared;
	struct rcu_head rcu;
};

/*
 * Protects chains and list for writers; readers walk the chains under RCU.
 * Raw, because hooks run with preemption off on PREEMPT_RT too. Inside it
 * only the locks of proc.c and pool.c are taken.
 */
static DEFINE_RAW_SPINLOCK(tomb_lock);
static LIST_HEAD(tombs_by_age);
static struct hlist_head *buckets;
static unsigned int bucket_bits;
static unsigned int nr_tombs, nr_tombs_max;
static u32 seed __read_mostly;

static void sweep_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(sweep, sweep_work);

static struct kmon_pool tomb_pool = {
	.name = "kmon_tomb",
	.size = sizeof(struct kmon_tomb),
};

/* All of both ends, because a peer chooses most of them. */
static struct hlist_head *bucket_of(const struct kmon_tuple *t)
{
	const u32 *l = (const u32 *)&t->laddr, *r = (const u32 *)&t->raddr;
	u32 hash = jhash_3words((__force u32)t->lport << 16 |
				(__force u32)t->rport, l[3], r[3],
				seed ^ (u32)t->net);

	if (!ipv6_addr_v4mapped(&t->laddr)) {
		hash = jhash2(l, 3, hash);
		hash = jhash2(r, 3, hash);
	}
	return &buckets[hash_32(hash, bucket_bits)];
}

static bool tuple_eq(const struct kmon_tuple *a, const struct kmon_tuple *b)
{
	return a->net == b->net && a->lport == b->lport &&
	       a->rport == b->rport && ipv6_addr_equal(&a->laddr, &b->laddr) &&
	       ipv6_addr_equal(&a->raddr, &b->raddr);
}

/* Context: RCU read side or lock held. */
static struct kmon_tomb *find(const struct hlist_head *bucket,
			      const struct kmon_tuple *tuple)
{
	struct kmon_tomb *tomb;

	hlist_for_each_entry_rcu(tomb, bucket, node,
				 lockdep_is_held(&tomb_lock))
		if (tuple_eq(&tomb->tuple, tuple))
			return tomb;
	return NULL;
}

static void tomb_free_rcu(struct rcu_head *rcu)
{
	kmon_pool_put(&tomb_pool, container_of(rcu, struct kmon_tomb, rcu));
}

/* Context: lock held. */
static void remove(struct kmon_tomb *tomb)
{
	lockdep_assert_held(&tomb_lock);
	hlist_del_rcu(&tomb->node);
	list_del(&tomb->age);
	nr_tombs--;
	if (tomb->proc)
		kmon_proc_put(tomb->proc);
	call_rcu(&tomb->rcu, tomb_free_rcu);
}

static bool too_old(const struct kmon_tomb *tomb)
{
	return time_after(jiffies, tomb->born + TOMB_AGE_MAX);
}

/*
 * Context: lock held. Makes room for one more: removes up to @max that are
 * too old, and the oldest when there are too many.
 */
static void expire(unsigned int max)
{
	struct kmon_tomb *tomb;

	while (max-- && !list_empty(&tombs_by_age)) {
		tomb = list_first_entry(&tombs_by_age, struct kmon_tomb, age);
		if (!too_old(tomb)) {
			if (nr_tombs < nr_tombs_max)
				break;
			kmon_count(KMON_STAT_LOST_TOMB);
		}
		remove(tomb);
	}
}

static void sweep_work(struct work_struct *work)
{
	unsigned long flags;
	bool more;

	do {
		raw_spin_lock_irqsave(&tomb_lock, flags);
		expire(TOMB_EXPIRE_MAX);
		more = !list_empty(&tombs_by_age) &&
		       too_old(list_first_entry(&tombs_by_age,
						struct kmon_tomb, age));
		raw_spin_unlock_irqrestore(&tomb_lock, flags);
		cond_resched();
	} while (more);
	schedule_delayed_work(&sweep, TOMB_SWEEP);
}

/* Return: whether @sk is a connection, with both ends. */
static bool tuple_of(const struct sock *sk, struct kmon_tuple *tuple)
{
	const struct inet_sock *inet = inet_sk(sk);

	tuple->net = kmon_compat_net_id(sock_net(sk));
	tuple->lport = inet->inet_sport;
	tuple->rport = inet->inet_dport;
#if IS_ENABLED(CONFIG_IPV6)
	if (sk->sk_family == AF_INET6 &&
	    !ipv6_addr_v4mapped(&sk->sk_v6_daddr)) {
		tuple->laddr = sk->sk_v6_rcv_saddr;
		tuple->raddr = sk->sk_v6_daddr;
		return tuple->lport && tuple->rport;
	}
#endif
	ipv6_addr_set_v4mapped(inet->inet_rcv_saddr, &tuple->laddr);
	ipv6_addr_set_v4mapped(inet->inet_daddr, &tuple->raddr);
	return tuple->lport && tuple->rport;
}

/* What a tombstone says: filled in under RCU, before there is one. */
struct epitaph {
	struct kmon_proc *proc;
	const char *module;
	u64 ino;
	bool shared;
};

/*
 * Context: RCU read side. Return: whether the owner is known; a process is
 * referenced then.
 */
static bool epitaph_of(const struct sock *sk, struct epitaph *epitaph)
{
	struct kmon_entry *entry, *held;

	memset(epitaph, 0, sizeof(*epitaph));
	sk = kmon_owner_sock(sk);
	entry = kmon_table_find(sk);
	if (!entry && sk->sk_kern_sock)
		epitaph->module = kmon_named_find(sk);
	if (!entry)
		return sk->sk_kern_sock;
	held = rcu_dereference(entry->listener) ?: entry;
	epitaph->proc = rcu_dereference(held->holds.owner);
	epitaph->ino = READ_ONCE(entry->ino);
	epitaph->shared = READ_ONCE(held->holds.nr_present) > 1;
	return epitaph->proc && refcount_inc_not_zero(&epitaph->proc->refs);
}

static struct kmon_tomb *tomb_new(const struct sock *sk,
				  const struct kmon_tuple *tuple)
{
	struct epitaph epitaph;
	struct kmon_tomb *tomb;
	bool known;

	rcu_read_lock();
	known = epitaph_of(sk, &epitaph);
	rcu_read_unlock();
	if (!known)
		return NULL;
	tomb = kmon_pool_get(&tomb_pool);
	if (!tomb) {
		kmon_count(KMON_STAT_LOST_TOMB);
		if (epitaph.proc)
			kmon_proc_put(epitaph.proc);
		return NULL;
	}
	tomb->tuple = *tuple;
	tomb->proc = epitaph.proc;
	tomb->module = epitaph.module;
	tomb->ino = epitaph.ino;
	tomb->shared = epitaph.shared;
	tomb->born = jiffies;
	return tomb;
}

void kmon_tombstone_set(const struct sock *sk)
{
	struct kmon_tomb *tomb, *old;
	struct hlist_head *bucket;
	struct kmon_tuple tuple;
	unsigned long flags;

	if (!tuple_of(sk, &tuple))
		return;
	bucket = bucket_of(&tuple);
	tomb = tomb_new(sk, &tuple);
	raw_spin_lock_irqsave(&tomb_lock, flags);
	/* Whoever had these ends before is not the owner of what comes now. */
	old = find(bucket, &tuple);
	if (old)
		remove(old);
	if (tomb) {
		expire(TOMB_EXPIRE_MAX);
		hlist_add_head_rcu(&tomb->node, bucket);
		list_add_tail(&tomb->age, &tombs_by_age);
		nr_tombs++;
	}
	raw_spin_unlock_irqrestore(&tomb_lock, flags);
}

bool kmon_tombstone_find(const struct kmon_tuple *tuple,
			 struct kmon_owner *owner)
{
	struct kmon_tomb *tomb = find(bucket_of(tuple), tuple);

	if (!tomb || too_old(tomb))
		return false;
	if (!tomb->proc) {
		kmon_owner_kernel(owner);
		owner->module = tomb->module;
		return true;
	}
	kmon_proc_read(tomb->proc, owner);
	owner->ino = tomb->ino;
	owner->shared = tomb->shared;
	owner->source = KMON_SOURCE_TOMBSTONE;
	return true;
}

int kmon_tombstone_init(void)
{
	get_random_bytes(&seed, sizeof(seed));
	return kmon_pool_init(&tomb_pool);
}

void kmon_tombstone_exit(void)
{
	kmon_pool_exit(&tomb_pool);
}

int kmon_tombstone_start(unsigned int limit)
{
	int err;

	/* What is removed comes back after a grace period; leave room. */
	nr_tombs_max = max(1u, limit - limit / 4);
	bucket_bits = max(1, ilog2(roundup_pow_of_two(limit)));
	buckets = KMON_FAULT_NULL(kvcalloc(1UL << bucket_bits,
					   sizeof(*buckets), GFP_KERNEL));
	if (!buckets)
		return -ENOMEM;
	err = kmon_pool_start(&tomb_pool, limit);
	if (err) {
		kvfree(buckets);
		return err;
	}
	schedule_delayed_work(&sweep, TOMB_SWEEP);
	return 0;
}

void kmon_tombstone_stop(void)
{
	unsigned long flags;
	unsigned int left;

	cancel_delayed_work_sync(&sweep);
	while (!list_empty(&tombs_by_age)) {
		raw_spin_lock_irqsave(&tomb_lock, flags);
		for (left = 64; left && !list_empty(&tombs_by_age); left--)
			remove(list_first_entry(&tombs_by_age,
						struct kmon_tomb, age));
		raw_spin_unlock_irqrestore(&tomb_lock, flags);
		cond_resched();
	}
	/* They return to the pool from RCU callbacks. */
	rcu_barrier();
	kmon_pool_stop(&tomb_pool);
	kvfree(buckets);
	buckets = NULL;
}

void kmon_tombstone_gauges(struct seq_file *m)
{
	kmon_stats_gauge(m, "tombstones", READ_ONCE(nr_tombs));
	kmon_stats_gauge(m, "tombstone_bytes", sizeof(struct kmon_tomb));
}
