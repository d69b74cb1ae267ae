// SPDX-License-Identifier: GPL-2.0
/*
 * The longest time for which a CPU let nobody else run.
 *
 * usage: latency FILE
 * On each CPU a thread of the highest real-time priority wakes up every 500 us
 * and sees how late it is: whatever keeps preemption or interrupts off, or does
 * not offer to reschedule where the kernel preempts only then, delays it.
 * Prints "on" when it has begun and, as soon as FILE exists, the worst delay in
 * microseconds and how often they woke up:
 *
 *	WORST-US WAKEUPS
 */
#include "common.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_NS 500000

static atomic_bool over;
static pthread_barrier_t begun;

struct watch {
	pthread_t thread;
	int cpu;
	uint64_t worst_ns;
	uint64_t wakeups;
};

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * 1000000000 + ts->tv_nsec;
}

/* Before it watches, so that its own faults do not count. */
static void settle(const struct watch *watch)
{
	struct sched_param param = { .sched_priority = 99 };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(watch->cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		die("affinity");
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		die("real-time priority");
}

static void *watch_cpu(void *arg)
{
	struct watch *watch = arg;
	struct timespec next, now;
	uint64_t late;

	settle(watch);
	pthread_barrier_wait(&begun);
	clock_gettime(CLOCK_MONOTONIC, &next);
	while (!over) {
		next.tv_nsec += PERIOD_NS;
		if (next.tv_nsec >= 1000000000) {
			next.tv_nsec -= 1000000000;
			next.tv_sec++;
		}
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		late = ns_of(&now) - ns_of(&next);
		if (late > watch->worst_ns)
			watch->worst_ns = late;
		watch->wakeups++;
		/* What was missed meanwhile is no second delay. */
		if (late > PERIOD_NS)
			next = now;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int nr_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t worst_ns = 0, wakeups = 0;
	struct watch *watches;

	if (argc != 2) {
		fprintf(stderr, "usage: latency FILE\n");
		return 2;
	}
	watches = calloc(nr_cpus, sizeof(*watches));
	if (!watches || mlockall(MCL_CURRENT | MCL_FUTURE))
		die("memory");
	pthread_barrier_init(&begun, NULL, nr_cpus + 1);
	for (int i = 0; i < nr_cpus; i++) {
		watches[i].cpu = i;
		if (pthread_create(&watches[i].thread, NULL, watch_cpu,
				   &watches[i]))
			die("thread");
	}
	pthread_barrier_wait(&begun);
	puts("on");
	fflush(stdout);
	while (access(argv[1], F_OK))
		usleep(50000);
	over = true;
	for (int i = 0; i < nr_cpus; i++) {
		pthread_join(watches[i].thread, NULL);
		if (watches[i].worst_ns > worst_ns)
			worst_ns = watches[i].worst_ns;
		wakeups += watches[i].wakeups;
	}
	printf("%lu %lu\n", worst_ns / 1000, wakeups);
	return 0;
}
