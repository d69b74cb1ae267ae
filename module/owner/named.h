/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets of the kernel's own of which it is known which module uses them. */
#ifndef _KMON_OWNER_NAMED_H
#define _KMON_OWNER_NAMED_H

struct sock;

/**
 * kmon_named_find() - the module that uses a sock
 * @sk: a full sock of the kernel's, which cannot be freed meanwhile
 *
 * A connection that is not accepted yet is its listener's.
 *
 * Context: any, RCU read side.
 * Return: its name, which stays until kmon_named_exit(), or NULL.
 */
const char *kmon_named_find(const struct sock *sk);

/**
 * kmon_named_exit() - forget all names
 *
 * Context: process; nobody asks any more.
 */
void kmon_named_exit(void);

#endif /* _KMON_OWNER_NAMED_H */
