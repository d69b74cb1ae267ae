/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel functions at which a sock gets, changes or loses its holders. */
#ifndef _KMON_OWNER_HOOKS_H
#define _KMON_OWNER_HOOKS_H

#include <uapi/kmon.h>

struct sock;
struct task_struct;

/**
 * kmon_hooks_observe() - tell who observes that a process got or lost a socket
 * @sk: its sock, which cannot be freed meanwhile
 * @task: a thread of the process, likewise
 * @reason: why
 *
 * Context: any but NMI.
 */
void kmon_hooks_observe(struct sock *sk, struct task_struct *task,
			enum kmon_reason reason);

/**
 * kmon_hooks_start() - have our functions called at each of them
 *
 * Context: process, may sleep; the tables are ready.
 * Return: 0 or the negative errno of kmon_hook_start().
 */
int kmon_hooks_start(void);

/**
 * kmon_hooks_stop() - no longer
 *
 * When it returns, none of our functions runs any more.
 *
 * Context: process, may sleep.
 */
void kmon_hooks_stop(void);

#endif /* _KMON_OWNER_HOOKS_H */
