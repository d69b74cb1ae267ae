/* SPDX-License-Identifier: GPL-2.0 */
/* The kmon_packet event: netfilter hooks, skb -> sock -> owner. */
#ifndef _KMON_PACKET_H
#define _KMON_PACKET_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/socket.h>
#include <linux/string.h>

#include "owner.h"

/**
 * struct kmon_packet - one packet as the event records it
 * @saddr: where it comes from, in the packet: struct in_addr or in6_addr
 * @daddr: where it goes, likewise
 * @len: payload bytes after the TCP or UDP header
 * @netns: inode number of the network namespace
 * @ifindex: the interface
 * @sport: source port, host byte order
 * @dport: destination port, host byte order
 * @gso_segs: packets on the wire, at least 1
 * @family: AF_INET or AF_INET6
 * @dir: enum kmon_dir
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @tcp_flags: flags byte of the TCP header, 0 for UDP
 * @owner: whose it is
 */
struct kmon_packet {
	const void *saddr;
	const void *daddr;
	u32 len;
	u32 netns;
	s32 ifindex;
	u16 sport;
	u16 dport;
	u16 gso_segs;
	u16 family;
	u8 dir;
	u8 proto;
	u8 tcp_flags;
	struct kmon_owner owner;
};

/**
 * kmon_packet_addr() - write an address as the event shows it
 * @to: room for a struct sockaddr_in6, at any alignment of 4
 * @family: AF_INET or AF_INET6
 * @addr: struct in_addr or in6_addr
 * @port: host byte order
 *
 * Context: any.
 */
static inline void kmon_packet_addr(void *to, u16 family, const void *addr,
				    u16 port)
{
	struct sockaddr_in6 *sin6 = to;
	struct sockaddr_in *sin = to;

	if (family == AF_INET) {
		memset(sin6, 0, sizeof(*sin6));
		sin->sin_addr = *(const struct in_addr *)addr;
	} else {
		sin6->sin6_flowinfo = 0;
		sin6->sin6_addr = *(const struct in6_addr *)addr;
		sin6->sin6_scope_id = 0;
	}
	sin6->sin6_family = family;
	sin6->sin6_port = htons(port);
}

/**
 * kmon_packet_start() - hook LOCAL_IN and LOCAL_OUT of every netns
 *
 * Namespaces that are created later are hooked too. Calls nest: each needs
 * one kmon_packet_stop().
 *
 * Context: process, may sleep; serialised by the caller, owner engine started.
 * Return: 0 or the negative errno of nf_register_net_hooks() for the first
 * namespace that refused, with no hook left.
 */
int kmon_packet_start(void);

/**
 * kmon_packet_stop() - undo one kmon_packet_start()
 *
 * When the last one returns, no packet is inside our functions.
 *
 * Context: process, may sleep; serialised by the caller.
 */
void kmon_packet_stop(void);

/**
 * kmon_packet_init() - keep a list of network namespaces
 *
 * Context: process. Return: 0 or the errno of register_pernet_subsys().
 */
int kmon_packet_init(void);

/**
 * kmon_packet_exit() - drop that list
 *
 * Context: process; stopped.
 */
void kmon_packet_exit(void);

#endif /* _KMON_PACKET_H */
