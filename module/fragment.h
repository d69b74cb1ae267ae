/* SPDX-License-Identifier: GPL-2.0 */
/* The ports of IPv6 fragments, which only the first one of a packet has. */
#ifndef _KMON_FRAGMENT_H
#define _KMON_FRAGMENT_H

#include <linux/types.h>

struct kmon_packet;
struct net;
struct sk_buff;

/**
 * kmon_fragment_first() - remember the ports of a first fragment
 * @skb: an IPv6 packet that arrives and has extension headers
 * @net: the network namespace
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @off: where its header begins
 *
 * Nothing happens where @skb is no fragment.
 *
 * Context: netfilter hook.
 */
void kmon_fragment_first(const struct sk_buff *skb, const struct net *net,
			 u8 proto, unsigned int off);

/**
 * kmon_fragment_later() - the ports of a later fragment
 * @skb: a later fragment that arrives
 * @net: the network namespace
 * @pkt: the protocol is set; gets the ports
 *
 * Context: netfilter hook.
 * Return: false where the first fragment was not seen, or was forgotten.
 */
bool kmon_fragment_later(const struct sk_buff *skb, const struct net *net,
			 struct kmon_packet *pkt);

#endif /* _KMON_FRAGMENT_H */
