/* SPDX-License-Identifier: GPL-2.0 */
/* Buffered output that a signal can always get past. */
#ifndef _KMON_OUTPUT_H
#define _KMON_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#define OUTPUT_SIZE 65536
/* No line is longer: see KMON_FORMAT_MAX. */
#define OUTPUT_LINE 2048

/**
 * struct output - what was not yet written
 * @fd: where to
 * @whole: it never blocks for long, as a file does not: write as much as can be
 * @start: of what is left in @buf
 * @end: of that
 * @buf: the text
 */
struct output {
	int fd;
	bool whole;
	size_t start;
	size_t end;
	char buf[OUTPUT_SIZE];
};

/**
 * output_init() - begin with nothing
 * @out: filled in
 * @fd: where to; stays the caller's
 */
void output_init(struct output *out, int fd);

/**
 * output_room() - where to put more
 * @out: the output
 * @size: how much there has to be room for
 *
 * Return: NULL while there is not: call output_flush().
 */
char *output_room(struct output *out, size_t size);

/**
 * output_add() - say how much was put there
 * @out: the output
 * @len: how much
 */
static inline void output_add(struct output *out, size_t len)
{
	out->end += len;
}

/**
 * output_line() - where to put a line, written or not what was there before
 * @out: the output
 * @err: 0, or what went wrong, as of output_flush()
 *
 * For commands that leave nothing behind, whatever signal ends them.
 *
 * Return: room for OUTPUT_LINE bytes.
 */
char *output_line(struct output *out, int *err);

/**
 * output_flush() - write all that is there
 * @out: the output
 * @other: while waiting for the reader of a pipe, look at this descriptor too
 *
 * Return: 0 when all is written; -EAGAIN when @other has become readable first;
 * -EPIPE when nobody reads it any more; another negative errno.
 */
int output_flush(struct output *out, int other);

#endif /* _KMON_OUTPUT_H */
