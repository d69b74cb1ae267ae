/* SPDX-License-Identifier: GPL-2.0 */
/* Events as text and as JSON: what every tool of kmon prints. */
#ifndef _KMON_LIB_FORMAT_H
#define _KMON_LIB_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "event.h"

/* No line is longer: 24 fields of a name and a number, and to spare. */
#define KMON_FORMAT_MAX 2048

/**
 * struct kmon_formatter - how lines are to look
 * @colour: with the escape sequences of a terminal
 * @to_realtime: ns from the events' clock to CLOCK_REALTIME
 * @second: the one that @clock and @date are about
 * @clock: "09:15:02"
 * @date: "2026-01-31T09:15:02", UTC
 */
struct kmon_formatter {
	bool colour;
	int64_t to_realtime;
	time_t second;
	char clock[9];
	char date[32];
};

/**
 * kmon_formatter_init() - for events of this boot, whose clock is CLOCK_MONOTONIC
 * @f: filled in
 * @colour: with the escape sequences of a terminal
 */
void kmon_formatter_init(struct kmon_formatter *f, bool colour);

/**
 * kmon_format_header() - the line above the columns of kmon_format_text()
 * @buf: of KMON_FORMAT_MAX bytes; gets no 0 at the end
 *
 * Return: its length.
 */
size_t kmon_format_header(char *buf);

/**
 * kmon_format_text() - one line, its time of day first
 * @f: how it is to look
 * @ev: what it is about
 * @buf: of KMON_FORMAT_MAX bytes; gets no 0 at the end
 *
 * Return: its length, the newline included.
 */
size_t kmon_format_text(struct kmon_formatter *f, const struct kmon_event *ev,
			char *buf);

/**
 * kmon_format_info() - the same without time, colour and newline
 * @ev: what it is about
 * @buf: of KMON_FORMAT_MAX bytes; ends with a 0
 *
 * Return: its length.
 */
size_t kmon_format_info(const struct kmon_event *ev, char *buf);

/**
 * kmon_format_json() - one object on a line of its own
 * @f: knows the wall clock
 * @ev: what it is about
 * @buf: of KMON_FORMAT_MAX bytes; gets no 0 at the end
 *
 * Its keys: event, time, mono, cpu, and the record's fields by their names.
 *
 * Return: its length, the newline included.
 */
size_t kmon_format_json(struct kmon_formatter *f, const struct kmon_event *ev,
			char *buf);

#endif /* _KMON_LIB_FORMAT_H */
