// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command and writes down who it was and what wait4(2) says of its end.
 *
 * usage: truth DIR NAME COMMAND [ARG...]
 * Its pid stands in DIR/NAME.pid before it starts. Afterwards a line is added
 * to DIR/truth: pid, parent, name, exit code, signal, CPU time in ns.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ended.h"

static FILE *open_in(const char *dir, const char *name, const char *mode)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, mode);
	if (!file) {
		perror(path);
		exit(1);
	}
	return file;
}

static void run(const char *dir, const char *name, char **command)
{
	char file[256];
	FILE *pid;

	snprintf(file, sizeof(file), "%s.pid", name);
	pid = open_in(dir, file, "w");
	fprintf(pid, "%d\n", getpid());
	fclose(pid);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

int main(int argc, char **argv)
{
	struct rusage used;
	FILE *truth;
	int status;
	pid_t pid;

	if (argc < 4) {
		fprintf(stderr, "usage: truth DIR NAME COMMAND [ARG...]\n");
		return 2;
	}
	pid = fork();
	if (!pid)
		run(argv[1], argv[2], argv + 3);
	if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
		perror("truth");
		return 1;
	}
	truth = open_in(argv[1], "truth", "a");
	print_ended(truth, pid, basename(argv[3]), status, &used);
	fclose(truth);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
