/* SPDX-License-Identifier: GPL-2.0 */
/* Which CPUs there are, by sysfs. */
#ifndef _KMON_LIB_CPUS_H
#define _KMON_LIB_CPUS_H

#include <stdbool.h>

/**
 * struct kmon_cpus - a list such as "0-3,8"
 * @text: as sysfs has it
 * @at: what was not yet looked at
 */
struct kmon_cpus {
	char text[4096];
	const char *at;
};

/**
 * kmon_cpus_read() - a list of CPUs
 * @cpus: filled in; empty where there is no such list
 * @name: "online" or "possible"
 */
void kmon_cpus_read(struct kmon_cpus *cpus, const char *name);

/**
 * kmon_cpus_next() - the next range of the list
 * @cpus: the list
 * @first: its first CPU
 * @last: its last
 *
 * Return: false behind the last range.
 */
bool kmon_cpus_next(struct kmon_cpus *cpus, int *first, int *last);

/**
 * kmon_cpus_possible() - how many CPUs there can ever be
 *
 * Return: the highest number of one, plus 1.
 */
int kmon_cpus_possible(void);

#endif /* _KMON_LIB_CPUS_H */
