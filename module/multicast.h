/* SPDX-License-Identifier: GPL-2.0 */
/* Who receives a multicast or broadcast datagram. */
#ifndef _KMON_MULTICAST_H
#define _KMON_MULTICAST_H

#include <linux/types.h>

struct kmon_packet;
struct net;
struct sk_buff;

/**
 * kmon_multicast_owner() - find the owner of a datagram for many
 * @net: the network namespace
 * @pkt: the datagram, which arrives; owner is filled in
 * @dif: the interface by which UDP looks for receivers
 * @sdif: the slave interface, likewise
 *
 * Where one process receives it, that is its owner. Where several do, none of
 * them is: the owner is unknown, and shared. Where it cannot be told without
 * asking source filters, which is not safe here on every kernel, or where too
 * many sockets are on the port, it is unknown.
 *
 * Context: netfilter hook, RCU read side.
 */
void kmon_multicast_owner(struct net *net, struct kmon_packet *pkt,
			  int dif, int sdif);

#endif /* _KMON_MULTICAST_H */
