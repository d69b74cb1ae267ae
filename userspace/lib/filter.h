/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A user's filter: what the kernel can do of it, and the rest.
 *
 * The language is that of the kernel's event filters, and more:
 *
 *	comm == nginx && (dport == 443 || addr == 10.0.0.0/8)
 *
 * A comparison names a field of the records and a number, a name of a value
 * (dir == out), text (comm, also by ~ with * and ?), or an address with or
 * without a prefix length. "port" and "addr" mean either end. A comparison with
 * a field that a record does not have never holds, negated or not.
 */
#ifndef _KMON_LIB_FILTER_H
#define _KMON_LIB_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "event.h"

/* Longer ones are refused, by us and by some kernels. */
#define KMON_FILTER_MAX 4000

/* Opaque: an expression. */
struct kmon_filter;

/**
 * kmon_filter_new() - understand an expression
 * @text: the expression; "" for one that everything passes
 * @error: says what is wrong with it
 *
 * Any text may come, from anybody.
 *
 * Return: free it with kmon_filter_free(); NULL with errno and @error set.
 */
struct kmon_filter *kmon_filter_new(const char *text, struct kmon_error *error);

/**
 * kmon_filter_free() - the end of it
 * @filter: may be NULL
 */
void kmon_filter_free(struct kmon_filter *filter);

/**
 * enum kmon_filter_share - what the kernel can do of a filter
 * @KMON_FILTER_NEVER: no record of this type passes: do not enable the event
 * @KMON_FILTER_EXACT: all of it
 * @KMON_FILTER_ROUGH: some: what it lets pass is still to be looked at
 */
enum kmon_filter_share {
	KMON_FILTER_NEVER,
	KMON_FILTER_EXACT,
	KMON_FILTER_ROUGH,
};

/**
 * kmon_filter_kernel() - the filter in the kernel's language
 * @filter: the filter
 * @type: of records
 * @buf: takes it; "" where the kernel is to let all pass
 * @size: of @buf, KMON_FILTER_MAX or more
 *
 * The marker behind sockets that exist always passes.
 *
 * Return: what it does.
 */
enum kmon_filter_share kmon_filter_kernel(const struct kmon_filter *filter,
					  enum kmon_event_type type, char *buf,
					  size_t size);

/**
 * kmon_filter_match() - whether an event passes
 * @filter: the filter
 * @ev: the event; losses and the marker always pass
 */
bool kmon_filter_match(const struct kmon_filter *filter,
		       const struct kmon_event *ev);

#endif /* _KMON_LIB_FILTER_H */
