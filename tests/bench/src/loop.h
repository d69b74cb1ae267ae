/* SPDX-License-Identifier: GPL-2.0 */
/* Times an operation in batches and prints what one of them costs. */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Ends the program with a line that says what failed, when @bad. */
#define die_if(bad, what)						\
	do {								\
		if (bad) {						\
			perror(what);					\
			exit(1);					\
		}							\
	} while (0)

/*
 * A batch in which a timer tick or another process ran costs at least 2,000
 * instructions more than one without. What the operation itself does now and
 * then (a new page of a trace buffer, some 300) is below that and is to be
 * averaged. So a batch is quiet when it costs at most this much more than the
 * one that a quarter of all stay below.
 */
#define LOOP_QUIET 1000

/**
 * loop_now() - the clock that counts instructions in an icount guest
 *
 * Return: ns of CLOCK_MONOTONIC.
 */
static inline uint64_t loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static inline int loop_compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * One line, per operation: the mean of the quiet batches, the mean of all,
 * and the share of quiet ones in percent.
 */
static inline void loop_print(uint64_t *ns, unsigned int batches,
			      unsigned int size)
{
	uint64_t sum = 0, quiet = 0;
	unsigned int i, nr = 0;

	qsort(ns, batches, sizeof(*ns), loop_compare);
	for (i = 0; i < batches; i++)
		sum += ns[i];
	while (nr < batches && ns[nr] <= ns[batches / 4] + LOOP_QUIET)
		quiet += ns[nr++];
	printf("quiet %.2f mean %.2f share %u\n", (double)quiet / nr / size,
	       (double)sum / batches / size, 100 * nr / batches);
}

/**
 * loop_run() - run an operation in batches, after a warm-up, and print
 * @op: does it once
 * @arg: passed to @op
 * @argv: of the program: BATCHES SIZE WARMUP, SIZE operations in a batch
 */
static inline void loop_run(void (*op)(void *arg), void *arg, char **argv)
{
	unsigned int batches = atoi(argv[1]), size = atoi(argv[2]);
	unsigned int i, j, warmup = atoi(argv[3]);
	uint64_t *ns, start;

	ns = calloc(batches, sizeof(*ns));
	die_if(!ns || !batches || !size, "loop");
	/* Written before it is timed, so that no batch has a page fault. */
	for (i = 0; i < batches; i++)
		ns[i] = 1;
	for (j = 0; j < warmup; j++)
		op(arg);
	for (i = 0; i < batches; i++) {
		start = loop_now();
		for (j = 0; j < size; j++)
			op(arg);
		ns[i] = loop_now() - start;
	}
	loop_print(ns, batches, size);
	free(ns);
}

/* What every program's main() begins with. */
#define loop_usage(argc, argv)						\
	do {								\
		if ((argc) != 4) {					\
			fprintf(stderr, "usage: %s BATCHES SIZE WARMUP\n", \
				(argv)[0]);				\
			return 2;					\
		}							\
	} while (0)

#endif /* BENCH_LOOP_H */
