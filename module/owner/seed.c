// SPDX-License-Identifier: GPL-2.0
/* Enter the socks that were open before the hooks were armed. */
#include "owner/seed.h"

#include <linux/sched.h>
#include <net/inet_connection_sock.h>
#include <net/request_sock.h>

#include "owner.h"
#include "owner/table.h"
#include "stats.h"
#include "walk.h"
#include "walk_hash.h"

/* A descriptor can move to a process already visited; not for ever. */
#define PASSES_MAX 3

/* Connections of one listener that are looked at in one pass. */
#define QUEUE_MAX 4096

/*
 * Context: file_lock of the table that @fd is in. A close that comes after
 * us has to wait for it and then finds the hold that we add here.
 */
static void seed_sock(struct task_struct *task, unsigned int fd,
		      struct file *file, struct sock *sk, void *arg)
{
	unsigned int *news = arg;

	if (kmon_table_seed(sk, task)) {
		kmon_count(KMON_STAT_OWNER_SEEDED);
		(*news)++;
	}
}

/* All descriptors of all processes. */
static void seed_files(unsigned int *news)
{
	struct kmon_walk walk = { };

	/* A batch may use up the stock, which is larger than it. */
	while (kmon_walk_next(&walk, seed_sock, news)) {
		kmon_table_refill();
		cond_resched();
	}
	kmon_walk_end(&walk);
}

/*
 * Connections that nobody has accepted have no descriptor. While they are in
 * the queue, whose lock is held, they are the listener's.
 *
 * Context: lock of the listener's bucket, BHs disabled.
 */
static void seed_queue(struct sock *sk, void *arg)
{
	struct request_sock_queue *queue;
	unsigned int *news = arg;
	unsigned int left = QUEUE_MAX;
	struct request_sock *req;

	if (sk->sk_state != TCP_LISTEN)
		return;
	queue = &inet_csk(sk)->icsk_accept_queue;
	rcu_read_lock();
	spin_lock(&queue->rskq_lock);
	for (req = queue->rskq_accept_head; req && left--; req = req->dl_next) {
		if (!kmon_table_seed_clone(kmon_owner_sock(sk), req->sk))
			continue;
		kmon_count(KMON_STAT_OWNER_SEEDED);
		(*news)++;
	}
	spin_unlock(&queue->rskq_lock);
	rcu_read_unlock();
}

static void seed_queues(unsigned int *news)
{
	struct kmon_walk_hash walk = { };

	while (kmon_walk_listeners_next(&walk, seed_queue, news))
		kmon_table_refill();
}

/* Until a pass adds nothing: it may have found no memory for what it saw. */
static void seed_all(void (*pass)(unsigned int *news))
{
	unsigned int nr, news;

	for (nr = 0; nr < PASSES_MAX; nr++) {
		news = 0;
		pass(&news);
		if (!news)
			break;
	}
}

void kmon_seed(void)
{
	seed_all(seed_files);
	seed_all(seed_queues);
}
