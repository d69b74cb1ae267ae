// SPDX-License-Identifier: GPL-2.0
/* Load and unload: the subsystems in their order. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <uapi/kmon.h>

#include "ksocket.h"
#include "owner.h"
#include "packet.h"
#include "socket.h"
#include "socket_files.h"
#include "stats.h"
#include "trace.h"

struct subsystem {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
};

/*
 * In order of dependency: a row may call only rows above it. Loading goes
 * down, failure and unloading come back up.
 */
static const struct subsystem subsystems[] = {
	{ "stats",	kmon_stats_init,	kmon_stats_exit },
	{ "owner",	kmon_owner_init,	kmon_owner_exit },
	{ "socket",	kmon_socket_init,	kmon_socket_exit },
	{ "files",	kmon_socket_files_init,	kmon_socket_files_exit },
	{ "packet",	kmon_packet_init,	kmon_packet_exit },
	{ "ksocket",	kmon_ksocket_init,	kmon_ksocket_exit },
	{ "trace",	kmon_trace_init,	kmon_trace_exit },
};

static void exit_first(unsigned int nr)
{
	while (nr--)
		subsystems[nr].exit();
}

static int __init kmon_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(subsystems); i++) {
		err = subsystems[i].init();
		if (err) {
			pr_err("%s: init failed: error %d\n",
			       subsystems[i].name, err);
			exit_first(i);
			return err;
		}
	}
	pr_info("loaded, trace record version %d\n", KMON_ABI_VERSION);
	return 0;
}

static void __exit kmon_exit(void)
{
	u64 in = kmon_stats_sum(KMON_STAT_PACKETS_IN_TCP) +
		 kmon_stats_sum(KMON_STAT_PACKETS_IN_UDP);
	u64 out = kmon_stats_sum(KMON_STAT_PACKETS_OUT_TCP) +
		  kmon_stats_sum(KMON_STAT_PACKETS_OUT_UDP);

	exit_first(ARRAY_SIZE(subsystems));
	pr_info("unloaded after %llu process exits, %llu packets in and %llu out, %llu of them with unknown owner\n",
		kmon_stats_sum(KMON_STAT_EXITS), in, out,
		kmon_stats_sum(KMON_STAT_SOURCE_UNKNOWN));
}

module_init(kmon_init);
module_exit(kmon_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Which process did that: process exits, sockets and packets with their owner");
MODULE_INFO(kmon_abi, __stringify(KMON_ABI_VERSION));
