// SPDX-License-Identifier: GPL-2.0
/* skb -> sock -> owner. */
#include "demux.h"

#include <linux/netfilter.h>
#include <linux/preempt.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/inet_sock.h>
#include <net/request_sock.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "compat.h"
#include "owner.h"
#include "packet.h"

/*
 * A lookup's question: the local and the remote end, and the interface that
 * the packet came in by, as the protocols ask it.
 */
struct ends {
	const struct sockaddr_in6 *local;
	const struct sockaddr_in6 *remote;
	int dif;
	int sdif;
};

static const struct sockaddr_in *v4(const struct sockaddr_in6 *addr)
{
	return (const struct sockaddr_in *)addr;
}

static void ends_of(const struct sk_buff *skb, const struct kmon_packet *pkt,
		    struct ends *ends)
{
	bool in = pkt->dir == KMON_DIR_IN;

	ends->local = in ? &pkt->daddr : &pkt->saddr;
	ends->remote = in ? &pkt->saddr : &pkt->daddr;
	ends->dif = pkt->ifindex;
	ends->sdif = 0;
	if (in && netif_is_l3_slave(skb->dev)) {
		ends->sdif = pkt->ifindex;
		ends->dif = netdev_master_upper_dev_get_rcu(skb->dev)->ifindex;
	}
}

/* Return: a sock with a reference for the caller, of any state, or NULL. */
static struct sock *tcp_established(struct net *net,
				    const struct kmon_packet *pkt,
				    const struct ends *e)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->family == AF_INET6)
		return kmon_compat_tcp6_established(net,
				&e->remote->sin6_addr, e->remote->sin6_port,
				&e->local->sin6_addr,
				ntohs(e->local->sin6_port), e->dif, e->sdif);
#endif
	return kmon_compat_tcp4_established(net,
			v4(e->remote)->sin_addr.s_addr, e->remote->sin6_port,
			v4(e->local)->sin_addr.s_addr,
			ntohs(e->local->sin6_port), e->dif, e->sdif);
}

/* Return: a listener, without a reference, or NULL. */
static struct sock *tcp_listener(struct net *net, struct sk_buff *skb,
				 const struct kmon_packet *pkt,
				 unsigned int off, const struct ends *e)
{
	const struct tcphdr *th;
	struct tcphdr buf;

	th = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!th)
		return NULL;
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->family == AF_INET6)
		return kmon_compat_tcp6_listener(net, skb, off + th->doff * 4,
				&e->remote->sin6_addr, e->remote->sin6_port,
				&e->local->sin6_addr,
				ntohs(e->local->sin6_port), e->dif, e->sdif);
#endif
	return kmon_compat_tcp4_listener(net, skb, off + th->doff * 4,
			v4(e->remote)->sin_addr.s_addr, e->remote->sin6_port,
			v4(e->local)->sin_addr.s_addr,
			ntohs(e->local->sin6_port), e->dif, e->sdif);
}

/* Return: the socket that will receive it, without a reference, or NULL. */
static struct sock *udp_lookup(struct net *net, struct sk_buff *skb,
			       const struct kmon_packet *pkt,
			       const struct ends *e)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->family == AF_INET6)
		return kmon_compat_udp6(net, skb, &e->remote->sin6_addr,
				e->remote->sin6_port, &e->local->sin6_addr,
				e->local->sin6_port, e->dif, e->sdif);
#endif
	return kmon_compat_udp4(net, skb, v4(e->remote)->sin_addr.s_addr,
			e->remote->sin6_port, v4(e->local)->sin_addr.s_addr,
			e->local->sin6_port, e->dif, e->sdif);
}

static void to_mapped(const struct kmon_packet *pkt,
		      const struct sockaddr_in6 *from, struct in6_addr *to)
{
	if (pkt->family == AF_INET6)
		*to = from->sin6_addr;
	else
		ipv6_addr_set_v4mapped(v4(from)->sin_addr.s_addr, to);
}

/* The sock is gone, or only its TIME_WAIT remainder is left. */
static bool by_tombstone(const struct net *net, struct kmon_packet *pkt,
			 const struct ends *e)
{
	struct kmon_tuple tuple = {
		.net = net,
		.lport = e->local->sin6_port,
		.rport = e->remote->sin6_port,
	};

	to_mapped(pkt, e->local, &tuple.laddr);
	to_mapped(pkt, e->remote, &tuple.raddr);
	return kmon_owner_of_tuple(&tuple, &pkt->owner);
}

/*
 * A sock of the TCP table, in any of its three shapes. A request sock stands
 * for its listener, a TIME_WAIT sock for a connection that is gone.
 */
static void by_tcp_sock(struct sock *sk, struct kmon_packet *pkt,
			const struct net *net, const struct ends *e)
{
	if (sk->sk_state == TCP_TIME_WAIT) {
		if (!by_tombstone(net, pkt, e))
			kmon_owner_none(&pkt->owner, KMON_SOURCE_UNKNOWN);
		return;
	}
	if (sk->sk_state == TCP_NEW_SYN_RECV)
		sk = inet_reqsk(sk)->rsk_listener;
	kmon_owner_of_sock(sk, false, &pkt->owner);
	if (sk->sk_state == TCP_LISTEN &&
	    pkt->owner.source == KMON_SOURCE_SOCKET)
		pkt->owner.source = KMON_SOURCE_LISTENER;
}

static void by_tcp_lookup(struct sk_buff *skb, struct net *net,
			  struct kmon_packet *pkt, unsigned int off)
{
	struct ends e;
	struct sock *sk;

	ends_of(skb, pkt, &e);
	sk = tcp_established(net, pkt, &e);
	if (sk) {
		by_tcp_sock(sk, pkt, net, &e);
		sock_gen_put(sk);
		return;
	}
	/* A SYN asks for something new: what was here before is not meant. */
	if ((pkt->tcp_flags & (TCPHDR_SYN | TCPHDR_ACK)) != TCPHDR_SYN &&
	    by_tombstone(net, pkt, &e))
		return;
	sk = pkt->dir == KMON_DIR_IN ?
	     tcp_listener(net, skb, pkt, off, &e) : NULL;
	if (sk)
		by_tcp_sock(sk, pkt, net, &e);
	else
		kmon_owner_none(&pkt->owner, KMON_SOURCE_NONE);
}

static void by_udp_lookup(struct sk_buff *skb, struct net *net,
			  struct kmon_packet *pkt)
{
	struct ends e;
	struct sock *sk;

	ends_of(skb, pkt, &e);
	sk = udp_lookup(net, skb, pkt, &e);
	if (sk)
		kmon_owner_of_sock(sk, false, &pkt->owner);
	else
		kmon_owner_none(&pkt->owner, KMON_SOURCE_NONE);
}

static void by_lookup(struct sk_buff *skb, struct net *net,
		      struct kmon_packet *pkt, unsigned int off)
{
	if (pkt->proto == IPPROTO_TCP)
		by_tcp_lookup(skb, net, pkt, off);
	else
		by_udp_lookup(skb, net, pkt);
}

/*
 * TCP answers to what has no sock (RST, ACK in TIME_WAIT) from a raw sock of
 * the kernel's, one per CPU, which belongs to no connection.
 */
static bool is_control(const struct sock *sk, const struct kmon_packet *pkt)
{
	return pkt->proto == IPPROTO_TCP && sk->sk_kern_sock &&
	       sk->sk_type == SOCK_RAW;
}

/*
 * Whether the process that runs now is the one that sends. Not in softirq,
 * nor with bottom halves off, where the stack works for whoever is concerned:
 * a tun writer, a NAPI thread and a busy poller receive there.
 */
static bool is_sender(const struct sk_buff *skb, const struct sock *sk)
{
	return skb->sk == sk && in_task() && !in_softirq() &&
	       !(current->flags & PF_KTHREAD);
}

/*
 * Outgoing: state->sk sends. It differs from skb->sk where a tunnel wraps an
 * application's packet, or where skb->sk is a request sock.
 */
static struct sock *sending_sock(const struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct sock *sk = state->sk ?: skb->sk;

	if (sk && sk->sk_state == TCP_NEW_SYN_RECV &&
	    sk->sk_protocol == IPPROTO_TCP)
		sk = inet_reqsk(sk)->rsk_listener;
	return sk;
}

static void demux_out(struct sk_buff *skb, const struct nf_hook_state *state,
		      struct kmon_packet *pkt, unsigned int off)
{
	struct sock *sk = sending_sock(skb, state);

	if (!sk || !sk_fullsock(sk) || is_control(sk, pkt)) {
		by_lookup(skb, state->net, pkt, off);
		return;
	}
	kmon_owner_of_sock(sk, is_sender(skb, sk), &pkt->owner);
	if (sk->sk_state == TCP_LISTEN && pkt->proto == IPPROTO_TCP &&
	    pkt->owner.source == KMON_SOURCE_SOCKET)
		pkt->owner.source = KMON_SOURCE_LISTENER;
}

static void demux_in(struct sk_buff *skb, const struct nf_hook_state *state,
		     struct kmon_packet *pkt, unsigned int off)
{
	struct sock *sk = skb->sk;
	struct ends e;

	/* What early demux or tproxy attached is the receiver. */
	if (!sk) {
		by_lookup(skb, state->net, pkt, off);
	} else if (pkt->proto == IPPROTO_TCP) {
		ends_of(skb, pkt, &e);
		by_tcp_sock(sk, pkt, state->net, &e);
	} else {
		kmon_owner_of_sock(sk, false, &pkt->owner);
	}
}

void kmon_demux(struct sk_buff *skb, const struct nf_hook_state *state,
		struct kmon_packet *pkt, unsigned int off)
{
	if (pkt->dir == KMON_DIR_OUT)
		demux_out(skb, state, pkt, off);
	else
		demux_in(skb, state, pkt, off);
}
