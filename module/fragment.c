// SPDX-License-Identifier: GPL-2.0
/*
 * The ports of IPv6 fragments, which only the first one of a packet has.
 *
 * IPv6 puts fragments together after LOCAL_IN, so each of them is seen. The
 * table has a fixed size: a newer packet takes the place of an older one, whose
 * further fragments then have no ports.
 */
#include "fragment.h"

#include <linux/jhash.h>
#include <linux/jiffies.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <net/ipv6.h>

#include "compat.h"
#include "record.h"

#define SLOT_BITS 8

/**
 * struct fragment_key - what fragments of one packet have in common
 * @saddr: source
 * @daddr: destination
 * @net: the network namespace, by kmon_compat_net_id()
 * @id: from the fragment header
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 */
struct fragment_key {
	struct in6_addr saddr;
	struct in6_addr daddr;
	u64 net;
	__be32 id;
	u32 proto;
};

/**
 * struct fragment_slot - a packet whose first fragment has arrived
 * @key: which
 * @born: jiffies
 * @sport: its ports, host byte order
 * @dport: likewise
 * @used: whether there is one
 */
struct fragment_slot {
	struct fragment_key key;
	unsigned long born;
	u16 sport;
	u16 dport;
	bool used;
};

/* Protects the slots; taken for fragments only, and inside everything else. */
static DEFINE_RAW_SPINLOCK(slots_lock);
static struct fragment_slot slots[1 << SLOT_BITS];

/* Return: whether there is a fragment header. */
static bool key_of(const struct sk_buff *skb, const struct net *net,
		   u8 proto, struct fragment_key *key)
{
	const struct frag_hdr *fh;
	struct frag_hdr buf;
	unsigned int off = 0;

	if (ipv6_find_hdr(skb, &off, NEXTHDR_FRAGMENT, NULL, NULL) < 0)
		return false;
	fh = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!fh)
		return false;
	key->saddr = ipv6_hdr(skb)->saddr;
	key->daddr = ipv6_hdr(skb)->daddr;
	key->net = kmon_compat_net_id(net);
	key->id = fh->identification;
	key->proto = proto;
	return true;
}

/* By all of the key, because a peer chooses most of it. */
static struct fragment_slot *slot_of(const struct fragment_key *key)
{
	static u32 seed __read_mostly;

	get_random_once(&seed, sizeof(seed));
	return &slots[jhash(key, sizeof(*key), seed) & ((1 << SLOT_BITS) - 1)];
}

void kmon_fragment_first(const struct sk_buff *skb, const struct net *net,
			 u8 proto, unsigned int off)
{
	struct fragment_slot *slot;
	struct fragment_key key;
	const __be16 *ports;
	unsigned long flags;
	__be16 buf[2];

	/* Both headers begin with the two ports. */
	ports = skb_header_pointer(skb, off, sizeof(buf), buf);
	if (!ports || !key_of(skb, net, proto, &key))
		return;
	slot = slot_of(&key);
	raw_spin_lock_irqsave(&slots_lock, flags);
	slot->key = key;
	slot->born = jiffies;
	slot->sport = ntohs(ports[0]);
	slot->dport = ntohs(ports[1]);
	slot->used = true;
	raw_spin_unlock_irqrestore(&slots_lock, flags);
}

bool kmon_fragment_later(const struct sk_buff *skb, const struct net *net,
			 struct kmon_packet *pkt)
{
	unsigned long flags;
	struct fragment_slot *slot;
	struct fragment_key key;
	bool found;

	if (!key_of(skb, net, pkt->t.proto, &key))
		return false;
	slot = slot_of(&key);
	raw_spin_lock_irqsave(&slots_lock, flags);
	/* What is older is not put together any more. */
	found = slot->used && !memcmp(&slot->key, &key, sizeof(key)) &&
		time_before(jiffies, slot->born + IPV6_FRAG_TIMEOUT);
	if (found) {
		pkt->t.sport = slot->sport;
		pkt->t.dport = slot->dport;
	}
	raw_spin_unlock_irqrestore(&slots_lock, flags);
	return found;
}
