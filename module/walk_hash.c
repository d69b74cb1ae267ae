// SPDX-License-Identifier: GPL-2.0
/* The tables in which TCP and UDP find their socks. */
#include "walk_hash.h"

#include <linux/rwsem.h>
#include <net/inet_hashtables.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/udp.h>

#include "compat.h"

/* Buckets looked at before the caller gets to reschedule. */
#define BUCKETS_PER_STEP 1024

/**
 * struct visit - one batch
 * @fn: the visitor
 * @arg: for it
 * @skip: socks of this bucket still to be passed over
 * @left: how many may still be visited
 * @seen: socks of this bucket passed over or visited
 */
struct visit {
	kmon_walk_hash_fn fn;
	void *arg;
	unsigned int skip;
	unsigned int left;
	unsigned int seen;
};

/* Context: bucket locked. Return: whether the batch goes on. */
static bool visit_sock(struct visit *v, struct sock *sk)
{
	if (v->skip) {
		v->skip--;
	} else if (v->left) {
		v->left--;
		v->fn(sk, v->arg);
	} else {
		return false;
	}
	v->seen++;
	return true;
}

static bool visit_established(struct net *net, unsigned int i, struct visit *v)
{
	struct inet_hashinfo *info = kmon_compat_tcp_table(net);
	spinlock_t *lock = inet_ehash_lockp(info, i);
	struct hlist_nulls_node *node;
	bool more = true;
	struct sock *sk;

	if (hlist_nulls_empty(&info->ehash[i].chain))
		return true;
	spin_lock_bh(lock);
	sk_nulls_for_each(sk, node, &info->ehash[i].chain) {
		more = visit_sock(v, sk);
		if (!more)
			break;
	}
	spin_unlock_bh(lock);
	return more;
}

static bool visit_listening(struct net *net, unsigned int i, struct visit *v)
{
	struct inet_hashinfo *info = kmon_compat_tcp_table(net);
	struct inet_listen_hashbucket *bucket =
		&kmon_compat_listen_table(info)[i];
	struct hlist_nulls_node *node;
	bool more = true;
	struct sock *sk;

	spin_lock_bh(&bucket->lock);
	sk_nulls_for_each(sk, node, &bucket->nulls_head) {
		more = visit_sock(v, sk);
		if (!more)
			break;
	}
	spin_unlock_bh(&bucket->lock);
	return more;
}

static bool visit_udp(struct net *net, unsigned int i, struct visit *v)
{
	struct udp_hslot *slot = &kmon_compat_udp_table(net)->hash[i];
	bool more = true;
	struct sock *sk;

	if (hlist_empty(&slot->head))
		return true;
	spin_lock_bh(&slot->lock);
	sk_for_each(sk, &slot->head) {
		more = visit_sock(v, sk);
		if (!more)
			break;
	}
	spin_unlock_bh(&slot->lock);
	return more;
}

static unsigned int established_buckets(struct net *net)
{
	return kmon_compat_tcp_table(net)->ehash_mask + 1;
}

static unsigned int listening_buckets(struct net *net)
{
	return kmon_compat_listen_buckets(kmon_compat_tcp_table(net));
}

static unsigned int udp_buckets(struct net *net)
{
	return kmon_compat_udp_table(net)->mask + 1;
}

static const void *tcp_table(struct net *net)
{
	return kmon_compat_tcp_table(net);
}

static const void *udp_table_of(struct net *net)
{
	return kmon_compat_udp_table(net);
}

/**
 * struct table - one kind of table
 * @of: which one a namespace uses; most share the initial one's
 * @buckets: how many it has
 * @visit: visit a bucket; false when the batch is full
 */
struct table {
	const void *(*of)(struct net *net);
	unsigned int (*buckets)(struct net *net);
	bool (*visit)(struct net *net, unsigned int i, struct visit *v);
};

enum { ESTABLISHED, LISTENING, UDP };

static const struct table tables[] = {
	[ESTABLISHED] = { tcp_table, established_buckets, visit_established },
	[LISTENING] = { tcp_table, listening_buckets, visit_listening },
	[UDP] = { udp_table_of, udp_buckets, visit_udp },
};

/*
 * The @nr-th namespace with a table of its own; 0 is the initial one, whose
 * table the others share. Context: net_rwsem held.
 */
static struct net *find_net(const struct table *table, unsigned int nr)
{
	struct net *net;

	if (!nr)
		return &init_net;
	for_each_net(net)
		if (table->of(net) != table->of(&init_net) && !--nr)
			return net;
	return NULL;
}

/* Return: false at the end of the table. */
static bool step(struct kmon_walk_hash *walk, const struct table *table,
		 struct net *net, struct visit *v)
{
	unsigned int end = walk->bucket + BUCKETS_PER_STEP;
	unsigned int nr = table->buckets(net);

	for (; walk->bucket < min(end, nr); walk->bucket++) {
		v->skip = walk->skip;
		v->seen = 0;
		if (!table->visit(net, walk->bucket, v)) {
			walk->skip = v->seen;
			return true;
		}
		walk->skip = 0;
	}
	return walk->bucket < nr;
}

bool kmon_walk_hash_next(struct kmon_walk_hash *walk, kmon_walk_hash_fn fn,
			 void *arg)
{
	struct visit v = { .fn = fn, .arg = arg, .left = KMON_WALK_HASH_BATCH };
	const struct table *table = &tables[walk->table];
	struct net *net;

	if (walk->table == ARRAY_SIZE(tables))
		return false;
	down_read(&net_rwsem);
	net = find_net(table, walk->net);
	if (!net) {
		walk->table++;
		walk->net = 0;
	} else if (!step(walk, table, net, &v)) {
		walk->net++;
		walk->bucket = 0;
	}
	up_read(&net_rwsem);
	cond_resched();
	return true;
}

bool kmon_walk_listeners_next(struct kmon_walk_hash *walk,
			      kmon_walk_hash_fn fn, void *arg)
{
	walk->table = max_t(unsigned int, walk->table, LISTENING);
	return walk->table == LISTENING && kmon_walk_hash_next(walk, fn, arg);
}
