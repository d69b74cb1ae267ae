// SPDX-License-Identifier: GPL-2.0
/* kmon: which process sends this packet, owns this port, or ended just now. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "watch", cmd_watch, "packets, sockets and process exits as they happen" },
	{ "sockets", cmd_sockets, "who has which socket" },
	{ "port", cmd_port, "who owns this port" },
	{ "stats", cmd_stats, "what was counted, and what was lost" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *argp_program_version = "kmon " KMON_VERSION;

static void show_usage(FILE *file)
{
	size_t i;

	fprintf(file, "Usage: kmon [COMMAND] [OPTION...]\n\n");
	for (i = 0; i < NR_COMMANDS; i++)
		fprintf(file, "  %-8s  %s%s\n", commands[i].name,
			commands[i].help, i ? "" : " (without a COMMAND)");
	fprintf(file, "\nkmon COMMAND --help says more; so does man kmon-COMMAND.\n");
}

int failed(const struct kmon_error *error)
{
	fprintf(stderr, "kmon: %s\n", error->text);
	return STATUS_FAILED;
}

bool wants_colour(void)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && term &&
	       strcmp(term, "dumb");
}

/* The name that argp shows: the command's, as it is typed. */
static int run(size_t nr, int argc, char **argv)
{
	char name[32];

	snprintf(name, sizeof(name), "kmon %s", commands[nr].name);
	program_invocation_short_name = name;
	argv[0] = name;
	return commands[nr].run(argc, argv);
}

int main(int argc, char **argv)
{
	size_t i;

	argp_err_exit_status = STATUS_USAGE;
	if (argc < 2)
		return run(0, argc, argv);
	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return run(i, argc - 1, argv + 1);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("%s\n", argp_program_version);
		return STATUS_OK;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?") ||
	    !strcmp(argv[1], "help")) {
		show_usage(stdout);
		return STATUS_OK;
	}
	if (argv[1][0] == '-')
		return run(0, argc, argv);
	fprintf(stderr, "kmon: there is no command '%s' (try kmon --help)\n",
		argv[1]);
	return STATUS_USAGE;
}
