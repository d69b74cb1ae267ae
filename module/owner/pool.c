// SPDX-License-Identifier: GPL-2.0
/* Bounded pools of objects that are taken where nothing may be allocated. */
#include "owner/pool.h"

#include <linux/string.h>

#include "fault.h"
#include "stats.h"

/*
 * Enough for what one CPU's softirq can open before the worker gets to run;
 * above four times this the worker gives memory back.
 */
#define RESERVE_MAX 1024u

/* Context: lock held. */
static void push(struct kmon_pool *pool, void *obj)
{
	lockdep_assert_held(&pool->lock);
	*(void **)obj = pool->free;
	pool->free = obj;
	pool->nr_free++;
}

/* Context: lock held. */
static void *pop(struct kmon_pool *pool)
{
	void *obj = pool->free;

	lockdep_assert_held(&pool->lock);
	if (obj) {
		pool->free = *(void **)obj;
		pool->nr_free--;
	}
	return obj;
}

/*
 * Bring the stock up to the reserve, as far as the limit lets us. An
 * allocation that fails is counted; the next kmon_pool_get() tries again.
 */
static int fill(struct kmon_pool *pool)
{
	unsigned long flags;
	bool wanted;
	void *obj;

	for (;;) {
		raw_spin_lock_irqsave(&pool->lock, flags);
		wanted = pool->nr_free < pool->reserve &&
			 pool->nr_total < pool->limit;
		if (wanted)
			pool->nr_total++;
		raw_spin_unlock_irqrestore(&pool->lock, flags);
		if (!wanted)
			return 0;
		obj = KMON_FAULT_NULL(kmem_cache_alloc(pool->cache, GFP_KERNEL |
						       __GFP_NOWARN));
		raw_spin_lock_irqsave(&pool->lock, flags);
		if (obj)
			push(pool, obj);
		else
			pool->nr_total--;
		raw_spin_unlock_irqrestore(&pool->lock, flags);
		if (!obj) {
			kmon_count(KMON_STAT_ALLOC_FAILED);
			return -ENOMEM;
		}
		cond_resched();
	}
}

/* Free the stock above @keep objects. */
static void drain(struct kmon_pool *pool, unsigned int keep)
{
	unsigned long flags;
	void *obj;

	do {
		raw_spin_lock_irqsave(&pool->lock, flags);
		obj = pool->nr_free > keep ? pop(pool) : NULL;
		if (obj)
			pool->nr_total--;
		raw_spin_unlock_irqrestore(&pool->lock, flags);
		if (obj)
			kmem_cache_free(pool->cache, obj);
		cond_resched();
	} while (obj);
}

static void refill_work(struct work_struct *work)
{
	struct kmon_pool *pool = container_of(work, struct kmon_pool, refill);

	fill(pool);
	if (READ_ONCE(pool->nr_free) > 4 * pool->reserve)
		drain(pool, 2 * pool->reserve);
}

int kmon_pool_init(struct kmon_pool *pool)
{
	raw_spin_lock_init(&pool->lock);
	INIT_WORK(&pool->refill, refill_work);
	pool->cache = KMON_FAULT_NULL(kmem_cache_create(pool->name, pool->size,
							0, SLAB_HWCACHE_ALIGN,
							NULL));
	return pool->cache ? 0 : -ENOMEM;
}

void kmon_pool_exit(struct kmon_pool *pool)
{
	kmem_cache_destroy(pool->cache);
}

int kmon_pool_start(struct kmon_pool *pool, unsigned int limit)
{
	int err;

	pool->limit = limit;
	pool->reserve = clamp(limit / 4, 1u, RESERVE_MAX);
	err = fill(pool);
	if (err)
		drain(pool, 0);
	else
		WRITE_ONCE(pool->running, true);
	return err;
}

void kmon_pool_refill(struct kmon_pool *pool)
{
	/* What fails is counted; the worker tries again. */
	fill(pool);
}

void kmon_pool_stop(struct kmon_pool *pool)
{
	WRITE_ONCE(pool->running, false);
	cancel_work_sync(&pool->refill);
	drain(pool, 0);
	WARN_ON(pool->nr_total);
}

void *kmon_pool_get(struct kmon_pool *pool)
{
	unsigned long flags;
	bool low;
	void *obj;

	raw_spin_lock_irqsave(&pool->lock, flags);
	obj = pop(pool);
	low = pool->nr_free < pool->reserve / 2 + 1 &&
	      pool->nr_total < pool->limit;
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	if (low && READ_ONCE(pool->running))
		schedule_work(&pool->refill);
	if (obj)
		memset(obj, 0, pool->size);
	return obj;
}

void kmon_pool_put(struct kmon_pool *pool, void *obj)
{
	unsigned long flags;
	bool high;

	raw_spin_lock_irqsave(&pool->lock, flags);
	push(pool, obj);
	high = pool->nr_free > 4 * pool->reserve;
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	if (high && READ_ONCE(pool->running))
		schedule_work(&pool->refill);
}

unsigned int kmon_pool_used(struct kmon_pool *pool)
{
	unsigned long flags;
	unsigned int used;

	raw_spin_lock_irqsave(&pool->lock, flags);
	used = pool->nr_total - pool->nr_free;
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return used;
}
