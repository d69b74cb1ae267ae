// SPDX-License-Identifier: GPL-2.0
/* Per-CPU counters, the debugfs directory and the file kmon/stats. */
#include "stats.h"

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/module.h>

#include "fault.h"

#define MAX_GAUGES 8

DEFINE_PER_CPU(struct kmon_counters, kmon_counters);

static const char * const counter_names[KMON_NR_COUNTERS] = {
#define KMON_COUNTER_NAME(id, name) [KMON_STAT_##id] = name,
	KMON_COUNTERS(KMON_COUNTER_NAME)
#undef KMON_COUNTER_NAME
};

/* Written by init functions before any file exists, read-only from then on. */
static void (*gauges[MAX_GAUGES])(struct seq_file *m);
static unsigned int nr_gauges;

static struct dentry *root;

u64 kmon_stats_sum(enum kmon_counter c)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(kmon_counters, cpu).v[c]);
	return sum;
}

void kmon_stats_gauge(struct seq_file *m, const char *name, u64 value)
{
	seq_printf(m, "%s %llu\n", name, value);
}

void kmon_stats_add_gauges(void (*show)(struct seq_file *m))
{
	if (!WARN_ON(nr_gauges == MAX_GAUGES))
		gauges[nr_gauges++] = show;
}

static int stats_show(struct seq_file *m, void *unused)
{
	unsigned int i;

	kmon_stats_gauge(m, "abi_version", KMON_ABI_VERSION);
	for (i = 0; i < KMON_NR_COUNTERS; i++)
		kmon_stats_gauge(m, counter_names[i], kmon_stats_sum(i));
	for (i = 0; i < READ_ONCE(nr_gauges); i++)
		gauges[i](m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

struct dentry *kmon_stats_root(void)
{
	return root;
}

int kmon_stats_init(void)
{
	struct dentry *file;

	root = KMON_FAULT_PTR(debugfs_create_dir(KBUILD_MODNAME, NULL));
	/* Not configured, or booted with debugfs=off. */
	if (PTR_ERR_OR_ZERO(root) == -ENODEV ||
	    PTR_ERR_OR_ZERO(root) == -EPERM)
		return 0;
	if (IS_ERR(root))
		return PTR_ERR(root);
	/* 0400: lockdown=integrity refuses to open files of a wider mode. */
	file = KMON_FAULT_PTR(debugfs_create_file("stats", 0400, root, NULL,
						  &stats_fops));
	if (IS_ERR(file)) {
		debugfs_remove(root);
		return PTR_ERR(file);
	}
	return 0;
}

void kmon_stats_exit(void)
{
	debugfs_remove(root);
}
