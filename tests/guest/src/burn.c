// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that use up CPU time and memory, with what wait4(2) says of it.
 *
 * usage: burn LEADER-MS WORKER-MS WORKERS [MIB [FILE]]
 * A child of that name burns LEADER-MS of CPU in its leader, which ends then,
 * and WORKER-MS in each worker. Before, it touches that much memory and maps
 * FILE, whose pages may have to be read. Prints its pid and its rusage:
 *
 *	PID CPU-NS SYSTEM-NS MINFLT MAJFLT MAXRSS-KIB START-NS RUN-NS
 *
 * The last two, of CLOCK_MONOTONIC, begin before its fork and end after its
 * wait.
 */
#include "common.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int leader_ms, worker_ms, nr_workers, mib;
static const char *path;

static uint64_t time_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Of this thread's own time, however often others are let in. */
static void burn(int ms)
{
	uint64_t end = time_ns(CLOCK_THREAD_CPUTIME_ID) + ms * 1000000ULL;

	while (time_ns(CLOCK_THREAD_CPUTIME_ID) < end)
		;
}

static void *work(void *unused)
{
	burn(worker_ms);
	return NULL;
}

static void touch_memory(void)
{
	size_t len = (size_t)mib << 20;
	char *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	madvise(memory, len, MADV_NOHUGEPAGE);
	memset(memory, 1, len);
}

static void touch_file(void)
{
	volatile const char *file;
	struct stat st;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		die(path);
	file = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		die(path);
	for (off_t i = 0; i < st.st_size; i += 4096)
		(void)file[i];
}

static void child(void)
{
	pthread_t thread;

	if (mib)
		touch_memory();
	if (path)
		touch_file();
	for (int i = 0; i < nr_workers; i++)
		if (pthread_create(&thread, NULL, work, NULL))
			die("thread");
	burn(leader_ms);
	/* This thread alone. */
	syscall(SYS_exit, 0);
}

static uint64_t timeval_ns(const struct timeval *tv)
{
	return tv->tv_sec * 1000000000ULL + tv->tv_usec * 1000ULL;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	uint64_t start;
	pid_t pid;

	if (argc < 4) {
		fprintf(stderr, "usage: burn LEADER-MS WORKER-MS WORKERS [MIB [FILE]]\n");
		return 2;
	}
	leader_ms = atoi(argv[1]);
	worker_ms = atoi(argv[2]);
	nr_workers = atoi(argv[3]);
	mib = argc > 4 ? atoi(argv[4]) : 0;
	path = argc > 5 ? argv[5] : NULL;
	start = time_ns(CLOCK_MONOTONIC);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		child();
	if (wait4(pid, NULL, 0, &usage) != pid)
		die("wait4");
	printf("%d %" PRIu64 " %" PRIu64 " %ld %ld %ld %" PRIu64 " %" PRIu64 "\n",
	       pid, timeval_ns(&usage.ru_utime) + timeval_ns(&usage.ru_stime),
	       timeval_ns(&usage.ru_stime), usage.ru_minflt, usage.ru_majflt,
	       usage.ru_maxrss, start, time_ns(CLOCK_MONOTONIC) - start);
	return 0;
}
