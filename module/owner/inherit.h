/* SPDX-License-Identifier: GPL-2.0 */
/* What a new process has from its parent. */
#ifndef _KMON_OWNER_INHERIT_H
#define _KMON_OWNER_INHERIT_H

#include <linux/types.h>

struct task_struct;

/**
 * kmon_inherit() - enter a new process as a holder of its sockets
 * @child: which has not run yet
 * @shared: whether it has the current process's files table, not a copy
 *
 * Many sockets are left to a worker, which follows within milliseconds.
 *
 * Context: process (the parent).
 */
void kmon_inherit(struct task_struct *child, bool shared);

/**
 * kmon_inherit_stop() - forget whom the worker had still to look at
 *
 * Context: process, may sleep; kmon_inherit() is not called any more.
 */
void kmon_inherit_stop(void);

#endif /* _KMON_OWNER_INHERIT_H */
