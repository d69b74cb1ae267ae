/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flows: what the kernel's lookup answered last for addresses and ports.
 *
 * A lookup costs as much as all else that finding an owner takes. Within one
 * jiffy its answer is used again, if the sock still is what was asked for:
 * hashed, with these addresses and ports. The sock cannot go away meanwhile,
 * as a flow holds a reference; it is let go when the sock is not hashed any
 * more or nobody asked for a while.
 */
#ifndef _KMON_FLOW_H
#define _KMON_FLOW_H

#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/types.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "record.h"

#define KMON_FLOW_BITS 11

/**
 * struct kmon_flow - a slot of the table; flows that meet here take turns
 * @sk: the sock, of which this is a reference, or NULL
 * @hash: kmon_flow_hash() of what was asked
 * @asked: jiffies when it was
 *
 * Packets of all CPUs read and write it without a lock, and may find @hash and
 * @asked of another sock than @sk: they decide only whether to ask again. Only
 * flow.c's worker takes a sock away, and puts it after a grace period.
 */
struct kmon_flow {
	struct sock *sk;
	u32 hash;
	u32 asked;
};

extern struct kmon_flow *kmon_flows;

/**
 * kmon_flow_hash() - where to look for a packet's flow
 * @pkt: addresses and ports are set
 * @family: of the packet; a constant, as below
 *
 * Context: any. Return: the hash; its upper bits are the slot.
 */
static __always_inline u32 kmon_flow_hash(const struct kmon_packet *pkt,
					  const u16 family)
{
	u64 hash = (u32)pkt->t.sport << 16 | pkt->t.dport;
	const u32 *s = pkt->saddr, *d = pkt->daddr;

	if (family == AF_INET6) {
		hash = (hash ^ s[0] ^ (u64)s[1] << 32) * GOLDEN_RATIO_64;
		hash = (hash ^ s[2] ^ (u64)s[3] << 32) * GOLDEN_RATIO_64;
		hash = (hash ^ d[0] ^ (u64)d[1] << 32) * GOLDEN_RATIO_64;
		s = d + 2;
		d = d + 3;
	}
	hash = hash * GOLDEN_RATIO_64 ^ *s ^ (u64)*d << 32;
	return hash * GOLDEN_RATIO_64 >> 32;
}

static __always_inline struct kmon_flow *kmon_flow_slot(u32 hash)
{
	return &kmon_flows[hash >> (32 - KMON_FLOW_BITS)];
}

/* A packet that arrives is an established connection's. */
static __always_inline bool kmon_flow_is_tcp(const struct sock *sk,
					     const struct kmon_packet *pkt,
					     const u16 family)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (family == AF_INET6)
		return sk->sk_family == AF_INET6 &&
		       ipv6_addr_equal(&sk->sk_v6_daddr, pkt->saddr) &&
		       ipv6_addr_equal(&sk->sk_v6_rcv_saddr, pkt->daddr);
#endif
	return READ_ONCE(sk->sk_daddr) == *(const __be32 *)pkt->saddr &&
	       READ_ONCE(sk->sk_rcv_saddr) == *(const __be32 *)pkt->daddr;
}

/*
 * A datagram that arrives is for a socket that was alone on its port when it
 * was kept, and is not shared, so that none can be a better match.
 */
static __always_inline bool kmon_flow_is_udp(const struct sock *sk,
					     const struct kmon_packet *pkt,
					     const u16 family)
{
	__be32 local, remote;

	/* Bits that setsockopt(2) changes at any time. */
	if (data_race(sk->sk_reuse || sk->sk_reuseport))
		return false;
#if IS_ENABLED(CONFIG_IPV6)
	if (family == AF_INET6)
		return sk->sk_family == AF_INET6 &&
		       (ipv6_addr_any(&sk->sk_v6_daddr) ||
			ipv6_addr_equal(&sk->sk_v6_daddr, pkt->saddr)) &&
		       (ipv6_addr_any(&sk->sk_v6_rcv_saddr) ||
			ipv6_addr_equal(&sk->sk_v6_rcv_saddr, pkt->daddr));
#endif
	local = READ_ONCE(sk->sk_rcv_saddr);
	remote = READ_ONCE(sk->sk_daddr);
	/* Likewise. */
	return data_race(!sk->sk_ipv6only) &&
	       (!remote || remote == *(const __be32 *)pkt->saddr) &&
	       (!local || local == *(const __be32 *)pkt->daddr);
}

/**
 * kmon_flow_is_of() - whether a lookup would find a sock for a packet
 * @sk: the sock, of which the caller has a reference or is in its RCU read side
 * @net: where the packet arrives
 * @pkt: the packet
 * @kind: of the packet
 *
 * Context: any, RCU read side.
 */
static __always_inline bool kmon_flow_is_of(const struct sock *sk,
					    const struct net *net,
					    const struct kmon_packet *pkt,
					    const struct kmon_kind kind)
{
	const __be16 rport = READ_ONCE(sk->sk_dport);

	if (sock_net(sk) != net || sk->sk_protocol != kind.proto ||
	    hlist_unhashed_lockless(&sk->sk_node) || READ_ONCE(sk->sk_bound_dev_if) ||
	    READ_ONCE(sk->sk_num) != pkt->t.dport)
		return false;
	if (kind.proto == IPPROTO_TCP)
		return rport == htons(pkt->t.sport) &&
		       kmon_flow_is_tcp(sk, pkt, kind.family);
	return (!rport || rport == htons(pkt->t.sport)) &&
	       kmon_flow_is_udp(sk, pkt, kind.family);
}

/**
 * kmon_flow_find() - the sock that a packet is for, if that is known
 * @net: where it arrives, by no VRF
 * @pkt: the packet; no multicast
 * @kind: of the packet
 *
 * Context: softirq or process, RCU read side, flows started.
 * Return: a full sock, valid in this RCU read side, or NULL.
 */
static __always_inline struct sock *
kmon_flow_find(const struct net *net, const struct kmon_packet *pkt,
	       const struct kmon_kind kind)
{
	const u32 hash = kmon_flow_hash(pkt, kind.family);
	const struct kmon_flow *flow = kmon_flow_slot(hash);
	struct sock *sk = READ_ONCE(flow->sk);

	if (likely(sk && READ_ONCE(flow->hash) == hash &&
		   READ_ONCE(flow->asked) == (u32)jiffies &&
		   kmon_flow_is_of(sk, net, pkt, kind)))
		return sk;
	return NULL;
}

/**
 * kmon_flow_keep() - keep the answer of the kernel's lookup
 * @sk: a full sock that it gave
 * @net: where the packet arrives, by no VRF
 * @pkt: the packet that was asked for
 * @referenced: the caller has a reference on @sk
 *
 * Context: as kmon_flow_find().
 * Return: whether the caller's reference has been taken over.
 */
bool kmon_flow_keep(struct sock *sk, struct net *net,
		    const struct kmon_packet *pkt, bool referenced);

/**
 * kmon_flow_start() - make the table
 *
 * Context: process, may sleep. Return: 0 or -ENOMEM.
 */
int kmon_flow_start(void);

/**
 * kmon_flow_stop() - let go of everything
 *
 * Context: process, may sleep; nobody finds or keeps any more.
 */
void kmon_flow_stop(void);

#endif /* _KMON_FLOW_H */
