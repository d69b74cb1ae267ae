// SPDX-License-Identifier: GPL-2.0
/*
 * A process with very many descriptors, and what it is told to do with them.
 *
 * usage: holder SOCKETS DESCRIPTORS
 * Opens SOCKETS UDP sockets, and more descriptors of these in turn until there
 * are DESCRIPTORS. Prints "ready", then obeys each line of standard input, and
 * prints "done":
 *	fork	a child that exits at once
 *	exec	a child that executes true(1), which gets none of them
 *	share	a child that stays, so that the sockets have two holders
 *	close	all of these descriptors
 */
#include "common.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int first, last;

static void open_all(int nr_sockets, int nr_descriptors)
{
	first = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	last = first;
	for (int i = 1; i < nr_descriptors; i++) {
		if (i < nr_sockets)
			last = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		else
			last = fcntl(first + i % nr_sockets, F_DUPFD_CLOEXEC,
				     0);
		if (last != first + i)
			die("descriptors");
	}
}

static void stay(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have ended before. */
	while (getppid() == parent)
		pause();
}

static void have_child(const char *what)
{
	bool stays = !strcmp(what, "share\n");
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid) {
		if (!stays)
			waitpid(pid, NULL, 0);
		return;
	}
	if (stays)
		stay(parent);
	if (!strcmp(what, "exec\n"))
		execlp("true", "true", NULL);
	_exit(0);
}

int main(int argc, char **argv)
{
	char line[32];

	if (argc != 3) {
		fprintf(stderr, "usage: holder SOCKETS DESCRIPTORS\n");
		return 2;
	}
	/* So that the numbers go up from here without a gap. */
	close_range(3, ~0U, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	open_all(atoi(argv[1]), atoi(argv[2]));
	puts("ready");
	while (fgets(line, sizeof(line), stdin)) {
		if (strcmp(line, "close\n"))
			have_child(line);
		else
			close_range(first, last, 0);
		puts("done");
	}
	return 0;
}
