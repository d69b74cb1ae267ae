// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command with its output thrown away and prints what it has used.
 *
 * usage: spend COMMAND [ARG...]
 * User and system time in ns, that is instructions in an icount guest; the
 * kernel keeps microseconds of it. Children that it waits for are included. An
 * interrupt is passed on, and is then a good end.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"

static pid_t pid;
static volatile sig_atomic_t interrupted;

static void interrupt(int sig)
{
	interrupted = 1;
	kill(pid, sig);
}

static uint64_t spent_ns(const struct timeval *tv)
{
	return tv->tv_sec * UINT64_C(1000000000) + tv->tv_usec * UINT64_C(1000);
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: spend COMMAND [ARG...]\n");
		return 2;
	}
	pid = fork();
	die_if(pid < 0, "fork");
	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		/* A shell lets what is in the background ignore it. */
		signal(SIGINT, SIG_DFL);
		die_if(null < 0 || dup2(null, STDOUT_FILENO) < 0, "/dev/null");
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	signal(SIGINT, interrupt);
	die_if(wait4(pid, &status, 0, &used) != pid, "wait4");
	if (status && !interrupted)
		return 1;
	printf("%" PRIu64 "\n", spent_ns(&used.ru_utime) + spent_ns(&used.ru_stime));
	return 0;
}
