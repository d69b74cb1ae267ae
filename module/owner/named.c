// SPDX-License-Identifier: GPL-2.0
/* Sockets of the kernel's own of which it is known which module uses them. */
#include "owner/named.h"

#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <net/inet_sock.h>
#include <net/sock.h>

#include "fault.h"
#include "owner.h"
#include "stats.h"

/* A connection goes on for a while after its socket was closed. */
#define CLOSED_AGE_MAX	(90 * HZ)
#define CLOSED_MAX	1024

/**
 * struct module_name - the name of a module
 * @node: in the list of all, which only grows: there are few modules
 * @text: the name
 */
struct module_name {
	struct list_head node;
	char text[TASK_COMM_LEN];
};

/**
 * struct named - a sock that a module uses, or has closed
 * @by_sk: in the table by sock
 * @by_port: a listener: in the table by port
 * @age: closed: in the list of those, oldest first
 * @sk: the sock, compared only
 * @net: its network namespace, compared only
 * @name: the module's
 * @ports: closed: of the connection, as the address may be another sock's now
 * @closed: jiffies; 0: open
 * @rcu: frees it after readers
 *
 * Written under named_lock, read under RCU.
 */
struct named {
	struct hlist_node by_sk;
	struct hlist_node by_port;
	struct list_head age;
	const struct sock *sk;
	const struct net *net;
	const char *name;
	u32 ports;
	unsigned long closed;
	struct rcu_head rcu;
};

/* Protects the lists for writers. Context: process. */
static DEFINE_SPINLOCK(named_lock);
static DEFINE_HASHTABLE(socks, 10);
static DEFINE_HASHTABLE(listeners, 6);
static LIST_HEAD(closed);
static unsigned int nr_closed;
static LIST_HEAD(names);

static u32 ports_of(const struct sock *sk)
{
	return (u32)inet_sk(sk)->inet_num << 16 |
	       (__force u32)inet_sk(sk)->inet_dport;
}

static bool is_inet(const struct sock *sk)
{
	return sk->sk_family == AF_INET || sk->sk_family == AF_INET6;
}

/* Context: RCU read side or lock held. */
static struct named *find(const struct sock *sk)
{
	struct named *named;

	hash_for_each_possible_rcu(socks, named, by_sk, (unsigned long)sk,
				   lockdep_is_held(&named_lock))
		if (named->sk == sk && named->net == sock_net(sk))
			return named;
	return NULL;
}

static const char *find_listener(const struct sock *sk)
{
	unsigned int port = inet_sk(sk)->inet_num;
	struct named *named;

	hash_for_each_possible_rcu(listeners, named, by_port, port)
		if (named->net == sock_net(sk) && named->ports >> 16 == port)
			return named->name;
	return NULL;
}

const char *kmon_named_find(const struct sock *sk)
{
	struct named *named = find(sk);

	/* Pairs with kmon_owner_unname(), which has set the ports before. */
	if (named && (!smp_load_acquire(&named->closed) ||
		      named->ports == ports_of(sk)))
		return named->name;
	/* Without a socket it was not accepted yet. */
	if (sk->sk_protocol == IPPROTO_TCP && !READ_ONCE(sk->sk_socket))
		return find_listener(sk);
	return NULL;
}

/* Context: lock held. */
static void remove(struct named *named)
{
	lockdep_assert_held(&named_lock);
	hash_del_rcu(&named->by_sk);
	if (!hlist_unhashed(&named->by_port))
		hash_del_rcu(&named->by_port);
	if (named->closed) {
		list_del(&named->age);
		nr_closed--;
	}
	kfree_rcu(named, rcu);
}

/* Context: lock held. Two for each new one, so that none stays for ever. */
static void expire(void)
{
	struct named *oldest;
	unsigned int i;

	for (i = 0; i < 2 && !list_empty(&closed); i++) {
		oldest = list_first_entry(&closed, struct named, age);
		if (nr_closed <= CLOSED_MAX &&
		    !time_after(jiffies, oldest->closed + CLOSED_AGE_MAX))
			break;
		remove(oldest);
	}
}

/* Context: lock held. Return: the name, or NULL. */
static const char *find_name(const char *text)
{
	struct module_name *name;

	list_for_each_entry(name, &names, node)
		if (!strcmp(name->text, text))
			return name->text;
	return NULL;
}

/* Context: lock held. @new is used or freed. */
static const char *keep_name(struct module_name *new, const char *text)
{
	const char *known = find_name(text);

	if (known) {
		kfree(new);
		return known;
	}
	strscpy(new->text, text, sizeof(new->text));
	list_add(&new->node, &names);
	return new->text;
}

void kmon_owner_name(const struct sock *sk, const char *text)
{
	struct module_name *name;
	struct named *named, *old;

	if (!is_inet(sk))
		return;
	named = KMON_FAULT_NULL(kzalloc(sizeof(*named), GFP_KERNEL));
	name = KMON_FAULT_NULL(kzalloc(sizeof(*name), GFP_KERNEL));
	if (!named || !name) {
		kmon_count(KMON_STAT_ALLOC_FAILED);
		kfree(named);
		kfree(name);
		return;
	}
	named->sk = sk;
	named->net = sock_net(sk);
	spin_lock(&named_lock);
	named->name = keep_name(name, text);
	old = find(sk);
	if (old)
		remove(old);
	expire();
	hash_add_rcu(socks, &named->by_sk, (unsigned long)sk);
	spin_unlock(&named_lock);
}

void kmon_owner_name_listener(const struct sock *sk)
{
	struct named *named;

	spin_lock(&named_lock);
	named = find(sk);
	if (named && hlist_unhashed(&named->by_port)) {
		named->ports = ports_of(sk);
		hash_add_rcu(listeners, &named->by_port,
			     inet_sk(sk)->inet_num);
	}
	spin_unlock(&named_lock);
}

/* Context: lock held. */
static void close_named(struct named *named, const struct sock *sk)
{
	lockdep_assert_held(&named_lock);
	if (!hlist_unhashed(&named->by_port))
		hash_del_rcu(&named->by_port);
	named->ports = ports_of(sk);
	/* Pairs with kmon_named_find(). */
	smp_store_release(&named->closed, jiffies ?: 1);
	list_add_tail(&named->age, &closed);
	nr_closed++;
}

void kmon_owner_unname(const struct sock *sk)
{
	struct named *named;

	spin_lock(&named_lock);
	named = find(sk);
	if (named && sk->sk_protocol == IPPROTO_TCP &&
	    sk->sk_state != TCP_LISTEN)
		close_named(named, sk);
	else if (named)
		remove(named);
	expire();
	spin_unlock(&named_lock);
}

void kmon_named_exit(void)
{
	struct module_name *name, *next;

	spin_lock(&named_lock);
	while (!list_empty(&closed))
		remove(list_first_entry(&closed, struct named, age));
	spin_unlock(&named_lock);
	list_for_each_entry_safe(name, next, &names, node)
		kfree(name);
}
