/* SPDX-License-Identifier: GPL-2.0 */
/* Process exits in the kernel log, for those who read them there. */
#ifndef _KMON_EXIT_LOG_H
#define _KMON_EXIT_LOG_H

#include <linux/types.h>

struct kmon_exit;

/**
 * kmon_exit_log_set() - begin or end to write them
 * @on: which
 *
 * The end writes the total. Context: process, serialised by the caller.
 */
void kmon_exit_log_set(bool on);

/**
 * kmon_exit_log() - write one, if that is asked for
 * @e: the exit
 *
 * Context: process.
 */
void kmon_exit_log(const struct kmon_exit *e);

#endif /* _KMON_EXIT_LOG_H */
