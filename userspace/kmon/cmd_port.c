// SPDX-License-Identifier: GPL-2.0
/* kmon port: who owns this port? */
#include <argp.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "format.h"
#include "output.h"
#include "sockets.h"
#include "table.h"

/* The states of a socket that waits for anybody: of TCP, and of all others. */
#define STATE_LISTENING 10
#define STATE_UNCONNECTED 7

/**
 * struct options - of the command line
 * @port: the port; 0 while there is none
 * @all: connections, too
 * @json: objects, not columns
 */
struct options {
	int port;
	bool all;
	bool json;
};

static const struct argp_option argp_options[] = {
	{ "all", 'a', NULL, 0,
	  "Connections, too, where somebody waits for more of them", 0 },
	{ "json", 'j', NULL, 0, "One JSON object a line", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;
	unsigned long port;
	char *end;

	switch (key) {
	case 'a':
		opt->all = true;
		return 0;
	case 'j':
		opt->json = true;
		return 0;
	case ARGP_KEY_ARG:
		port = strtoul(arg, &end, 10);
		if (opt->port)
			argp_error(state, "one port at a time");
		else if (*arg < '0' || *arg > '9' || *end || !port ||
			 port > 65535)
			argp_error(state,
				   "'%s' is not a port, a number from 1 to 65535",
				   arg);
		else
			opt->port = port;
		return 0;
	case ARGP_KEY_END:
		if (!opt->port)
			argp_error(state, "which port?");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "PORT",
	.doc = "Shows which processes own a local port, of TCP and UDP, IPv4 and IPv6, in all network namespaces."
	       "\vThe status is 0 if there is one, and 1 if there is none.",
};

/**
 * struct found - the sockets with the port
 * @nr: how many
 * @room: for so many
 * @waiting: so many wait for anybody
 * @events: the sockets
 */
struct found {
	size_t nr;
	size_t room;
	size_t waiting;
	struct kmon_event *events;
};

static bool is_waiting(const struct kmon_socket *s)
{
	return s->state == STATE_LISTENING ||
	       (s->state == STATE_UNCONNECTED && s->proto != IPPROTO_TCP);
}

static int keep(struct found *found, const struct kmon_event *ev)
{
	struct kmon_event *more;

	if (found->nr == found->room) {
		found->room = found->room ? found->room * 2 : 64;
		more = realloc(found->events, found->room * sizeof(*more));
		if (!more)
			return -ENOMEM;
		found->events = more;
	}
	found->events[found->nr++] = *ev;
	found->waiting += is_waiting(&ev->socket);
	return 0;
}

static int find(int port, struct found *found, struct kmon_error *error)
{
	struct kmon_sockets *sockets = kmon_sockets_open(port, error);
	struct kmon_event ev;
	int got;

	if (!sockets)
		return -errno;
	while ((got = kmon_sockets_next(sockets, &ev, error)) > 0) {
		got = keep(found, &ev);
		if (got) {
			kmon_error_set(error, got, "no memory");
			break;
		}
	}
	kmon_sockets_close(sockets);
	return got;
}

/* A server's connections are left out: who owns the port is who listens. */
static int show(const struct options *opt, const struct found *found,
		struct kmon_error *error)
{
	static struct output out;
	struct kmon_formatter format;
	char *line;
	size_t i;
	int err = 0;

	output_init(&out, STDOUT_FILENO);
	kmon_formatter_init(&format, wants_colour());
	if (!opt->json)
		output_add(&out, kmon_table_header(output_line(&out, &err)));
	for (i = 0; !err && i < found->nr; i++) {
		const struct kmon_event *ev = &found->events[i];

		if (found->waiting && !opt->all && !is_waiting(&ev->socket))
			continue;
		line = output_line(&out, &err);
		if (!err)
			output_add(&out, opt->json ?
				kmon_format_json(&format, ev, line) :
				kmon_table_row(&ev->socket, format.colour, line));
	}
	if (!err)
		err = output_flush(&out, -1);
	if (!err || err == -EPIPE)
		return 0;
	return kmon_error_set(error, err, "%s", strerror(-err));
}

int cmd_port(int argc, char **argv)
{
	struct options opt = { 0 };
	struct found found = { 0 };
	struct kmon_error error = { "" };
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &opt);
	err = find(opt.port, &found, &error);
	if (!err && !found.nr)
		err = kmon_error_set(&error, -ENOENT, "nobody owns port %d",
				     opt.port);
	if (!err)
		err = show(&opt, &found, &error);
	free(found.events);
	return err ? failed(&error) : STATUS_OK;
}
