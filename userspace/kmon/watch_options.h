/* SPDX-License-Identifier: GPL-2.0 */
/* The command line of kmon watch. */
#ifndef _KMON_WATCH_OPTIONS_H
#define _KMON_WATCH_OPTIONS_H

#include <stdbool.h>

#include "select.h"

/**
 * struct watch_options - of the command line
 * @events: bits 1 << enum kmon_event_type
 * @json: objects, not columns
 * @existing: also the sockets that there are already
 * @count: events after which to stop; 0 for no limit
 * @seconds: after which to stop; 0 for no limit
 * @buffer_kib: of the kernel's buffers, of each CPU; 0 for the default
 * @output: file to write to; NULL for standard output
 * @command: what comes behind "--"; NULL for nothing
 * @select: which of the events
 */
struct watch_options {
	unsigned int events;
	bool json;
	bool existing;
	unsigned long count;
	double seconds;
	unsigned int buffer_kib;
	const char *output;
	char **command;
	struct select select;
};

/**
 * watch_options_parse() - understand the command line, or end the program
 * @argc: words of it
 * @argv: the words
 * @opt: filled in
 */
void watch_options_parse(int argc, char **argv, struct watch_options *opt);

#endif /* _KMON_WATCH_OPTIONS_H */
