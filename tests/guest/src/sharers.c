// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes with one files table, in which one socket has two descriptors.
 *
 * usage: sharers
 * Prints the inode number of the socket. Closes one descriptor with the first
 * line of standard input and the other one with the next, prints "closed" each
 * time, and ends with a third.
 */
#include "common.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void wait_line(void)
{
	char line[16];

	if (!fgets(line, sizeof(line), stdin))
		die("standard input");
}

int main(void)
{
	int fd[2] = { socket(AF_INET, SOCK_DGRAM, 0) };
	struct stat st;
	long pid;

	setvbuf(stdout, NULL, _IOLBF, 0);
	fd[1] = dup(fd[0]);
	if (fd[0] < 0 || fd[1] < 0 || fstat(fd[0], &st))
		die("socket");
	pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0)
		die("clone");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	printf("%lu\n", (unsigned long)st.st_ino);
	for (int i = 0; i < 2; i++) {
		wait_line();
		close(fd[i]);
		puts("closed");
	}
	wait_line();
	return 0;
}
