/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Live events: an own tracing instance, its reader, and its removal.
 *
 * A session has one user, for an event loop:
 *
 *	poll kmon_session_fd(); when readable:
 *	while ((n = kmon_session_next(session, &ev)) > 0)
 *		...;
 *	n == 0: poll again; n < 0: that was all
 */
#ifndef _KMON_LIB_SESSION_H
#define _KMON_LIB_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "event.h"

/* Memory at most, in MiB: of the kernel's buffers of all CPUs, of the queue. */
#define KMON_SESSION_BUFFERS_MIB 64
#define KMON_SESSION_QUEUE_MIB 56

/**
 * struct kmon_session_options - what is wanted
 * @name: of the instance; NULL for one by process id
 * @events: bits 1 << enum kmon_event_type; forks are not of kmon
 * @filters: for the kernel, by type of event; NULL or "" for all records
 * @buffer_kib: of each CPU's buffer; 0 for what fits, 8192 at most
 */
struct kmon_session_options {
	const char *name;
	unsigned int events;
	const char *filters[KMON_NR_RECORDS];
	unsigned int buffer_kib;
};

/* Opaque: an instance and its reader. */
struct kmon_session;

/**
 * kmon_session_open() - make an instance, enable the events and start reading
 * @opt: what is wanted; needed only during the call
 * @error: says why not, and what to do about it
 *
 * First removes the instances of sessions that were killed. Leaves nothing
 * behind when it fails.
 *
 * Return: end it with kmon_session_close(); NULL with errno and @error set.
 */
struct kmon_session *kmon_session_open(const struct kmon_session_options *opt,
				       struct kmon_error *error);

/**
 * kmon_session_enumerate() - ask for a record of each socket that exists
 * @s: has the event of sockets enabled
 * @error: says why not
 *
 * They come with the reason "existing", then one with the reason "end".
 *
 * Return: 0 or a negative errno.
 */
int kmon_session_enumerate(struct kmon_session *s, struct kmon_error *error);

/**
 * kmon_session_fd() - for poll(): readable when there may be an event
 * @s: the session
 *
 * Return: a descriptor that belongs to the session. It stays readable until
 * kmon_session_next() has returned 0.
 */
int kmon_session_fd(const struct kmon_session *s);

/**
 * kmon_session_next() - the next event, by time
 * @s: the session
 * @ev: filled in; KMON_EVENT_LOST where records were overwritten unread
 *
 * Does not wait. Records that the kernel was still writing while others were
 * read may come later than their time.
 *
 * Return: 1 with @ev filled in; 0 where there is none now; -ENODATA behind the
 * last one of a stopped session; another negative errno where reading failed.
 */
int kmon_session_next(struct kmon_session *s, struct kmon_event *ev);

/**
 * kmon_session_stop() - disable the events; what was recorded can still be had
 * @s: the session; may be stopped already
 */
void kmon_session_stop(struct kmon_session *s);

/**
 * kmon_session_close() - remove the instance, with all that is left in it
 * @s: may be NULL; its memory is freed
 */
void kmon_session_close(struct kmon_session *s);

#endif /* _KMON_LIB_SESSION_H */
