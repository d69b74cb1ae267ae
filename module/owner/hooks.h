/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel functions at which a sock gets, changes or loses its holders. */
#ifndef _KMON_OWNER_HOOKS_H
#define _KMON_OWNER_HOOKS_H

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
