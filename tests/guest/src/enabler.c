// SPDX-License-Identifier: GPL-2.0
/*
 * Enables an event as often as it can, and disables it again when it worked.
 *
 * usage: enabler FILE
 * FILE, the event's "enable", may come and go meanwhile. At SIGTERM it prints
 * a line "ANSWER COUNT" for each answer: OK or the name of an errno.
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_ERRNO 200
/* So that others who want the event disabled get a chance. */
#define PAUSE_US 100000

static volatile sig_atomic_t stop;
static long counts[MAX_ERRNO];

static void on_term(int sig)
{
	stop = 1;
}

/* Return: 0 or the errno of the first call that failed. */
static int put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, 1) != 1)
		err = errno;
	close(fd);
	return err;
}

int main(int argc, char **argv)
{
	struct sigaction term = { .sa_handler = on_term, .sa_flags = SA_RESTART };
	int err;

	if (argc != 2) {
		fputs("usage: enabler FILE\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &term, NULL);
	while (!stop) {
		err = put(argv[1], "1");
		counts[err < MAX_ERRNO ? err : 0]++;
		if (err)
			continue;
		if (put(argv[1], "0"))
			die("disable");
		usleep(PAUSE_US);
	}
	for (err = 0; err < MAX_ERRNO; err++)
		if (counts[err])
			printf("%s %ld\n", err ? strerrorname_np(err) : "OK",
			       counts[err]);
	return 0;
}
