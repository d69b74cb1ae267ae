/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bounded queue between the thread that empties the kernel's buffers and
 * whoever takes the records out.
 *
 * It holds pages of the ring buffer as they are. When it is full, the thread
 * waits, and what then overflows is the kernel's buffer, which counts it.
 */
#ifndef _KMON_LIB_PAGES_H
#define _KMON_LIB_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct kmon_page - what one read gave
 * @next: younger, of any CPU
 * @cpu: whose buffer it is from
 * @lost: records that were overwritten between the page before and this one
 * @time: of its first record; of a page without data, of the loss
 * @room: bytes that @data has
 * @len: bytes of it that are used; 0 for a page that only tells of a loss
 * @data: as for kbuffer_load_subbuffer()
 */
struct kmon_page {
	struct kmon_page *next;
	int cpu;
	uint64_t lost;
	uint64_t time;
	size_t room;
	size_t len;
	unsigned char data[] __attribute__((aligned(8)));
};

/* Opaque: the queue. */
struct kmon_pages;

/**
 * kmon_pages_new() - an empty queue
 * @limit: bytes that it may hold
 *
 * Return: NULL with errno set; free it with kmon_pages_free().
 */
struct kmon_pages *kmon_pages_new(size_t limit);

/**
 * kmon_pages_free() - with all that is in it
 * @pages: may be NULL; no thread uses it any more
 */
void kmon_pages_free(struct kmon_pages *pages);

/**
 * kmon_pages_fd() - becomes readable when there is something to be taken
 * @pages: the queue
 *
 * Return: an eventfd, which belongs to the queue.
 */
int kmon_pages_fd(const struct kmon_pages *pages);

/**
 * kmon_pages_room() - a page to be filled, and put or freed
 * @pages: the queue
 * @room: bytes that it shall have; always as many
 *
 * Context: the reading thread. Pages that were released are given out again:
 * memory that is fresh from the kernel costs more than what is in it.
 *
 * Return: NULL where there is no memory.
 */
struct kmon_page *kmon_pages_room(struct kmon_pages *pages, size_t room);

/**
 * kmon_pages_put() - add a page; waits while the queue is full
 * @pages: the queue
 * @page: from malloc(); is the queue's from here on
 * @complete: no page that comes later has an older record
 *
 * Context: the reading thread.
 * Return: false where kmon_pages_abort() was called; @page is freed then.
 */
bool kmon_pages_put(struct kmon_pages *pages, struct kmon_page *page,
		    uint64_t complete);

/**
 * kmon_pages_complete() - say up to when everything was put into the queue
 * @pages: the queue
 * @complete: no page that comes later has an older record
 *
 * Context: the reading thread.
 */
void kmon_pages_complete(struct kmon_pages *pages, uint64_t complete);

/**
 * kmon_pages_end() - say that nothing more will come
 * @pages: the queue
 * @err: 0, or the negative errno of what went wrong
 *
 * Context: the reading thread, as its last act.
 */
void kmon_pages_end(struct kmon_pages *pages, int err);

/**
 * kmon_pages_abort() - let the reading thread wait no longer
 * @pages: the queue
 *
 * Context: any thread.
 */
void kmon_pages_abort(struct kmon_pages *pages);

/**
 * struct kmon_taken - what kmon_pages_take() found
 * @pages: a list, the oldest first; NULL for none
 * @complete: see kmon_pages_complete(); UINT64_MAX at the end
 * @ended: nothing more will come
 * @err: see kmon_pages_end()
 */
struct kmon_taken {
	struct kmon_page *pages;
	uint64_t complete;
	bool ended;
	int err;
};

/**
 * kmon_pages_take() - all that is there
 * @pages: the queue
 *
 * Context: the taking thread, when it can do nothing without more pages. Taken
 * pages count as held until they are given back by kmon_pages_release().
 */
struct kmon_taken kmon_pages_take(struct kmon_pages *pages);

/**
 * kmon_pages_release() - free a page and make room for another
 * @pages: the queue
 * @page: taken from it
 *
 * Context: the taking thread.
 */
void kmon_pages_release(struct kmon_pages *pages, struct kmon_page *page);

#endif /* _KMON_LIB_PAGES_H */
