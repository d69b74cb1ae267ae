// SPDX-License-Identifier: GPL-2.0
/* The thread that empties the ring buffers of all CPUs into a queue. */
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <kbuffer.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "cpus.h"

/*
 * How long records may gather before they are read, and how long to sleep at
 * most: a kernel may forget to wake up, and a CPU may have come online.
 */
#define GATHER_MS 20
#define SLEEP_MS 1000

/**
 * struct cpu - one CPU's buffer
 * @fd: -1 while the CPU was never online
 * @until: all up to this time was put into the queue
 * @told: records that the queue was told are lost
 * @unclear: a page did not say how many are lost; the file of counts does
 * @drained: in this round, there is nothing more
 */
struct cpu {
	int fd;
	uint64_t until;
	uint64_t told;
	bool unclear;
	bool drained;
};

/**
 * struct kmon_reader - the thread and what it reads
 * @thread: itself
 * @dir: of the instance
 * @stop: an eventfd, readable when the thread is to end
 * @page_size: of a page of the ring buffer
 * @look_again: when to look for CPUs that have come online
 * @much: bytes in one round after which there is no time to sleep
 * @pages: where everything goes
 * @kbuf: looks at pages
 * @blank: a page for the next read; NULL until one is needed
 * @polled: room for @stop and every CPU
 * @nr_cpus: of @cpus
 * @cpus: by their numbers
 */
struct kmon_reader {
	pthread_t thread;
	int dir;
	int stop;
	size_t page_size;
	uint64_t look_again;
	size_t much;
	struct kmon_pages *pages;
	struct kbuffer *kbuf;
	struct kmon_page *blank;
	struct pollfd *polled;
	int nr_cpus;
	struct cpu cpus[];
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int open_cpu(const struct kmon_reader *reader, int nr, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "per_cpu/cpu%d/%s", nr, name);
	return openat(reader->dir, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

/* Those that are online now, as may change; once open, a buffer is read for ever. */
static int open_cpus(struct kmon_reader *reader)
{
	struct kmon_cpus online;
	int i, last;

	kmon_cpus_read(&online, "online");
	while (kmon_cpus_next(&online, &i, &last)) {
		for (; i <= last && i < reader->nr_cpus; i++) {
			if (reader->cpus[i].fd >= 0)
				continue;
			reader->cpus[i].fd = open_cpu(reader, i,
						      "trace_pipe_raw");
			if (reader->cpus[i].fd < 0)
				return -errno;
		}
	}
	reader->look_again = now() + SLEEP_MS * 1000000ULL;
	return 0;
}

/* What the kernel says of a CPU's buffer: all that was ever lost in it. */
static uint64_t count_lost(const struct kmon_reader *reader, int nr)
{
	static const char *const names[] = {
		"\noverrun: ", "\ncommit overrun: ", "\ndropped events: ",
	};
	int fd = open_cpu(reader, nr, "stats");
	uint64_t sum = 0;
	char text[1024];
	const char *at;
	ssize_t len;
	size_t i;

	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len < 0 ? 0 : len] = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		at = strstr(text, names[i]);
		if (at)
			sum += strtoull(at + strlen(names[i]), NULL, 10);
	}
	return sum;
}

/*
 * A page says how many records were lost before it, or, where it has no room
 * for a number, only that some were. From then on the count of the CPU is what
 * is told, so that the sum is right whatever came in between.
 */
static uint64_t lost_before(struct kmon_reader *reader, int nr)
{
	struct cpu *cpu = &reader->cpus[nr];
	int missed = kbuffer_missed_events(reader->kbuf);
	uint64_t lost, all;

	if (!missed)
		return 0;
	cpu->unclear |= missed < 0;
	lost = missed;
	if (cpu->unclear) {
		all = count_lost(reader, nr);
		lost = all > cpu->told ? all - cpu->told : 0;
	}
	cpu->told += lost;
	return lost;
}

static bool put(struct kmon_reader *reader, struct kmon_page *page)
{
	uint64_t complete = UINT64_MAX;
	int i;

	for (i = 0; i < reader->nr_cpus; i++)
		if (reader->cpus[i].fd >= 0 && reader->cpus[i].until < complete)
			complete = reader->cpus[i].until;
	return kmon_pages_put(reader->pages, page, complete);
}

/* Where nothing but a number of lost records is to be put. */
static int put_lost(struct kmon_reader *reader, int nr, uint64_t lost)
{
	struct kmon_page *page = calloc(1, sizeof(*page));

	if (!page)
		return -ENOMEM;
	page->cpu = nr;
	page->lost = lost;
	page->time = now();
	put(reader, page);
	return 0;
}

/* Fill in what is known of a page, and give back what it does not use. */
static struct kmon_page *finish_page(struct kmon_reader *reader, int nr,
				     struct kmon_page *page)
{
	unsigned long long time;
	struct kmon_page *less;
	size_t len;

	if (kbuffer_load_subbuffer(reader->kbuf, page->data)) {
		free(page);
		errno = EPROTO;
		return NULL;
	}
	page->cpu = nr;
	page->lost = lost_before(reader, nr);
	page->time = kbuffer_subbuf_timestamp(reader->kbuf, page->data);
	if (kbuffer_read_event(reader->kbuf, &time))
		page->time = time;
	/* A number of lost records is behind the records. */
	len = kbuffer_start_of_data(reader->kbuf) +
	      kbuffer_subbuffer_size(reader->kbuf) + sizeof(long);
	page->len = len < reader->page_size ? len : reader->page_size;
	if (page->len > reader->page_size / 2)
		return page;
	less = realloc(page, sizeof(*page) + page->len);
	if (!less)
		return page;
	less->room = less->len;
	return less;
}

/* Return: bytes that were read, 0 where there are none, or a negative errno. */
static ssize_t read_page(struct kmon_reader *reader, int nr)
{
	struct cpu *cpu = &reader->cpus[nr];
	struct kmon_page *page;
	ssize_t len;

	if (!reader->blank)
		reader->blank = kmon_pages_room(reader->pages,
						reader->page_size);
	page = reader->blank;
	if (!page)
		return -ENOMEM;
	do
		len = read(cpu->fd, page->data, reader->page_size);
	while (len < 0 && errno == EINTR);
	if (len <= 0)
		return len && errno != EAGAIN ? -errno : 0;
	reader->blank = NULL;
	page = finish_page(reader, nr, page);
	if (!page)
		return -errno;
	cpu->until = page->time;
	return put(reader, page) ? len : -ECANCELED;
}

/* The CPU that is furthest behind, of those that may have more; -1 for none. */
static int furthest_behind(const struct kmon_reader *reader)
{
	int i, found = -1;

	for (i = 0; i < reader->nr_cpus; i++)
		if (reader->cpus[i].fd >= 0 && !reader->cpus[i].drained &&
		    (found < 0 ||
		     reader->cpus[i].until < reader->cpus[found].until))
			found = i;
	return found;
}

/*
 * Empty all buffers, always the one that is furthest behind: so no more than a
 * page or two of each CPU wait in the queue for older ones of another.
 *
 * Return: bytes that were read, or a negative errno.
 */
static ssize_t read_all(struct kmon_reader *reader)
{
	uint64_t start = now();
	ssize_t len, sum = 0;
	int i;

	for (i = 0; i < reader->nr_cpus; i++)
		reader->cpus[i].drained = false;
	while ((i = furthest_behind(reader)) >= 0) {
		len = read_page(reader, i);
		if (len < 0)
			return len;
		sum += len;
		if (len)
			continue;
		reader->cpus[i].drained = true;
		if (reader->cpus[i].until < start)
			reader->cpus[i].until = start;
	}
	kmon_pages_complete(reader->pages, start);
	return sum;
}

/* Return: whether the thread is to end. */
static bool sleep_until_records(struct kmon_reader *reader)
{
	int i, nr = 0;

	reader->polled[nr++] = (struct pollfd){ reader->stop, POLLIN, 0 };
	for (i = 0; i < reader->nr_cpus; i++)
		if (reader->cpus[i].fd >= 0)
			reader->polled[nr++] = (struct pollfd){
				reader->cpus[i].fd, POLLIN, 0 };
	poll(reader->polled, nr, SLEEP_MS);
	return reader->polled[0].revents;
}

static bool gather(struct kmon_reader *reader)
{
	struct pollfd stop = { reader->stop, POLLIN, 0 };

	return poll(&stop, 1, GATHER_MS) > 0;
}

/* What the pages did not tell of, such as records lost behind the last one. */
static int put_rest_of_lost(struct kmon_reader *reader)
{
	uint64_t all;
	int i, err;

	for (i = 0; i < reader->nr_cpus; i++) {
		if (reader->cpus[i].fd < 0)
			continue;
		all = count_lost(reader, i);
		if (all <= reader->cpus[i].told)
			continue;
		err = put_lost(reader, i, all - reader->cpus[i].told);
		if (err)
			return err;
	}
	return 0;
}

static ssize_t run(struct kmon_reader *reader)
{
	bool stopped = false;
	ssize_t len;
	int err;

	while (!stopped) {
		stopped = sleep_until_records(reader) || gather(reader);
		do {
			err = now() < reader->look_again ? 0 : open_cpus(reader);
			len = err ? err : read_all(reader);
		} while (len >= (ssize_t)reader->much);
		if (len < 0)
			return len;
	}
	return put_rest_of_lost(reader);
}

static void *reading(void *arg)
{
	struct kmon_reader *reader = arg;

	kmon_pages_end(reader->pages, run(reader));
	return NULL;
}

/* With all signals blocked, which a thread has from the one that makes it. */
static int start_thread(struct kmon_reader *reader)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&reader->thread, NULL, reading, reader);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -err;
}

static void close_all(struct kmon_reader *reader)
{
	int i;

	for (i = 0; i < reader->nr_cpus; i++)
		if (reader->cpus[i].fd >= 0)
			close(reader->cpus[i].fd);
	if (reader->stop >= 0)
		close(reader->stop);
	if (reader->kbuf)
		kbuffer_free(reader->kbuf);
	free(reader->blank);
	free(reader->polled);
	free(reader);
}

static struct kmon_reader *new_reader(int dir, size_t buffer,
				      struct kmon_pages *pages)
{
	int i, nr = kmon_cpus_possible();
	struct kmon_reader *reader;

	reader = calloc(1, sizeof(*reader) + nr * sizeof(reader->cpus[0]));
	if (!reader)
		return NULL;
	reader->dir = dir;
	reader->pages = pages;
	reader->page_size = sysconf(_SC_PAGESIZE);
	reader->much = buffer / 8 > reader->page_size ? buffer / 8 :
							reader->page_size;
	reader->nr_cpus = nr;
	for (i = 0; i < nr; i++)
		reader->cpus[i].fd = -1;
	reader->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	reader->polled = calloc(nr + 1, sizeof(*reader->polled));
	reader->kbuf = kbuffer_alloc(KBUFFER_LSIZE_SAME_AS_HOST,
				     KBUFFER_ENDIAN_SAME_AS_HOST);
	if (reader->stop >= 0 && reader->polled && reader->kbuf)
		return reader;
	close_all(reader);
	errno = ENOMEM;
	return NULL;
}

struct kmon_reader *kmon_reader_start(int dir, size_t buffer,
				      struct kmon_pages *pages,
				      struct kmon_error *error)
{
	struct kmon_reader *reader = new_reader(dir, buffer, pages);
	int err = reader ? open_cpus(reader) : -errno;

	if (!err)
		err = start_thread(reader);
	if (!err)
		return reader;
	if (reader)
		close_all(reader);
	kmon_error_set(error, err, "cannot read the trace buffers: %s",
		       strerror(-err));
	errno = -err;
	return NULL;
}

void kmon_reader_stop(struct kmon_reader *reader)
{
	eventfd_write(reader->stop, 1);
}

void kmon_reader_free(struct kmon_reader *reader)
{
	if (!reader)
		return;
	kmon_pages_abort(reader->pages);
	kmon_reader_stop(reader);
	pthread_join(reader->thread, NULL);
	close_all(reader);
}
