/* SPDX-License-Identifier: GPL-2.0 */
/* Takes records out of pages of several CPUs, in the order of their time. */
#ifndef _KMON_LIB_MERGE_H
#define _KMON_LIB_MERGE_H

#include "event.h"
#include "pages.h"

/* Opaque: where each CPU is. */
struct kmon_merge;

/**
 * kmon_merge_new() - at the beginning
 * @pages: where pages come from; outlives this
 * @dec: takes records apart; outlives this
 * @nr_cpus: no page is of a CPU with a higher number
 *
 * Return: NULL with errno set; free it with kmon_merge_free().
 */
struct kmon_merge *kmon_merge_new(struct kmon_pages *pages,
				  const struct kmon_decoder *dec, int nr_cpus);

/**
 * kmon_merge_free() - with all that it has taken
 * @merge: may be NULL
 */
void kmon_merge_free(struct kmon_merge *merge);

/**
 * kmon_merge_next() - the oldest event that is left
 * @merge: where it is
 * @ev: filled in
 *
 * A record that cannot be taken apart is counted as lost, which the event
 * before the next of its page says.
 *
 * Return: 1 with @ev filled in; 0 where the next is not there yet; -ENODATA
 * behind the last; another negative errno where reading failed.
 */
int kmon_merge_next(struct kmon_merge *merge, struct kmon_event *ev);

#endif /* _KMON_LIB_MERGE_H */
