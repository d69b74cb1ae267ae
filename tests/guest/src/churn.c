// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that fork children which open sockets and exit, and readers of
 * files, all at the same time.
 *
 * usage: churn SECONDS LOOPS READERS [FILE...]
 * Each loop forks a child after the other; a child opens some sockets, closes
 * some and leaves the others to its exit. Each reader reads its file, the
 * next reader the next file, from the beginning to the end again and again;
 * what it reads must be whole lines. Prints how many children there were, how
 * often a file was read to its end, and how many lines that were:
 *
 *	CHILDREN READS LINES
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shared by all processes. */
static struct {
	atomic_ulong children;
	atomic_ulong reads;
	atomic_ulong lines;
	atomic_int over;
} *shared;

static void child(void)
{
	struct sockaddr_storage addr;
	int fd[6], nr = 0;
	socklen_t len;

	for (int v6 = 0; v6 < 2; v6++) {
		len = address(&addr, loopback(v6 ? 6 : 4), 9);
		fd[nr++] = socket(addr.ss_family, SOCK_STREAM, 0);
		fd[nr++] = socket(addr.ss_family, SOCK_DGRAM, 0);
		/* Gives it a port. */
		connect(fd[nr - 1], (struct sockaddr *)&addr, len);
		fd[nr] = dup(fd[nr - 1]);
		nr++;
	}
	for (int i = 0; i < nr; i += 2)
		close(fd[i]);
	_exit(0);
}

static void loop(void)
{
	int status;
	pid_t pid;

	while (!shared->over) {
		pid = fork();
		if (!pid)
			child();
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			die("fork");
		shared->children++;
	}
}

static void read_file(const char *path)
{
	char buf[8192], last = '\n';
	int fd = open(path, O_RDONLY);
	unsigned long lines = 0;
	ssize_t got = 0;

	if (fd < 0)
		die(path);
	while (!shared->over && (got = read(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < got; i++)
			lines += buf[i] == '\n';
		last = buf[got - 1];
	}
	if (got < 0 || last != '\n')
		die("not whole lines");
	close(fd);
	/* Not what the end has cut off. */
	if (got)
		return;
	shared->reads++;
	shared->lines += lines;
}

static void reader(const char *path)
{
	while (!shared->over)
		read_file(path);
}

/* Ends with this process, and tells it when something has gone wrong. */
static bool begin(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return !pid;
}

int main(int argc, char **argv)
{
	int seconds, nr_loops, nr_readers, status;
	bool failed = false;

	if (argc < 4 || (argc == 4 && atoi(argv[3]))) {
		fprintf(stderr, "usage: churn SECONDS LOOPS READERS [FILE...]\n");
		return 2;
	}
	seconds = atoi(argv[1]);
	nr_loops = atoi(argv[2]);
	nr_readers = atoi(argv[3]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	for (int i = 0; i < nr_loops + nr_readers; i++) {
		if (!begin())
			continue;
		if (i < nr_loops)
			loop();
		else
			reader(argv[4 + i % (argc - 4)]);
		exit(0);
	}
	sleep(seconds);
	shared->over = 1;
	while (wait(&status) > 0)
		failed |= status != 0;
	printf("%lu %lu %lu\n", shared->children, shared->reads, shared->lines);
	return failed;
}
