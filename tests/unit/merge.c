// SPDX-License-Identifier: GPL-2.0
/* Pages of several CPUs become one stream, with the losses where they were. */
#include "decode.h"
#include "merge.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096
#define HEADER 16

static const char *path;
static struct decoder dec;
static struct kmon_decoder *made;

static int open_format(void **state)
{
	struct kmon_error error = { "" };

	(void)state;
	decoder_open(&dec, path);
	made = kmon_decoder_new(dec.tep, 1U << KMON_EVENT_PACKET, &error);
	return made ? 0 : -1;
}

static int close_format(void **state)
{
	(void)state;
	kmon_decoder_free(made);
	decoder_close(&dec);
	return 0;
}

/* As the kernel would have it: a time, how much is used, and the records. */
static struct kmon_page *new_page(int cpu, uint64_t time, uint64_t lost)
{
	struct kmon_page *page = calloc(1, sizeof(*page) + PAGE);

	page->room = PAGE;
	page->cpu = cpu;
	page->time = time;
	page->lost = lost;
	page->len = HEADER;
	memcpy(page->data, &time, sizeof(time));
	return page;
}

/* A record of @size bytes, @delta ns after the one before. */
static void add_record(struct kmon_page *page, uint32_t delta, int pid,
		       uint32_t size)
{
	uint32_t head[2] = { delta << 5, (size + 3) / 4 * 4 + 4 };
	uint64_t used;

	decoder_clear(&dec);
	decoder_set(&dec, "pid", pid);
	memcpy(page->data + page->len, head, sizeof(head));
	memcpy(page->data + page->len + sizeof(head), dec.data, size);
	page->len += head[1] + 4;
	assert_in_range(page->len, HEADER, PAGE);
	used = page->len - HEADER;
	memcpy(page->data + 8, &used, sizeof(used));
}

static void add(struct kmon_page *page, uint32_t delta, int pid)
{
	add_record(page, delta, pid, dec.size);
}

static void expect(struct kmon_merge *merge, uint64_t time, int cpu, int pid)
{
	struct kmon_event ev;

	assert_int_equal(kmon_merge_next(merge, &ev), 1);
	assert_int_equal(ev.type, KMON_EVENT_PACKET);
	assert_int_equal(ev.time, time);
	assert_int_equal(ev.cpu, cpu);
	assert_int_equal(ev.packet.pid, pid);
}

static void expect_lost(struct kmon_merge *merge, int cpu, uint64_t count)
{
	struct kmon_event ev;

	assert_int_equal(kmon_merge_next(merge, &ev), 1);
	assert_int_equal(ev.type, KMON_EVENT_LOST);
	assert_int_equal(ev.cpu, cpu);
	assert_int_equal(ev.lost.count, count);
}

static void expect_nothing(struct kmon_merge *merge, int what)
{
	struct kmon_event ev;

	assert_int_equal(kmon_merge_next(merge, &ev), what);
}

static bool readable(const struct kmon_pages *pages)
{
	struct pollfd fd = { kmon_pages_fd(pages), POLLIN, 0 };

	return poll(&fd, 1, 0) == 1;
}

static void in_order(void **state)
{
	struct kmon_pages *pages = kmon_pages_new(1 << 20);
	struct kmon_merge *merge = kmon_merge_new(pages, made, 2);
	struct kmon_page *page;

	(void)state;
	expect_nothing(merge, 0);
	assert_false(readable(pages));
	page = new_page(0, 1000, 0);
	add(page, 0, 1);
	add(page, 20, 3);
	add(page, 20, 5);
	assert_true(kmon_pages_put(pages, page, 0));
	assert_true(readable(pages));
	/* The other CPU may still have older ones. */
	expect_nothing(merge, 0);
	page = new_page(1, 1010, 0);
	add(page, 0, 2);
	add(page, 20, 4);
	assert_true(kmon_pages_put(pages, page, 1000));
	expect(merge, 1000, 0, 1);
	expect_nothing(merge, 0);
	kmon_pages_complete(pages, 1030);
	assert_true(readable(pages));
	expect(merge, 1010, 1, 2);
	expect(merge, 1020, 0, 3);
	expect(merge, 1030, 1, 4);
	expect_nothing(merge, 0);
	page = new_page(1, 1035, 0);
	add(page, 0, 6);
	assert_true(kmon_pages_put(pages, page, 1030));
	kmon_pages_end(pages, 0);
	expect(merge, 1035, 1, 6);
	expect(merge, 1040, 0, 5);
	expect_nothing(merge, -ENODATA);
	kmon_merge_free(merge);
	kmon_pages_free(pages);
}

static void losses(void **state)
{
	struct kmon_pages *pages = kmon_pages_new(1 << 20);
	struct kmon_merge *merge = kmon_merge_new(pages, made, 2);
	struct kmon_page *page;

	(void)state;
	page = new_page(0, 1000, 0);
	add(page, 0, 1);
	kmon_pages_put(pages, page, 0);
	page = new_page(0, 2000, 77);
	add(page, 0, 2);
	/* One that is cut off is lost, too; so is none of another event. */
	add_record(page, 5, 3, 8);
	add(page, 5, 4);
	kmon_pages_put(pages, page, 1000);
	page = calloc(1, sizeof(*page));
	page->cpu = 1;
	page->time = 3000;
	page->lost = 5;
	kmon_pages_put(pages, page, 2000);
	kmon_pages_end(pages, -EIO);
	expect(merge, 1000, 0, 1);
	expect_lost(merge, 0, 77);
	expect(merge, 2000, 0, 2);
	expect_lost(merge, 0, 1);
	expect(merge, 2010, 0, 4);
	expect_lost(merge, 1, 5);
	expect_nothing(merge, -EIO);
	kmon_merge_free(merge);
	kmon_pages_free(pages);
}

#define MANY 2000

static void *fill(void *arg)
{
	struct kmon_pages *pages = arg;
	struct kmon_page *page;
	int i;

	for (i = 0; i < MANY; i++) {
		page = new_page(0, 1000 + i, 0);
		add(page, 0, i);
		if (!kmon_pages_put(pages, page, 1000 + i - 1))
			return (void *)1;
	}
	kmon_pages_end(pages, 0);
	return NULL;
}

/* The queue has room for a few pages; who fills it waits for who empties it. */
static void bounded(void **state)
{
	struct kmon_pages *pages = kmon_pages_new(3 * PAGE);
	struct kmon_merge *merge = kmon_merge_new(pages, made, 1);
	struct pollfd fd = { kmon_pages_fd(pages), POLLIN, 0 };
	struct kmon_event ev;
	pthread_t thread;
	int got, nr = 0;
	void *result;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, fill, pages), 0);
	while ((got = kmon_merge_next(merge, &ev)) >= 0) {
		if (!got) {
			assert_int_equal(poll(&fd, 1, 60000), 1);
			continue;
		}
		assert_int_equal(ev.packet.pid, nr);
		nr++;
	}
	assert_int_equal(got, -ENODATA);
	assert_int_equal(nr, MANY);
	pthread_join(thread, &result);
	assert_null(result);
	kmon_merge_free(merge);
	kmon_pages_free(pages);
}

static void aborted(void **state)
{
	struct kmon_pages *pages = kmon_pages_new(3 * PAGE);
	pthread_t thread;
	void *result;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, fill, pages), 0);
	kmon_pages_abort(pages);
	pthread_join(thread, &result);
	assert_non_null(result);
	kmon_pages_free(pages);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "records of two CPUs come by their time", in_order, NULL, NULL, NULL },
		{ "losses are told where they were", losses, NULL, NULL, NULL },
		{ "who fills a full queue waits, and loses nothing", bounded, NULL, NULL, NULL },
		{ "unless it is told not to", aborted, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("merge", tests, open_format,
					   close_format) != 0;
}
