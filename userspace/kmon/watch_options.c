// SPDX-License-Identifier: GPL-2.0
/* The command line of kmon watch. */
#include "watch_options.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"

#define ALL_EVENTS							\
	(1U << KMON_EVENT_PACKET | 1U << KMON_EVENT_SOCKET |		\
	 1U << KMON_EVENT_EXIT)

static const struct argp_option argp_options[] = {
	{ "events", 'e', "LIST", 0,
	  "Only these of packet, socket, exit; separated by commas", 0 },
	{ "json", 'j', NULL, 0, "One JSON object a line", 0 },
	{ "existing", 'x', NULL, 0,
	  "Begin with the sockets that there are already", 0 },
	{ "count", 'n', "COUNT", 0, "Stop after COUNT events", 0 },
	{ "time", 't', "SECONDS", 0, "Stop after SECONDS", 0 },
	{ "output", 'o', "FILE", 0, "Write to FILE", 0 },
	{ "buffer", 'b', "KIB", 0, "Size of the kernel's buffer of each CPU",
	  0 },
	{ 0 }
};

static unsigned long number(struct argp_state *state, const char *arg,
			    unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || !value || value > max)
		argp_error(state, "'%s' is not a number from 1 to %lu", arg,
			   max);
	return value;
}

static double seconds(struct argp_state *state, const char *arg)
{
	double value;
	char *end;

	value = strtod(arg, &end);
	if (end == arg || *end || !(value >= 0.001 && value <= 1e9))
		argp_error(state, "'%s' is not a number of seconds", arg);
	return value;
}

static unsigned int events(struct argp_state *state, const char *arg)
{
	static const struct {
		const char *name;
		enum kmon_event_type type;
	} names[] = {
		{ "packet", KMON_EVENT_PACKET },
		{ "socket", KMON_EVENT_SOCKET },
		{ "exit", KMON_EVENT_EXIT },
	};
	unsigned int bits = 0;
	size_t i, len;

	for (; *arg; arg += len + (arg[len] == ',')) {
		len = strcspn(arg, ",");
		for (i = 0; i < 3; i++)
			if (strlen(names[i].name) == len &&
			    !strncmp(arg, names[i].name, len))
				break;
		if (i == 3)
			argp_error(state,
				   "'%.*s' is no event: packet, socket or exit",
				   (int)len, arg);
		else
			bits |= 1U << names[i].type;
	}
	return bits;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct watch_options *opt = state->input;

	switch (key) {
	case 'e':
		opt->events |= events(state, arg);
		return 0;
	case 'j':
		opt->json = true;
		return 0;
	case 'x':
		opt->existing = true;
		return 0;
	case 'n':
		opt->count = number(state, arg, ULONG_MAX);
		return 0;
	case 't':
		opt->seconds = seconds(state, arg);
		return 0;
	case 'o':
		opt->output = arg;
		return 0;
	case 'b':
		opt->buffer_kib = number(state, arg, 1 << 20);
		return 0;
	case ARGP_KEY_ARG:
		/* What is not behind "--" is of the filter. */
		if (!state->quoted || state->next <= state->quoted)
			return ARGP_ERR_UNKNOWN;
		opt->command = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opt->select;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = {
	{ &select_argp, 0, NULL, 0 }, { 0 }
};

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "[FILTER] [-- COMMAND [ARG...]]",
	.doc = "Shows packets, sockets and process exits as they happen, with the process behind each.",
	.children = children,
};

void watch_options_parse(int argc, char **argv, struct watch_options *opt)
{
	argp_parse(&argp, argc, argv, 0, NULL, opt);
	if (!opt->events)
		opt->events = ALL_EVENTS;
}
