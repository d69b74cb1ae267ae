/* SPDX-License-Identifier: GPL-2.0 */
/* The module's counters: the file kmon/stats. */
#ifndef _KMON_LIB_STATS_H
#define _KMON_LIB_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

#define KMON_STATS_MAX 128

/**
 * struct kmon_stat - one line
 * @name: of the counter
 * @value: its value
 */
struct kmon_stat {
	char name[48];
	uint64_t value;
};

/**
 * struct kmon_stats - all lines, in the file's order
 * @nr: how many
 * @stats: the lines
 */
struct kmon_stats {
	int nr;
	struct kmon_stat stats[KMON_STATS_MAX];
};

/**
 * kmon_stats_read() - read the file
 * @stats: filled in
 * @error: says why not, and what to do about it
 *
 * Return: 0 or a negative errno.
 */
int kmon_stats_read(struct kmon_stats *stats, struct kmon_error *error);

/**
 * kmon_stats_find() - one counter
 * @stats: all
 * @name: its name
 * @value: filled in
 *
 * Return: whether it is there.
 */
bool kmon_stats_find(const struct kmon_stats *stats, const char *name,
		     uint64_t *value);

/**
 * kmon_debugfs_open() - open one of the module's files for reading
 * @name: in /sys/kernel/debug/kmon
 * @error: says why not, and what to do about it
 *
 * Return: a descriptor or a negative errno.
 */
int kmon_debugfs_open(const char *name, struct kmon_error *error);

#endif /* _KMON_LIB_STATS_H */
