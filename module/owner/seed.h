/* SPDX-License-Identifier: GPL-2.0 */
/* Enter the socks that were open before the hooks were armed. */
#ifndef _KMON_OWNER_SEED_H
#define _KMON_OWNER_SEED_H

/**
 * kmon_seed() - visit every process until nothing new is found
 *
 * The hooks are armed, so what changes meanwhile is seen by them; what is
 * known is never overwritten.
 *
 * Context: process, may sleep.
 */
void kmon_seed(void);

#endif /* _KMON_OWNER_SEED_H */
