// SPDX-License-Identifier: GPL-2.0
/* The options that several commands choose events or sockets by. */
#include "select.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum select_option {
	OPTION_COMM = 256,
	OPTION_PORT,
	OPTION_NET,
	OPTION_NETNS,
};

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "Only this process", 1 },
	{ "comm", OPTION_COMM, "NAME", 0,
	  "Only processes of this name, which may have * and ? in it", 0 },
	{ "port", OPTION_PORT, "PORT", 0, "Only this port, at either end", 0 },
	{ "net", OPTION_NET, "ADDRESS[/LENGTH]", 0,
	  "Only this address or network, at either end", 0 },
	{ "netns", OPTION_NETNS, "NAME", 0,
	  "Only this network namespace: a name as of ip netns, a path, an inode number, or self",
	  0 },
	{ 0 }
};

/* Adds to a term: as an alternative, or behind a blank. */
static void add(struct argp_state *state, int term, const char *between,
		const char *fmt, ...)
{
	struct select *select = state->input;
	char *text = select->terms[term];
	size_t size = sizeof(select->terms[term]), len = strlen(text);
	va_list args;

	if (len)
		len += snprintf(text + len, size - len, "%s", between);
	va_start(args, fmt);
	if (len < size)
		len += vsnprintf(text + len, size - len, fmt, args);
	va_end(args);
	if (len >= size)
		argp_error(state, "too much to choose by");
}

static void add_comm(struct argp_state *state, const char *name)
{
	char quote = strchr(name, '"') ? '\'' : '"';

	if (strchr(name, quote))
		argp_error(state, "a name with both kinds of quotes: '%s'",
			   name);
	else
		add(state, 1, " || ", "comm %s %c%s%c",
		    strpbrk(name, "*?[") ? "~" : "==", quote, name, quote);
}

/* The number that identifies a network namespace is the inode of its file. */
static void add_netns(struct argp_state *state, const char *name)
{
	char path[256];
	struct stat st;

	if (!name[strspn(name, "0123456789")]) {
		add(state, 4, " || ", "netns == %s", name);
		return;
	}
	if (!strcmp(name, "self"))
		name = "/proc/self/ns/net";
	snprintf(path, sizeof(path), "%s%s",
		 strchr(name, '/') ? "" : "/run/netns/", name);
	if (stat(path, &st))
		argp_failure(state, 1, errno, "no network namespace %s", path);
	else
		add(state, 4, " || ", "netns == %lu",
		    (unsigned long)st.st_ino);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case 'p':
		add(state, 0, " || ", "pid == %s", arg);
		return 0;
	case OPTION_COMM:
		add_comm(state, arg);
		return 0;
	case OPTION_PORT:
		add(state, 2, " || ", "port == %s", arg);
		return 0;
	case OPTION_NET:
		add(state, 3, " || ", "addr == %s", arg);
		return 0;
	case OPTION_NETNS:
		add_netns(state, arg);
		return 0;
	case ARGP_KEY_ARG:
		add(state, 5, " ", "%s", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp select_argp = {
	.options = options,
	.parser = parse,
};

struct kmon_filter *select_filter(const struct select *select,
				  struct kmon_error *error)
{
	char text[sizeof(select->terms) + SELECT_TERMS * 8];
	const char *filter = select->terms[SELECT_TERMS - 1];
	struct kmon_filter *alone;
	size_t len;
	int i;

	/* By itself first: what is wrong with it is told by its characters. */
	alone = kmon_filter_new(filter, error);
	if (!alone)
		return NULL;
	kmon_filter_free(alone);
	text[0] = '\0';
	len = *filter ? snprintf(text, sizeof(text), "(%s)", filter) : 0;
	for (i = 0; i < SELECT_TERMS - 1; i++)
		if (select->terms[i][0])
			len += snprintf(text + len, sizeof(text) - len,
					"%s(%s)", len ? " && " : "",
					select->terms[i]);
	return kmon_filter_new(text, error);
}
