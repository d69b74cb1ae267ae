// SPDX-License-Identifier: GPL-2.0
/* The bounded queue between the reading thread and who takes records out. */
#include "pages.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* So many pages are kept to be used again: a burst of some thousand records. */
#define SPARE_MAX 256

/**
 * struct kmon_pages - the queue
 * @lock: protects all below but @fd and @limit, which never change
 * @room: signalled when pages were released, and on abort
 * @fd: an eventfd, written to when the taker could not go on and now may
 * @limit: bytes that it may hold
 * @held: bytes of pages put and not yet released
 * @first: the oldest page that was not taken
 * @last: where the next is linked to
 * @spare: pages that were released
 * @nr_spare: how many
 * @whole: room that each of them has
 * @complete: see kmon_pages_complete()
 * @hungry: the taker has not been woken up since it took
 * @aborted: the reading thread shall not wait
 * @ended: see kmon_pages_end()
 * @err: likewise
 */
struct kmon_pages {
	pthread_mutex_t lock;
	pthread_cond_t room;
	int fd;
	size_t limit;
	size_t held;
	struct kmon_page *first;
	struct kmon_page **last;
	struct kmon_page *spare;
	unsigned int nr_spare;
	size_t whole;
	uint64_t complete;
	bool hungry;
	bool aborted;
	bool ended;
	int err;
};

struct kmon_pages *kmon_pages_new(size_t limit)
{
	struct kmon_pages *pages = calloc(1, sizeof(*pages));

	if (!pages)
		return NULL;
	pages->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (pages->fd < 0) {
		free(pages);
		return NULL;
	}
	pthread_mutex_init(&pages->lock, NULL);
	pthread_cond_init(&pages->room, NULL);
	pages->limit = limit;
	pages->last = &pages->first;
	pages->hungry = true;
	return pages;
}

static void free_list(struct kmon_page *page)
{
	struct kmon_page *next;

	for (; page; page = next) {
		next = page->next;
		free(page);
	}
}

void kmon_pages_free(struct kmon_pages *pages)
{
	if (!pages)
		return;
	free_list(pages->first);
	free_list(pages->spare);
	pthread_cond_destroy(&pages->room);
	pthread_mutex_destroy(&pages->lock);
	close(pages->fd);
	free(pages);
}

int kmon_pages_fd(const struct kmon_pages *pages)
{
	return pages->fd;
}

/* Lock held. Writing fails only where the fd is readable anyway. */
static void wake(struct kmon_pages *pages)
{
	if (pages->hungry)
		eventfd_write(pages->fd, 1);
	pages->hungry = false;
}

static size_t size_of(const struct kmon_page *page)
{
	return sizeof(*page) + page->room;
}

struct kmon_page *kmon_pages_room(struct kmon_pages *pages, size_t room)
{
	struct kmon_page *page;

	pthread_mutex_lock(&pages->lock);
	pages->whole = room;
	page = pages->spare;
	if (page) {
		pages->spare = page->next;
		pages->nr_spare--;
	}
	pthread_mutex_unlock(&pages->lock);
	if (page)
		return page;
	page = malloc(sizeof(*page) + room);
	if (page)
		page->room = room;
	return page;
}

bool kmon_pages_put(struct kmon_pages *pages, struct kmon_page *page,
		    uint64_t complete)
{
	bool aborted;

	pthread_mutex_lock(&pages->lock);
	pages->complete = complete;
	wake(pages);
	while (pages->held && pages->held + size_of(page) > pages->limit &&
	       !pages->aborted)
		pthread_cond_wait(&pages->room, &pages->lock);
	aborted = pages->aborted;
	if (!aborted) {
		pages->held += size_of(page);
		page->next = NULL;
		*pages->last = page;
		pages->last = &page->next;
		wake(pages);
	}
	pthread_mutex_unlock(&pages->lock);
	if (aborted)
		free(page);
	return !aborted;
}

void kmon_pages_complete(struct kmon_pages *pages, uint64_t complete)
{
	pthread_mutex_lock(&pages->lock);
	pages->complete = complete;
	wake(pages);
	pthread_mutex_unlock(&pages->lock);
}

void kmon_pages_end(struct kmon_pages *pages, int err)
{
	pthread_mutex_lock(&pages->lock);
	pages->ended = true;
	pages->err = err;
	wake(pages);
	pthread_mutex_unlock(&pages->lock);
}

void kmon_pages_abort(struct kmon_pages *pages)
{
	pthread_mutex_lock(&pages->lock);
	pages->aborted = true;
	pthread_cond_signal(&pages->room);
	pthread_mutex_unlock(&pages->lock);
}

struct kmon_taken kmon_pages_take(struct kmon_pages *pages)
{
	struct kmon_taken taken;
	eventfd_t nr;

	/* First, so that what is put after the look below wakes up again. */
	eventfd_read(pages->fd, &nr);
	pthread_mutex_lock(&pages->lock);
	taken.pages = pages->first;
	taken.complete = pages->ended ? UINT64_MAX : pages->complete;
	taken.ended = pages->ended;
	taken.err = pages->err;
	pages->first = NULL;
	pages->last = &pages->first;
	pages->hungry = true;
	pthread_mutex_unlock(&pages->lock);
	return taken;
}

void kmon_pages_release(struct kmon_pages *pages, struct kmon_page *page)
{
	pthread_mutex_lock(&pages->lock);
	pages->held -= size_of(page);
	pthread_cond_signal(&pages->room);
	/* One that was made smaller is of no more use. */
	if (page->room == pages->whole && pages->nr_spare < SPARE_MAX) {
		page->next = pages->spare;
		pages->spare = page;
		pages->nr_spare++;
		page = NULL;
	}
	pthread_mutex_unlock(&pages->lock);
	free(page);
}
