// SPDX-License-Identifier: GPL-2.0
/* Enter the socks that were open before the hooks were armed. */
#include "owner/seed.h"

#include <linux/sched.h>

#include "owner/table.h"
#include "stats.h"
#include "walk.h"

/* A descriptor can move to a process already visited; not for ever. */
#define PASSES_MAX 3

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

void kmon_seed(void)
{
	struct kmon_walk walk = { };
	unsigned int pass, news;

	for (pass = 0; pass < PASSES_MAX; pass++) {
		news = 0;
		/* A batch may use up the stock, which is larger than it. */
		while (kmon_walk_next(&walk, seed_sock, &news)) {
			kmon_table_refill();
			cond_resched();
		}
		kmon_walk_end(&walk);
		if (!news)
			break;
	}
}
