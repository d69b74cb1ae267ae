/* SPDX-License-Identifier: GPL-2.0 */
/* Bounded pools of objects that are taken where nothing may be allocated. */
#ifndef _KMON_OWNER_POOL_H
#define _KMON_OWNER_POOL_H

#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

/**
 * struct kmon_pool - free objects, kept in stock by a worker
 * @name: of the slab cache
 * @size: of an object, at least a pointer
 * @limit: objects that may exist, in use and free together
 * @reserve: free objects that the worker keeps in stock
 * @cache: where they come from
 * @lock: protects @free, @nr_free and @nr_total; raw, because hooks run with
 *	  preemption off on PREEMPT_RT too; taken inside every other lock
 * @free: stack of free objects, linked through their first word
 * @nr_free: how many
 * @nr_total: objects that exist
 * @refill: the worker
 * @running: whether @refill may be queued; written under @lock
 */
struct kmon_pool {
	const char *name;
	unsigned int size;
	unsigned int limit;
	unsigned int reserve;
	struct kmem_cache *cache;
	raw_spinlock_t lock;
	void *free;
	unsigned int nr_free;
	unsigned int nr_total;
	struct work_struct refill;
	bool running;
};

/**
 * kmon_pool_init() - create the slab cache
 * @pool: with @name and @size set
 *
 * Context: process. Return: 0 or -ENOMEM.
 */
int kmon_pool_init(struct kmon_pool *pool);

/**
 * kmon_pool_exit() - destroy the slab cache
 * @pool: stopped, and every object back in it
 *
 * Context: process.
 */
void kmon_pool_exit(struct kmon_pool *pool);

/**
 * kmon_pool_start() - fill the stock and keep it filled
 * @pool: initialised
 * @limit: objects that may exist, at least 1
 *
 * Context: process, may sleep. Return: 0 or -ENOMEM, with nothing left behind.
 */
int kmon_pool_start(struct kmon_pool *pool, unsigned int limit);

/**
 * kmon_pool_refill() - fill the stock now instead of when the worker runs
 * @pool: started
 *
 * Context: process, may sleep.
 */
void kmon_pool_refill(struct kmon_pool *pool);

/**
 * kmon_pool_stop() - stop the worker and free the stock
 * @pool: nobody gets or puts any more
 *
 * Context: process, may sleep.
 */
void kmon_pool_stop(struct kmon_pool *pool);

/**
 * kmon_pool_get() - take an object
 * @pool: started
 *
 * Context: any but NMI, with preemption off too. Never allocates.
 * Return: the object, zeroed; NULL when there is none, which the caller
 * counts.
 */
void *kmon_pool_get(struct kmon_pool *pool);

/**
 * kmon_pool_put() - give an object back
 * @pool: where it came from
 * @obj: no longer reachable by anyone
 *
 * Context: any but NMI, with preemption off too.
 */
void kmon_pool_put(struct kmon_pool *pool, void *obj);

/**
 * kmon_pool_used() - objects in use
 * @pool: initialised
 *
 * Context: any. Return: those that exist and are not in stock.
 */
unsigned int kmon_pool_used(struct kmon_pool *pool);

#endif /* _KMON_OWNER_POOL_H */
