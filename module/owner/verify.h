/* SPDX-License-Identifier: GPL-2.0 */
/* Look into holds that are in doubt. */
#ifndef _KMON_OWNER_VERIFY_H
#define _KMON_OWNER_VERIFY_H

/**
 * kmon_verify_soon() - a hold came into doubt
 *
 * Context: any but NMI, while the hooks are armed.
 */
void kmon_verify_soon(void);

/**
 * kmon_verify_stop() - look into nothing any more
 *
 * Context: process; no hook is armed.
 */
void kmon_verify_stop(void);

#endif /* _KMON_OWNER_VERIFY_H */
