/* SPDX-License-Identifier: GPL-2.0 */
/* The kmon_packet event: netfilter hooks, skb -> sock -> owner. */
#ifndef _KMON_PACKET_H
#define _KMON_PACKET_H

#include <linux/in.h>
#include <linux/in6.h>

#include "owner.h"

/**
 * struct kmon_packet - one packet as the event records it
 * @owner: whose it is
 * @saddr: where it comes from
 * @daddr: where it goes
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
 */
struct kmon_packet {
	struct kmon_owner owner;
	union {
		struct sockaddr_in6 saddr;
		struct sockaddr_in saddr4;
	};
	union {
		struct sockaddr_in6 daddr;
		struct sockaddr_in daddr4;
	};
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
};

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
