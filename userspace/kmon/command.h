/* SPDX-License-Identifier: GPL-2.0 */
/* What every command of kmon has in common. */
#ifndef _KMON_COMMAND_H
#define _KMON_COMMAND_H

#include <stdbool.h>

#include "error.h"

/**
 * enum status - exit statuses
 * @STATUS_OK: done; of a question: yes
 * @STATUS_FAILED: could not be done; of a question: no
 * @STATUS_USAGE: not understood
 */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
};

/*
 * The commands: each gets its own name as argv[0] and returns an exit status.
 * Without arguments, each does what is most often wanted.
 */
int cmd_watch(int argc, char **argv);
int cmd_sockets(int argc, char **argv);
int cmd_port(int argc, char **argv);
int cmd_stats(int argc, char **argv);

/**
 * failed() - say why on standard error, in one line
 * @error: why
 *
 * Return: STATUS_FAILED.
 */
int failed(const struct kmon_error *error);

/**
 * wants_colour() - whether standard output is a terminal that may have colour
 *
 * See no-color.org.
 */
bool wants_colour(void);

#endif /* _KMON_COMMAND_H */
