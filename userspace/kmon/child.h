/* SPDX-License-Identifier: GPL-2.0 */
/* The command after "--", and the processes that come from it. */
#ifndef _KMON_CHILD_H
#define _KMON_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "event.h"

/**
 * struct child - a command, held back until it is told to go
 * @pid: its process; 0 for none
 * @fd: a pidfd, readable once it ended
 * @go: closing it lets the command start
 * @failed: tells of an execvp() that failed
 * @family: a bit for each thread id that is the command's or a descendant's
 */
struct child {
	pid_t pid;
	int fd;
	int go;
	int failed;
	uint64_t *family;
};

/**
 * child_prepare() - make the process, which waits
 * @child: filled in
 * @argv: the command, ended by NULL
 * @error: says why not
 *
 * It gets the signals as they were before this program changed them.
 *
 * Return: 0 or a negative errno.
 */
int child_prepare(struct child *child, char **argv, struct kmon_error *error);

/**
 * child_go() - let it become the command
 * @child: was prepared
 * @name: of the command
 * @error: says why it cannot be run
 *
 * Return: 0 or a negative errno.
 */
int child_go(struct child *child, const char *name, struct kmon_error *error);

/**
 * child_status() - what became of it
 * @child: has ended
 *
 * Return: as of waitpid().
 */
int child_status(struct child *child);

/**
 * child_free() - the end; one that still waits never runs
 * @child: may be all zeros
 */
void child_free(struct child *child);

/**
 * child_is_family() - whether an event is of the command or of a descendant
 * @child: the command
 * @ev: the events come in the order of their time, forks included
 *
 * Return: false for forks, which only say who belongs to it.
 */
bool child_is_family(struct child *child, const struct kmon_event *ev);

#endif /* _KMON_CHILD_H */
