// SPDX-License-Identifier: GPL-2.0
/* kmon sockets: who has which socket now. */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "format.h"
#include "output.h"
#include "select.h"
#include "sockets.h"
#include "table.h"

/**
 * struct options - of the command line
 * @json: objects, not columns
 * @select: which sockets
 */
struct options {
	bool json;
	struct select select;
};

static const struct argp_option argp_options[] = {
	{ "json", 'j', NULL, 0, "One JSON object a line", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		opt->json = true;
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
	.args_doc = "[FILTER]",
	.doc = "Shows the TCP, UDP and raw sockets of all processes and network namespaces, with the process that has each.",
	.children = children,
};

static int show_all(struct kmon_sockets *sockets, const struct options *opt,
		    const struct kmon_filter *filter, struct kmon_error *error)
{
	static struct output out;
	struct kmon_formatter format;
	struct kmon_event ev;
	int got, err = 0;
	char *line;

	output_init(&out, STDOUT_FILENO);
	kmon_formatter_init(&format, wants_colour());
	if (!opt->json)
		output_add(&out, kmon_table_header(output_line(&out, &err)));
	while ((got = kmon_sockets_next(sockets, &ev, error)) > 0) {
		if (!kmon_filter_match(filter, &ev))
			continue;
		line = output_line(&out, &err);
		if (err)
			break;
		output_add(&out, opt->json ?
				kmon_format_json(&format, &ev, line) :
				kmon_table_row(&ev.socket, format.colour, line));
	}
	if (!err)
		err = output_flush(&out, -1);
	if (err && err != -EPIPE)
		return kmon_error_set(error, err, "%s", strerror(-err));
	return got;
}

int cmd_sockets(int argc, char **argv)
{
	static struct options opt;
	struct kmon_sockets *sockets;
	struct kmon_filter *filter;
	struct kmon_error error = { "" };
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &opt);
	filter = select_filter(&opt.select, &error);
	if (!filter) {
		failed(&error);
		return STATUS_USAGE;
	}
	sockets = kmon_sockets_open(-1, &error);
	err = sockets ? show_all(sockets, &opt, filter, &error) : -errno;
	kmon_sockets_close(sockets);
	kmon_filter_free(filter);
	return err < 0 ? failed(&error) : STATUS_OK;
}
