/* SPDX-License-Identifier: GPL-2.0 */
/* Makes records of a saved event format and has libtraceevent read them. */
#ifndef _KMON_TEST_DECODE_H
#define _KMON_TEST_DECODE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <event-parse.h>

/**
 * struct decoder - one event and one record of it
 * @tep: the parser
 * @event: the event; belongs to @tep
 * @data: the record as it would lie in the ring buffer
 * @size: how long it is
 */
struct decoder {
	struct tep_handle *tep;
	struct tep_event *event;
	uint64_t data[128];
	int size;
};

/**
 * decoder_open() - parse a saved format file
 * @dec: filled in, with a record of zeros
 * @path: the file, as the kernel wrote it
 *
 * Fails the running test where the file cannot be read. What the parser made
 * of it is for the test to look at: @event->flags.
 */
void decoder_open(struct decoder *dec, const char *path);

/* No saved format is longer. */
#define DECODER_FORMAT_MAX 16384

/**
 * decoder_read() - a saved format file as text
 * @path: the file
 * @format: of DECODER_FORMAT_MAX bytes; ends with a 0
 */
void decoder_read(const char *path, char *format);

/**
 * decoder_open_text() - as decoder_open(), of a text at hand
 * @dec: filled in, with a record of zeros
 * @format: as the kernel would write it; ends with a 0
 */
void decoder_open_text(struct decoder *dec, const char *format);

/**
 * decoder_close() - free what decoder_open() made
 * @dec: the decoder
 */
void decoder_close(struct decoder *dec);

/**
 * decoder_clear() - make the record all zeros, but for its type
 * @dec: the decoder
 */
void decoder_clear(struct decoder *dec);

/**
 * decoder_field() - a field of the event by its name; fails the test without
 * @dec: the decoder
 * @name: its name
 *
 * Return: the field; belongs to the event.
 */
const struct tep_format_field *decoder_field(const struct decoder *dec,
					     const char *name);

/**
 * decoder_set() - put a number into the record, in the host's byte order
 * @dec: the decoder
 * @name: the field
 * @value: is cut to the field's size
 */
void decoder_set(struct decoder *dec, const char *name, int64_t value);

/**
 * decoder_set_bytes() - put bytes into an array of the record
 * @dec: the decoder
 * @name: the field
 * @bytes: what
 * @len: how many, at most as many as the field has
 */
void decoder_set_bytes(struct decoder *dec, const char *name,
		       const void *bytes, size_t len);

/**
 * decoder_set_end() - put one end of a connection into the record
 * @dec: the decoder
 * @end: 's' or 'd': fields saddr and sport, or daddr and dport; and family
 * @addr: an address of either family
 * @port: in the address, and as a number in a field of its own
 */
void decoder_set_end(struct decoder *dec, char end, const char *addr,
		     uint16_t port);

/**
 * decoder_text() - the record as trace-cmd report would print it
 * @dec: the decoder
 *
 * Return: the text without task, CPU and time, good until the next call.
 */
const char *decoder_text(struct decoder *dec);

/**
 * decoder_matches() - whether a filter lets the record pass
 * @dec: the decoder
 * @filter: as for trace-cmd report -F, without the event's name
 */
int decoder_matches(struct decoder *dec, const char *filter);

#endif /* _KMON_TEST_DECODE_H */
