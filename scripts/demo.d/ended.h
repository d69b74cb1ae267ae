/* SPDX-License-Identifier: GPL-2.0 */
/* What a parent knows of a child that has ended, as a line of words. */
#ifndef DEMO_ENDED_H
#define DEMO_ENDED_H

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static inline long long ended_ns(const struct timeval *tv)
{
	return tv->tv_sec * 1000000000LL + tv->tv_usec * 1000LL;
}

/**
 * print_ended() - pid, parent, name, exit code, signal and CPU time in ns
 * @to: where to
 * @pid: the child
 * @name: its name
 * @status: what wait4(2) gave
 * @used: likewise
 */
static inline void print_ended(FILE *to, pid_t pid, const char *name,
			       int status, const struct rusage *used)
{
	fprintf(to, "%d\t%d\t%s\t%d\t%d\t%lld\n", pid, getpid(), name,
		WIFEXITED(status) ? WEXITSTATUS(status) : 0,
		WIFSIGNALED(status) ? WTERMSIG(status) : 0,
		ended_ns(&used->ru_utime) + ended_ns(&used->ru_stime));
}

#endif /* DEMO_ENDED_H */
