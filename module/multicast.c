// SPDX-License-Identifier: GPL-2.0
/* Who receives a multicast or broadcast datagram. */
#include "multicast.h"

#include <linux/igmp.h>
#include <linux/ipv6.h>
#include <net/if_inet6.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include <net/udp.h>

#include "compat.h"
#include "owner.h"
#include "record.h"

/* Sockets on one port, and groups of one socket, that are looked at. */
#define SOCKS_MAX	64
#define GROUPS_MAX	64

/**
 * enum takes - whether a socket receives the datagram
 * @TAKES_NOT: no
 * @TAKES: yes
 * @TAKES_MAYBE: it has a source filter, or too many groups to look through
 */
enum takes { TAKES_NOT, TAKES, TAKES_MAYBE };

static enum takes takes_group4(const struct sock *sk,
			       const struct kmon_packet *pkt, int dif, int sdif)
{
	__be32 group = *(const __be32 *)pkt->daddr;
	const struct ip_mc_socklist *mc;
	unsigned int left = GROUPS_MAX;

	if (!ipv4_is_multicast(group))
		return TAKES;
	for (mc = rcu_dereference(inet_sk(sk)->mc_list); mc;
	     mc = rcu_dereference(mc->next_rcu)) {
		if (!left--)
			return TAKES_MAYBE;
		if (mc->multi.imr_multiaddr.s_addr != group ||
		    (mc->multi.imr_ifindex != dif &&
		     !(sdif && mc->multi.imr_ifindex == sdif)))
			continue;
		return mc->sfmode == MCAST_EXCLUDE &&
		       !rcu_access_pointer(mc->sflist) ? TAKES : TAKES_MAYBE;
	}
	return kmon_compat_mc_all(sk) ? TAKES : TAKES_NOT;
}

/* As __udp_is_mcast_sock() has it. */
static enum takes takes4(const struct net *net, const struct sock *sk,
			 const struct kmon_packet *pkt, int dif, int sdif)
{
	const struct inet_sock *inet = inet_sk(sk);
	__be32 to = *(const __be32 *)pkt->daddr;

	if ((inet->inet_daddr &&
	     inet->inet_daddr != *(const __be32 *)pkt->saddr) ||
	    (inet->inet_rcv_saddr && inet->inet_rcv_saddr != to) ||
	    ipv6_only_sock(sk))
		return TAKES_NOT;
	return takes_group4(sk, pkt, dif, sdif);
}

#if IS_ENABLED(CONFIG_IPV6)
/* As inet6_mc_check() has it. */
static enum takes takes_group6(const struct sock *sk,
			       const struct kmon_packet *pkt)
{
	const struct ipv6_mc_socklist *mc;
	unsigned int left = GROUPS_MAX;

	for (mc = rcu_dereference(inet6_sk(sk)->ipv6_mc_list); mc;
	     mc = rcu_dereference(mc->next)) {
		if (!left--)
			return TAKES_MAYBE;
		if (ipv6_addr_equal(&mc->addr, pkt->daddr))
			return mc->sfmode == MCAST_EXCLUDE &&
			       !rcu_access_pointer(mc->sflist) ? TAKES : TAKES_MAYBE;
	}
	return kmon_compat_mc6_all(sk) ? TAKES : TAKES_NOT;
}

/* As __udp_v6_is_mcast_sock() has it. */
static enum takes takes6(const struct sock *sk, const struct kmon_packet *pkt)
{
	if (sk->sk_family != AF_INET6 ||
	    (!ipv6_addr_any(&sk->sk_v6_daddr) &&
	     !ipv6_addr_equal(&sk->sk_v6_daddr, pkt->saddr)) ||
	    (!ipv6_addr_any(&sk->sk_v6_rcv_saddr) &&
	     !ipv6_addr_equal(&sk->sk_v6_rcv_saddr, pkt->daddr)))
		return TAKES_NOT;
	return takes_group6(sk, pkt);
}
#endif

static enum takes takes(struct net *net, const struct sock *sk,
			const struct kmon_packet *pkt, int dif, int sdif)
{
	const struct inet_sock *inet = inet_sk(sk);

	if (!net_eq(sock_net(sk), net) || inet->inet_num != pkt->t.dport ||
	    (inet->inet_dport && inet->inet_dport != htons(pkt->t.sport)) ||
	    !udp_sk_bound_dev_eq(net, READ_ONCE(sk->sk_bound_dev_if), dif, sdif))
		return TAKES_NOT;
#if IS_ENABLED(CONFIG_IPV6)
	if (pkt->t.family == AF_INET6)
		return takes6(sk, pkt);
#endif
	return takes4(net, sk, pkt, dif, sdif);
}

/* One more that receives it. Return: whether it may still be one process. */
static bool add_receiver(struct sock *sk, struct kmon_packet *pkt, bool first)
{
	struct kmon_owner other;

	if (first) {
		kmon_owner_of_sock(sk, false, &pkt->owner);
		return true;
	}
	kmon_owner_of_sock(sk, false, &other);
	if (other.source == pkt->owner.source && other.pid == pkt->owner.pid &&
	    other.proc == pkt->owner.proc) {
		pkt->owner.shared |= other.shared;
		/* It has no socket of its own then. */
		pkt->owner.ino = 0;
		return true;
	}
	kmon_owner_none(&pkt->owner, KMON_SOURCE_UNKNOWN);
	pkt->owner.shared = 1;
	return false;
}

void kmon_multicast_owner(struct net *net, struct kmon_packet *pkt,
			  int dif, int sdif)
{
	struct udp_hslot *slot = udp_hashslot(kmon_compat_udp_table(net), net,
					      pkt->t.dport);
	unsigned int left = SOCKS_MAX;
	bool first = true;
	struct sock *sk;
	enum takes t;

	kmon_owner_none(&pkt->owner, KMON_SOURCE_NONE);
	sk_for_each_rcu(sk, &slot->head) {
		t = left-- ? takes(net, sk, pkt, dif, sdif) : TAKES_MAYBE;
		if (t == TAKES_NOT)
			continue;
		if (t == TAKES_MAYBE) {
			kmon_owner_none(&pkt->owner, KMON_SOURCE_UNKNOWN);
			return;
		}
		if (!add_receiver(sk, pkt, first))
			return;
		first = false;
	}
}
