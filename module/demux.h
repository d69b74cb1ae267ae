/* SPDX-License-Identifier: GPL-2.0 */
/* skb -> sock -> owner. */
#ifndef _KMON_DEMUX_H
#define _KMON_DEMUX_H

struct kmon_packet;
struct nf_hook_state;
struct sk_buff;

/**
 * kmon_demux_in() - find the owner of a packet that arrives
 * @skb: the packet, at LOCAL_IN
 * @state: of the netfilter hook
 * @pkt: addresses and numbers are set; owner is filled in
 *
 * Takes the sock that the packet is attached to, where that is its own, else
 * looks it up as the protocol would, in the packet's network namespace.
 *
 * Context: netfilter hook, RCU read side.
 */
void kmon_demux_in(struct sk_buff *skb, const struct nf_hook_state *state,
		   struct kmon_packet *pkt);

/**
 * kmon_demux_out() - find the owner of a packet that leaves
 * @skb: the packet, at LOCAL_OUT
 * @state: of the netfilter hook
 * @pkt: addresses and numbers are set; owner is filled in
 *
 * Context: netfilter hook, RCU read side.
 */
void kmon_demux_out(struct sk_buff *skb, const struct nf_hook_state *state,
		    struct kmon_packet *pkt);

#endif /* _KMON_DEMUX_H */
