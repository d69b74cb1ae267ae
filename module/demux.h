/* SPDX-License-Identifier: GPL-2.0 */
/*
 * skb -> sock -> owner: what most packets take is inline, the rest in demux.c.
 */
#ifndef _KMON_DEMUX_H
#define _KMON_DEMUX_H

#include <linux/netfilter.h>
#include <linux/preempt.h>
#include <linux/skbuff.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/sock.h>

#include "flow.h"
#include "owner/lookup.h"
#include "record.h"

/* A full sock that sends and receives for itself: no request, no listener. */
static __always_inline bool kmon_demux_is_plain(const struct sock *sk)
{
	return !((1 << READ_ONCE(sk->sk_state)) &
		 (TCPF_TIME_WAIT | TCPF_NEW_SYN_RECV | TCPF_LISTEN));
}

/*
 * A packet of the sock's protocol, from its port. A raw sock has its protocol's
 * number for a port.
 */
static __always_inline bool kmon_demux_is_own(const struct sock *sk,
					      const struct kmon_packet *pkt,
					      const u8 proto)
{
	return sk->sk_type != SOCK_RAW && sk->sk_protocol == proto &&
	       inet_sk(sk)->inet_sport == htons(pkt->t.sport);
}

/*
 * Whether the process that runs now is the one that sends. Not in softirq,
 * nor with bottom halves off, where the stack works for whoever is concerned:
 * a tun writer, a NAPI thread and a busy poller receive there.
 */
static __always_inline bool kmon_demux_is_sender(const struct sk_buff *skb,
						 const struct sock *sk)
{
	return likely(skb->sk == sk) && in_task() && !in_softirq() &&
	       !(current->flags & PF_KTHREAD);
}

static __always_inline bool
kmon_demux_is_multicast(const struct sk_buff *skb,
			const struct kmon_packet *pkt, const u16 family)
{
	if (family == AF_INET6)
		return ipv6_addr_is_multicast(pkt->daddr);
	return skb_rtable(skb) && skb_rtable(skb)->rt_flags &
				  (RTCF_BROADCAST | RTCF_MULTICAST);
}

/* Whether it came in by the port of a VRF, which lookups have to be told. */
static __always_inline bool kmon_demux_is_vrf(const struct sk_buff *skb,
					      const u16 family)
{
	if (!IS_ENABLED(CONFIG_NET_L3_MASTER_DEV))
		return false;
	return family == AF_INET6 ? ipv6_l3mdev_skb(IP6CB(skb)->flags) :
				    ipv4_l3mdev_skb(IPCB(skb)->flags);
}

/* Everything that the two functions below do not decide. Context: as there. */
void kmon_demux_in_rare(struct sk_buff *skb, const struct nf_hook_state *state,
			struct kmon_packet *pkt);
void kmon_demux_out_rare(struct sk_buff *skb, const struct nf_hook_state *state,
			 struct kmon_packet *pkt);

/**
 * kmon_demux_in() - find the owner of a packet that arrives
 * @skb: the packet, at LOCAL_IN
 * @state: of the netfilter hook
 * @pkt: addresses and numbers are set; owner is filled in
 * @kind: of the packet
 *
 * Takes the sock that the packet is attached to, where that is its own, else
 * looks it up as the protocol would, in the packet's network namespace.
 *
 * Context: netfilter hook, RCU read side.
 */
static __always_inline void kmon_demux_in(struct sk_buff *skb,
					  const struct nf_hook_state *state,
					  struct kmon_packet *pkt,
					  const struct kmon_kind kind)
{
	struct sock *sk = skb->sk;

	if (!sk && likely(!kmon_demux_is_vrf(skb, kind.family)) &&
	    (kind.proto == IPPROTO_TCP ||
	     likely(!kmon_demux_is_multicast(skb, pkt, kind.family))))
		sk = kmon_flow_find(state->net, pkt, kind);
	if (likely(sk && kmon_demux_is_plain(sk)))
		kmon_lookup(sk, false, &pkt->owner);
	else
		kmon_demux_in_rare(skb, state, pkt);
}

/**
 * kmon_demux_out() - find the owner of a packet that leaves
 * @skb: the packet, at LOCAL_OUT
 * @state: of the netfilter hook
 * @pkt: addresses and numbers are set; owner is filled in
 * @kind: of the packet
 *
 * Context: netfilter hook, RCU read side.
 */
static __always_inline void kmon_demux_out(struct sk_buff *skb,
					   const struct nf_hook_state *state,
					   struct kmon_packet *pkt,
					   const struct kmon_kind kind)
{
	struct sock *sk = state->sk;

	if (unlikely(!sk || !kmon_demux_is_plain(sk) ||
		     !kmon_demux_is_own(sk, pkt, kind.proto)))
		kmon_demux_out_rare(skb, state, pkt);
	else if (kmon_demux_is_sender(skb, sk))
		kmon_lookup(sk, true, &pkt->owner);
	else
		kmon_lookup(sk, false, &pkt->owner);
}

#endif /* _KMON_DEMUX_H */
