/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Deliberate failure of allocations and registrations, for the tests only.
 *
 * Every allocation, notifier and registration of the load and enable paths
 * is wrapped in one of these macros. Built with FAULTS=1, the parameter
 * fault_at=N makes the N-th wrapped call since it was written fail without
 * being made; fault_count tells how many were reached. In a normal build the
 * macros are the expression itself.
 */
#ifndef _KMON_FAULT_H
#define _KMON_FAULT_H

#include <linux/errno.h>
#include <linux/types.h>

#ifdef KMON_FAULTS
/**
 * kmon_fault_hit() - count one wrapped call and say whether it is to fail
 *
 * Context: any. Return: true for the call that fault_at names.
 */
bool kmon_fault_hit(void);
#else
static inline bool kmon_fault_hit(void)
{
	return false;
}
#endif

/* An expression that returns a pointer, NULL on failure. */
#define KMON_FAULT_NULL(expr)	(kmon_fault_hit() ? NULL : (expr))

/* An expression that returns 0 or a negative errno. */
#define KMON_FAULT_ERR(expr)	(kmon_fault_hit() ? -ENOMEM : (expr))

/* An expression that returns a pointer or an ERR_PTR(). */
#define KMON_FAULT_PTR(expr)	(kmon_fault_hit() ? ERR_PTR(-ENOMEM) : (expr))

#endif /* _KMON_FAULT_H */
