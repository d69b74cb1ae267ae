// SPDX-License-Identifier: GPL-2.0
/* Process exits in the kernel log, for those who read them there. */
#define pr_fmt(fmt) "PROCESS_MONITOR: " fmt

#include "exit_log.h"

#include <linux/atomic.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "escape.h"
#include "record.h"
#include "stats.h"

/* Lines in five seconds; a busy machine ends a thousand processes a second. */
#define LOG_BURST 200

static bool log_on;
static atomic_t nr_suppressed;
static struct ratelimit_state limit;

static void log_suppressed(void)
{
	int nr = atomic_xchg(&nr_suppressed, 0);

	if (nr)
		pr_info("%d process exits not shown\n", nr);
}

void kmon_exit_log(const struct kmon_exit *e)
{
	char comm[KMON_ESCAPED_LEN];

	if (!READ_ONCE(log_on))
		return;
	if (!__ratelimit(&limit)) {
		atomic_inc(&nr_suppressed);
		kmon_count(KMON_STAT_LOG_SUPPRESSED);
		return;
	}
	log_suppressed();
	/* One call, so that two exits on two CPUs do not interleave. */
	pr_info("Process exiting - PID: %d, Name: %s, Parent PID: %d\n"
		"PROCESS_MONITOR:   User time: %llu ns, System time: %llu ns\n",
		e->pid, kmon_escape(comm, e->comm), e->ppid, e->utime,
		e->stime);
}

void kmon_exit_log_set(bool on)
{
	if (on) {
		ratelimit_state_init(&limit, 5 * HZ, LOG_BURST);
		/* The count is ours to show. */
		ratelimit_set_flags(&limit, RATELIMIT_MSG_ON_RELEASE);
	}
	WRITE_ONCE(log_on, on);
	if (!on) {
		log_suppressed();
		pr_info("Total process exits monitored: %llu\n",
			kmon_stats_sum(KMON_STAT_EXITS));
	}
}
