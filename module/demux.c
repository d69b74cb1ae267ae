// SPDX-License-Identifier: GPL-2.0
/* skb -> sock -> owner. */
#include "demux.h"

#include <linux/filter.h>
#include <linux/netfilter.h>
#include <linux/preempt.h>
#include <linux/skbuff.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/request_sock.h>
#include <net/route.h>
#include <net/sock.h>
#include <net/sock_reuseport.h>
#include <net/tcp.h>

#include "compat.h"
#include "multicast.h"
#include "owner/lookup.h"
#include "record.h"

/*
 * A lookup's question: the local and the remote end, and the interfaces that
 * the protocols ask for. Addresses are struct in_addr or in6_addr.
 */
struct ends {
	const void *laddr;
	const void *raddr;
	u16 lport;
	__be16 rport;
	int dif;
	int sdif;
};

static __be32 v4(const void *addr)
{
	return *(const __be32 *)addr;
}

/* The interfaces by which the protocols will look for the receiver. */
static void ends_of(const struct sk_buff *skb, const struct kmon_packet *pkt,
		    struct ends *ends)
{
	if (pkt->t.dir == KMON_DIR_OUT) {
		ends->laddr = pkt->saddr;
		ends->lport = pkt->t.sport;
		ends->raddr = pkt->daddr;
		ends->rport = htons(pkt->t.dport);
		ends->dif = pkt->t.ifindex;
		ends->sdif = 0;
		return;
	}
	ends->laddr = pkt->daddr;
	ends->lport = pkt->t.dport;
	ends->raddr = pkt->saddr;
	ends->rport = htons(pkt->t.sport);
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->t.family == AF_INET6) {
		ends->dif = inet6_iif(skb);
		ends->sdif = inet6_sdif(skb);
		return;
	}
#endif
	ends->dif = inet_iif(skb);
	ends->sdif = inet_sdif((struct sk_buff *)skb);
}

/* Return: a sock with a reference for the caller, of any state, or NULL. */
static struct sock *tcp_established(struct net *net,
				    const struct kmon_packet *pkt,
				    const struct ends *e)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->t.family == AF_INET6)
		return kmon_compat_tcp6_established(net, e->raddr, e->rport,
						    e->laddr, e->lport,
						    e->dif, e->sdif);
#endif
	return kmon_compat_tcp4_established(net, v4(e->raddr), e->rport,
					    v4(e->laddr), e->lport,
					    e->dif, e->sdif);
}

/* Return: a listener, without a reference, or NULL. */
static struct sock *tcp_listener(struct net *net,
				 const struct kmon_packet *pkt,
				 const struct ends *e)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->t.family == AF_INET6)
		return kmon_compat_tcp6_listener(net, e->raddr, e->rport,
						 e->laddr, e->lport,
						 e->dif, e->sdif);
#endif
	return kmon_compat_tcp4_listener(net, v4(e->raddr), e->rport,
					 v4(e->laddr), e->lport,
					 e->dif, e->sdif);
}

/* Return: the socket that will receive it, without a reference, or NULL. */
static struct sock *udp_lookup(struct net *net, const struct kmon_packet *pkt,
			       const struct ends *e)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->t.family == AF_INET6)
		return kmon_compat_udp6(net, e->raddr, e->rport, e->laddr,
					htons(e->lport), e->dif, e->sdif);
#endif
	return kmon_compat_udp4(net, v4(e->raddr), e->rport, v4(e->laddr),
				htons(e->lport), e->dif, e->sdif);
}

/*
 * Whether a BPF program chooses among several sockets: it is run once, by the
 * protocol, so who will receive is not known yet.
 */
static bool is_steered(const struct sock *sk)
{
	const struct sock_reuseport *reuse =
		rcu_dereference(sk->sk_reuseport_cb);

	return unlikely(reuse) && rcu_access_pointer(reuse->prog) &&
	       reuse->num_socks > 1;
}

static void to_mapped(const struct kmon_packet *pkt, const void *from,
		      struct in6_addr *to)
{
	if (pkt->t.family == AF_INET6)
		*to = *(const struct in6_addr *)from;
	else
		ipv6_addr_set_v4mapped(v4(from), to);
}

/* The sock is gone, or only its TIME_WAIT remainder is left. */
static bool by_tombstone(const struct net *net, struct kmon_packet *pkt,
			 const struct ends *e)
{
	struct kmon_tuple tuple = {
		.net = kmon_compat_net_id(net),
		.lport = htons(e->lport),
		.rport = e->rport,
	};

	to_mapped(pkt, e->laddr, &tuple.laddr);
	to_mapped(pkt, e->raddr, &tuple.raddr);
	return kmon_owner_of_tuple(&tuple, &pkt->owner);
}

/* A sock that was looked up, which therefore did not choose the packet. */
static void by_sock(struct sock *sk, struct kmon_packet *pkt)
{
	if (is_steered(sk)) {
		kmon_owner_none(&pkt->owner, KMON_SOURCE_UNKNOWN);
		return;
	}
	kmon_lookup(sk, false, &pkt->owner);
}

static void mark_listener(const struct sock *sk, struct kmon_packet *pkt)
{
	if (sk->sk_state == TCP_LISTEN && pkt->t.proto == IPPROTO_TCP &&
	    pkt->owner.source == KMON_SOURCE_SOCKET)
		pkt->owner.source = KMON_SOURCE_LISTENER;
}

static bool by_listener(struct net *net, struct kmon_packet *pkt,
			const struct ends *e)
{
	struct sock *sk = tcp_listener(net, pkt, e);

	if (!sk)
		return false;
	by_sock(sk, pkt);
	mark_listener(sk, pkt);
	return true;
}

/* A first SYN, which asks for something new: what was here is not meant. */
static bool is_syn(const struct kmon_packet *pkt)
{
	return (pkt->t.tcp_flags & (TCPHDR_SYN | TCPHDR_ACK | TCPHDR_RST)) ==
	       TCPHDR_SYN;
}

/*
 * A sock of the TCP table, in any of its three shapes. A request sock stands
 * for its listener, a TIME_WAIT sock for a connection that is gone, unless a
 * new one begins with the same two ends.
 */
static void by_tcp_sock(struct sock *sk, struct kmon_packet *pkt,
			struct net *net, const struct ends *e)
{
	if (sk->sk_state == TCP_TIME_WAIT) {
		if (is_syn(pkt) && by_listener(net, pkt, e))
			return;
		if (!by_tombstone(net, pkt, e))
			kmon_owner_none(&pkt->owner, KMON_SOURCE_UNKNOWN);
		return;
	}
	if (sk->sk_state == TCP_NEW_SYN_RECV)
		sk = inet_reqsk(sk)->rsk_listener;
	kmon_lookup(sk, false, &pkt->owner);
	mark_listener(sk, pkt);
}

/*
 * Keeps the answer for the packets that follow, unless it may not be theirs:
 * a BPF program may choose anew for each. Return: whether the reference that
 * the caller may have has been taken over.
 */
static bool is_kept(struct sock *sk, struct net *net,
		    const struct kmon_packet *pkt, const struct ends *e,
		    bool referenced)
{
	return pkt->t.dir == KMON_DIR_IN && !e->sdif && kmon_demux_is_plain(sk) &&
	       !static_branch_unlikely(&bpf_sk_lookup_enabled) &&
	       kmon_flow_keep(sk, net, pkt, referenced);
}

/* The answer to a SYN, which has no sock when it carries a SYN cookie. */
static bool is_out_syn_ack(const struct kmon_packet *pkt)
{
	const u8 syn_ack = TCPHDR_SYN | TCPHDR_ACK;

	return pkt->t.dir == KMON_DIR_OUT &&
	       (pkt->t.tcp_flags & syn_ack) == syn_ack;
}

/*
 * Whether a packet may be a listener's: what arrives, and of what leaves the
 * two answers that a listener gives.
 */
static bool is_for_listener(const struct kmon_packet *pkt)
{
	return pkt->t.dir == KMON_DIR_IN || is_out_syn_ack(pkt) ||
	       pkt->t.tcp_flags & TCPHDR_RST;
}

static void by_tcp_lookup(struct sk_buff *skb, struct net *net,
			  struct kmon_packet *pkt)
{
	struct ends e;
	struct sock *sk;

	ends_of(skb, pkt, &e);
	sk = tcp_established(net, pkt, &e);
	if (sk) {
		by_tcp_sock(sk, pkt, net, &e);
		if (!is_kept(sk, net, pkt, &e, true))
			sock_gen_put(sk);
		return;
	}
	if (!is_syn(pkt) && !is_out_syn_ack(pkt) && by_tombstone(net, pkt, &e))
		return;
	if (!is_for_listener(pkt) || !by_listener(net, pkt, &e))
		kmon_owner_none(&pkt->owner, KMON_SOURCE_NONE);
}

static void by_udp_lookup(struct sk_buff *skb, struct net *net,
			  struct kmon_packet *pkt)
{
	struct ends e;
	struct sock *sk;

	ends_of(skb, pkt, &e);
	if (unlikely(pkt->t.dir == KMON_DIR_IN &&
		     kmon_demux_is_multicast(skb, pkt, pkt->t.family))) {
		kmon_multicast_owner(net, pkt, e.dif, e.sdif);
		return;
	}
	sk = udp_lookup(net, pkt, &e);
	if (!sk) {
		kmon_owner_none(&pkt->owner, KMON_SOURCE_NONE);
		return;
	}
	by_sock(sk, pkt);
	is_kept(sk, net, pkt, &e, false);
}

static void by_lookup(struct sk_buff *skb, struct net *net,
		      struct kmon_packet *pkt)
{
	if (pkt->t.proto == IPPROTO_TCP)
		by_tcp_lookup(skb, net, pkt);
	else
		by_udp_lookup(skb, net, pkt);
}

/*
 * TCP answers to what has no sock (RST, ACK in TIME_WAIT) from a raw sock of
 * the kernel's, one per CPU, which belongs to no connection.
 */
static bool is_control(const struct sock *sk, const struct kmon_packet *pkt)
{
	return pkt->t.proto == IPPROTO_TCP && sk->sk_kern_sock &&
	       sk->sk_type == SOCK_RAW;
}

/*
 * Outgoing: state->sk sends. It differs from skb->sk where a tunnel wraps an
 * application's packet, or where skb->sk is a request sock.
 */
static struct sock *sending_sock(const struct sk_buff *skb,
				 const struct nf_hook_state *state,
				 const struct kmon_packet *pkt)
{
	struct sock *sk = state->sk ?: skb->sk;

	if (sk && pkt->t.proto == IPPROTO_TCP &&
	    sk->sk_state == TCP_NEW_SYN_RECV)
		sk = inet_reqsk(sk)->rsk_listener;
	return sk;
}

void kmon_demux_out_rare(struct sk_buff *skb, const struct nf_hook_state *state,
			 struct kmon_packet *pkt)
{
	struct sock *sk = sending_sock(skb, state, pkt);

	if (!sk || !sk_fullsock(sk) || is_control(sk, pkt)) {
		by_lookup(skb, state->net, pkt);
		return;
	}
	/* A tunnel's packet, wrapped around one of the sock's own. */
	if (sk->sk_type != SOCK_RAW && !kmon_demux_is_own(sk, pkt, pkt->t.proto)) {
		kmon_owner_kernel(&pkt->owner);
		return;
	}
	kmon_owner_of_sock(sk, kmon_demux_is_sender(skb, sk), &pkt->owner);
	mark_listener(sk, pkt);
}

void kmon_demux_in_rare(struct sk_buff *skb, const struct nf_hook_state *state,
			struct kmon_packet *pkt)
{
	struct sock *sk = skb->sk;
	struct ends e;

	/* What early demux or tproxy attached is the receiver. */
	if (!sk) {
		by_lookup(skb, state->net, pkt);
	} else if (pkt->t.proto == IPPROTO_TCP) {
		ends_of(skb, pkt, &e);
		by_tcp_sock(sk, pkt, state->net, &e);
	} else {
		kmon_owner_of_sock(sk, false, &pkt->owner);
	}
}
