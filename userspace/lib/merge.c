// SPDX-License-Identifier: GPL-2.0
/* Takes records out of pages of several CPUs, in the order of their time. */
#include "merge.h"

#include <errno.h>
#include <event-parse.h>
#include <kbuffer.h>
#include <stdlib.h>

/**
 * struct stream - one CPU's pages
 * @kbuf: walks over the records of @first
 * @first: the page at hand; NULL when there is none
 * @last: where the next page is linked to
 * @record: the next record; NULL where only a loss is to be told of
 * @time: of what comes next
 * @lost: to be told of before @record
 */
struct stream {
	struct kbuffer *kbuf;
	struct kmon_page *first;
	struct kmon_page **last;
	const void *record;
	uint64_t time;
	uint64_t lost;
};

/**
 * struct kmon_merge - all streams
 * @pages: where pages come from
 * @dec: takes records apart
 * @current: the stream with the oldest record; NULL when that is to be found
 * @limit: what @current has up to this time is next
 * @complete: no page that is still to come has records older than this
 * @ended: no page is still to come
 * @err: why
 * @nr: of @streams
 * @streams: one for each CPU
 */
struct kmon_merge {
	struct kmon_pages *pages;
	const struct kmon_decoder *dec;
	struct stream *current;
	uint64_t limit;
	uint64_t complete;
	bool ended;
	int err;
	int nr;
	struct stream streams[];
};

struct kmon_merge *kmon_merge_new(struct kmon_pages *pages,
				  const struct kmon_decoder *dec, int nr_cpus)
{
	struct kmon_merge *merge;
	int i;

	merge = calloc(1, sizeof(*merge) + nr_cpus * sizeof(merge->streams[0]));
	if (!merge)
		return NULL;
	merge->pages = pages;
	merge->dec = dec;
	merge->nr = nr_cpus;
	for (i = 0; i < nr_cpus; i++) {
		struct stream *stream = &merge->streams[i];

		stream->last = &stream->first;
		stream->kbuf = kbuffer_alloc(KBUFFER_LSIZE_SAME_AS_HOST,
					     KBUFFER_ENDIAN_SAME_AS_HOST);
		if (!stream->kbuf) {
			kmon_merge_free(merge);
			errno = ENOMEM;
			return NULL;
		}
	}
	return merge;
}

void kmon_merge_free(struct kmon_merge *merge)
{
	struct kmon_page *page;
	int i;

	if (!merge)
		return;
	for (i = 0; i < merge->nr; i++) {
		while ((page = merge->streams[i].first)) {
			merge->streams[i].first = page->next;
			kmon_pages_release(merge->pages, page);
		}
		if (merge->streams[i].kbuf)
			kbuffer_free(merge->streams[i].kbuf);
	}
	free(merge);
}

/* Look at the page that has become the first. */
static void open_page(struct stream *stream)
{
	struct kmon_page *page = stream->first;
	unsigned long long time;

	stream->record = NULL;
	stream->lost = page->lost;
	stream->time = page->time;
	if (!page->len || kbuffer_load_subbuffer(stream->kbuf, page->data))
		return;
	stream->record = kbuffer_read_event(stream->kbuf, &time);
	if (stream->record)
		stream->time = time;
}

/* Drop the page at hand; the next one, if any, is opened. */
static void next_page(struct kmon_merge *merge, struct stream *stream)
{
	struct kmon_page *page = stream->first;

	stream->first = page->next;
	if (!stream->first)
		stream->last = &stream->first;
	kmon_pages_release(merge->pages, page);
	merge->current = NULL;
	if (stream->first)
		open_page(stream);
}

static void take(struct kmon_merge *merge)
{
	struct kmon_taken taken = kmon_pages_take(merge->pages);
	struct kmon_page *page;

	merge->complete = taken.complete;
	merge->ended = taken.ended;
	merge->err = taken.err;
	while ((page = taken.pages)) {
		struct stream *stream = &merge->streams[page->cpu];
		bool empty = !stream->first;

		taken.pages = page->next;
		page->next = NULL;
		*stream->last = page;
		stream->last = &page->next;
		if (empty)
			open_page(stream);
	}
	merge->current = NULL;
}

/*
 * Find the stream with the oldest record. It stays the one until its records
 * are younger than the second stream's: mostly many.
 */
static bool choose(struct kmon_merge *merge)
{
	struct stream *oldest = NULL;
	uint64_t second = UINT64_MAX;
	int i;

	for (i = 0; i < merge->nr; i++) {
		struct stream *stream = &merge->streams[i];

		if (!stream->first)
			continue;
		if (!oldest || stream->time < oldest->time) {
			if (oldest)
				second = oldest->time;
			oldest = stream;
		} else if (stream->time < second) {
			second = stream->time;
		}
	}
	merge->limit = second < merge->complete ? second : merge->complete;
	merge->current = oldest;
	return oldest && oldest->time <= merge->limit;
}

/* Return: false where nothing is ready. */
static bool find(struct kmon_merge *merge)
{
	if (merge->current && merge->current->time <= merge->limit)
		return true;
	if (choose(merge))
		return true;
	take(merge);
	return choose(merge);
}

static void advance(struct stream *stream)
{
	unsigned long long time;

	stream->record = kbuffer_next_event(stream->kbuf, &time);
	if (stream->record)
		stream->time = time;
}

int kmon_merge_next(struct kmon_merge *merge, struct kmon_event *ev)
{
	struct stream *stream;
	int err;

	while (find(merge)) {
		stream = merge->current;
		ev->cpu = stream->first->cpu;
		ev->time = stream->time;
		if (stream->lost) {
			ev->type = KMON_EVENT_LOST;
			ev->lost.count = stream->lost;
			stream->lost = 0;
			return 1;
		}
		if (!stream->record) {
			next_page(merge, stream);
			continue;
		}
		err = kmon_decode(merge->dec, stream->record,
				  kbuffer_event_size(stream->kbuf), ev);
		advance(stream);
		if (err == -EBADMSG)
			stream->lost++;
		if (!err)
			return 1;
	}
	if (!merge->ended)
		return 0;
	return merge->err ? merge->err : -ENODATA;
}
