// SPDX-License-Identifier: GPL-2.0
/* kmon stats: the module's counters, and whether anything was lost. */
#include <argp.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "stats.h"

static const struct argp_option argp_options[] = {
	{ "json", 'j', NULL, 0, "One JSON object", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	bool *json = state->input;

	if (key == 'j') {
		*json = true;
		return 0;
	}
	if (key == ARGP_KEY_ARG)
		argp_error(state, "'%s' was not expected", arg);
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.doc = "Shows what the module has counted since it was loaded, and whether it had to leave anything out.",
};

/*
 * By how their names begin: a counter that is new appears without a change
 * here, in the last group if in no other. The first match counts.
 */
static const struct {
	const char *title;
	const char *prefixes[6];
} groups[] = {
	{ "Left out, for want of room or memory",
	  { "lost_", "alloc_failed", "netns_unhooked", "exit_log_suppressed",
	    "packets_bad_header" } },
	{ "Packets", { "packets_" } },
	{ "How their owners were found", { "source_" } },
	{ "Processes that ended", { "exits" } },
	{ "Owners", { "owner_", "tombstone" } },
	{ "Others", { "" } },
};

#define NR_GROUPS (sizeof(groups) / sizeof(groups[0]))

static size_t group_of(const char *name)
{
	const char *const *prefix;
	size_t i;

	for (i = 0; i < NR_GROUPS; i++)
		for (prefix = groups[i].prefixes; *prefix; prefix++)
			if (!strncmp(name, *prefix, strlen(*prefix)))
				return i;
	return NR_GROUPS - 1;
}

/* With a mark for who has no colour. */
static void show_one(const struct kmon_stat *stat, bool alarming, bool colour)
{
	bool marked = alarming && stat->value;

	printf("%s%c %-22s %14" PRIu64 "%s\n",
	       marked && colour ? "\033[1;31m" : "", marked ? '!' : ' ',
	       stat->name, stat->value, marked && colour ? "\033[0m" : "");
}

static void show_group(const struct kmon_stats *stats, size_t group,
		       bool colour)
{
	bool titled = false;
	int i;

	for (i = 0; i < stats->nr; i++) {
		if (group_of(stats->stats[i].name) != group)
			continue;
		if (!titled)
			printf("%s%s\n", group ? "\n" : "",
			       groups[group].title);
		titled = true;
		show_one(&stats->stats[i], !group, colour);
	}
}

/* The names need no escapes: the module's are of letters and underscores. */
static void show_json(const struct kmon_stats *stats)
{
	int i;

	for (i = 0; i < stats->nr; i++)
		printf("%s\"%s\":%" PRIu64, i ? "," : "{",
		       stats->stats[i].name, stats->stats[i].value);
	printf("}\n");
}

int cmd_stats(int argc, char **argv)
{
	struct kmon_stats stats;
	struct kmon_error error = { "" };
	bool json = false;
	size_t i;

	argp_parse(&argp, argc, argv, 0, NULL, &json);
	if (kmon_stats_read(&stats, &error))
		return failed(&error);
	if (json)
		show_json(&stats);
	for (i = 0; !json && i < NR_GROUPS; i++)
		show_group(&stats, i, wants_colour());
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_OK;
	kmon_error_set(&error, 0, "cannot write to standard output");
	return failed(&error);
}
