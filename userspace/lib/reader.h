/* SPDX-License-Identifier: GPL-2.0 */
/* The thread that empties the ring buffers of all CPUs into a queue. */
#ifndef _KMON_LIB_READER_H
#define _KMON_LIB_READER_H

#include "error.h"
#include "pages.h"

/* Opaque: the thread and what it reads. */
struct kmon_reader;

/**
 * kmon_reader_start() - open the buffers and start reading
 * @dir: of the tracing instance; a descriptor, needed until the end
 * @buffer: bytes of one CPU's buffer, to tell what is much
 * @pages: where everything goes; outlives the reader
 * @error: says why not
 *
 * The thread takes no signal. Once a record has woken it up, it lets more gather
 * for a fiftieth of a second: waking up for each would cost more than reading.
 *
 * Return: free it with kmon_reader_free(); NULL with errno and @error set.
 */
struct kmon_reader *kmon_reader_start(int dir, size_t buffer,
				      struct kmon_pages *pages,
				      struct kmon_error *error);

/**
 * kmon_reader_stop() - read what is left, then end
 * @reader: the reader
 *
 * Call it after the events were disabled. Does not wait; the queue's end does
 * come when all is in it, then with all losses accounted for.
 */
void kmon_reader_stop(struct kmon_reader *reader);

/**
 * kmon_reader_free() - stop without waiting for room in the queue, and close
 * @reader: may be NULL
 */
void kmon_reader_free(struct kmon_reader *reader);

#endif /* _KMON_LIB_READER_H */
