/* SPDX-License-Identifier: GPL-2.0 */
/* The kmon_packet event: netfilter hooks, skb -> sock -> owner. */
#ifndef _KMON_PACKET_H
#define _KMON_PACKET_H

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
