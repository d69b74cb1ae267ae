/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU counters, the debugfs directory and the file kmon/stats. */
#ifndef _KMON_STATS_H
#define _KMON_STATS_H

#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <uapi/kmon.h>

struct dentry;

/*
 * The counters, with their line in kmon/stats. One row here is all that a new
 * counter needs. The rows of packets_* and source_* are in the order in which
 * packet.c computes their index.
 */
#define KMON_COUNTERS(X)						\
	X(PACKETS_IN_TCP,	"packets_in_tcp")			\
	X(PACKETS_IN_UDP,	"packets_in_udp")			\
	X(PACKETS_OUT_TCP,	"packets_out_tcp")			\
	X(PACKETS_OUT_UDP,	"packets_out_udp")			\
	X(PACKETS_BAD,		"packets_bad_header")			\
	X(SOURCE_SENDER,	"source_sender")			\
	X(SOURCE_SOCKET,	"source_socket")			\
	X(SOURCE_LISTENER,	"source_listener")			\
	X(SOURCE_TOMBSTONE,	"source_tombstone")			\
	X(SOURCE_KERNEL,	"source_kernel")			\
	X(SOURCE_FORWARDED,	"source_forwarded")			\
	X(SOURCE_FRAGMENT,	"source_fragment")			\
	X(SOURCE_NONE,		"source_none")				\
	X(SOURCE_UNKNOWN,	"source_unknown")			\
	X(EXITS,		"exits")					\
	X(LOG_SUPPRESSED,	"exit_log_suppressed")			\
	X(OWNER_CREATED,	"owner_created")			\
	X(OWNER_CLONED,		"owner_cloned")				\
	X(OWNER_ACCEPTED,	"owner_accepted")			\
	X(OWNER_INHERITED,	"owner_inherited")			\
	X(OWNER_RECEIVED,	"owner_received")			\
	X(OWNER_SEEDED,		"owner_seeded")				\
	X(OWNER_REPAIRED,	"owner_repaired")			\
	X(OWNER_FREED,		"owner_freed")				\
	X(OWNER_MISSED,		"owner_missed")				\
	X(OWNER_STALE,		"owner_stale")				\
	X(OWNER_DOUBTFUL,	"owner_doubtful")			\
	X(LOST_ENTRY,		"lost_owner_entries")			\
	X(LOST_HOLD,		"lost_owner_holds")			\
	X(LOST_PROC,		"lost_owner_procs")			\
	X(LOST_TOMB,		"lost_tombstones")			\
	X(ALLOC_FAILED,		"alloc_failed")				\
	X(NETNS_UNHOOKED,	"netns_unhooked")

enum kmon_counter {
#define KMON_COUNTER_ENUM(id, name) KMON_STAT_##id,
	KMON_COUNTERS(KMON_COUNTER_ENUM)
#undef KMON_COUNTER_ENUM
	KMON_NR_COUNTERS
};

struct kmon_counters {
	u64 v[KMON_NR_COUNTERS];
};

DECLARE_PER_CPU(struct kmon_counters, kmon_counters);

/**
 * kmon_count() - add one to a counter
 * @c: which
 *
 * Context: any, interrupts included; one instruction on x86.
 */
static inline void kmon_count(enum kmon_counter c)
{
	this_cpu_inc(kmon_counters.v[c]);
}

/**
 * kmon_stats_sum() - a counter, summed over all CPUs
 * @c: which
 *
 * Context: any. Not a snapshot: CPUs go on counting meanwhile.
 * Return: the sum since the module was loaded.
 */
u64 kmon_stats_sum(enum kmon_counter c);

/**
 * kmon_stats_gauge() - one line of kmon/stats that is a level, not a count
 * @m: the file
 * @name: its name
 * @value: its value now
 *
 * Context: process, called by the gauge functions in stats.c's table.
 */
void kmon_stats_gauge(struct seq_file *m, const char *name, u64 value);

/**
 * kmon_stats_add_gauges() - register what prints a subsystem's levels
 * @show: prints them with kmon_stats_gauge(); may sleep; runs until
 *	  kmon_stats_exit()
 *
 * Context: process, module init only.
 */
void kmon_stats_add_gauges(void (*show)(struct seq_file *m));

/**
 * kmon_stats_root() - the directory /sys/kernel/debug/kmon
 *
 * Context: any, after kmon_stats_init(). Return: its dentry, or an ERR_PTR
 * that debugfs functions accept where debugfs is not to be had.
 */
struct dentry *kmon_stats_root(void);

/**
 * kmon_stats_init() - create the debugfs directory and kmon/stats
 *
 * Context: process. Return: 0, or the negative errno of debugfs. A kernel
 * without debugfs is no error: kmon then has no files.
 */
int kmon_stats_init(void);

/**
 * kmon_stats_exit() - remove the debugfs directory and all below it
 *
 * Context: process; waits for readers that are inside a file.
 */
void kmon_stats_exit(void);

#endif /* _KMON_STATS_H */
