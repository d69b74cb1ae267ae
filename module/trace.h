/* SPDX-License-Identifier: GPL-2.0 */
/* When somebody starts or stops looking at one of our events. */
#ifndef _KMON_TRACE_H
#define _KMON_TRACE_H

/**
 * kmon_trace_init() - let events be enabled from now on
 *
 * Event files exist before this and until after kmon_trace_exit(); enabling
 * one outside that time fails with EAGAIN.
 *
 * Context: process. Return: 0.
 */
int kmon_trace_init(void);

/**
 * kmon_trace_exit() - let no more events be enabled
 *
 * None is: an enabled event holds a reference on the module.
 *
 * Context: process.
 */
void kmon_trace_exit(void);

#endif /* _KMON_TRACE_H */
