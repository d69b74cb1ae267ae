// SPDX-License-Identifier: GPL-2.0
/*
 * A process with very many descriptors, and what it is told to do with them.
 *
 * usage: holder SOCKETS DESCRIPTORS
 * Opens SOCKETS UDP sockets, and more descriptors of these in turn until there
 * are DESCRIPTORS. Prints "ready", then obeys each line of standard input, and
 * prints "done":
 *	fork	a child that exits at once
 *	share	a child that stays, so that the sockets have two holders
 *	close	all of these descriptors, one after the other
 */
#include "common.h"

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
	first = socket(AF_INET, SOCK_DGRAM, 0);
	last = first;
	for (int i = 1; i < nr_descriptors; i++) {
		last = i < nr_sockets ? socket(AF_INET, SOCK_DGRAM, 0) :
					dup(first + i % nr_sockets);
		if (last != first + i)
			die("descriptors");
	}
}

static void have_child(bool stays)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid) {
		if (!stays)
			waitpid(pid, NULL, 0);
		return;
	}
	if (!stays)
		_exit(0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
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
		if (!strcmp(line, "fork\n"))
			have_child(false);
		if (!strcmp(line, "share\n"))
			have_child(true);
		if (!strcmp(line, "close\n"))
			for (int i = first; i <= last; i++)
				close(i);
		puts("done");
	}
	return 0;
}
