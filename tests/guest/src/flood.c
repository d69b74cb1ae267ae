// SPDX-License-Identifier: GPL-2.0
/*
 * As many exits as there can be, one after the other in several processes.
 *
 * usage: flood COUNT PARALLEL
 * Each child of vfork(2) does nothing but end. Prints how many have ended:
 * these, and the processes that made them.
 */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void make(int count)
{
	pid_t pid;

	while (count--) {
		pid = vfork();
		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			die("vfork");
	}
}

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[1]) : 0;
	int parallel = argc == 3 ? atoi(argv[2]) : 0;
	int status, nr = 0;

	if (count <= 0 || parallel <= 0) {
		fprintf(stderr, "usage: flood COUNT PARALLEL\n");
		return 2;
	}
	for (int i = 0; i < parallel; i++) {
		if (!fork()) {
			make(count / parallel + (i < count % parallel));
			_exit(0);
		}
	}
	while (wait(&status) > 0) {
		if (status)
			die("a child failed");
		nr++;
	}
	printf("%d\n", count + nr);
	return 0;
}
