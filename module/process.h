/* SPDX-License-Identifier: GPL-2.0 */
/* Process exits, exactly one record each. */
#ifndef _KMON_PROCESS_H
#define _KMON_PROCESS_H

#include <linux/sched.h>
#include <linux/types.h>

#include "owner.h"

/**
 * struct kmon_exit - the end of one process, as the event records it
 * @net: threads and what it sent and received
 * @start_time: when it started, ns of CLOCK_MONOTONIC
 * @run_time: ns from then to now
 * @utime: user CPU time of all its threads, ns, counted in ticks
 * @stime: system CPU time of all its threads, ns, counted in ticks
 * @sum_exec: CPU time of all its threads, ns, exact
 * @min_flt: page faults without I/O of all its threads
 * @maj_flt: page faults with I/O of all its threads
 * @max_rss: largest resident set, KiB
 * @cgroup: id of its cgroup in the v2 hierarchy
 * @pid: tgid in the initial pid namespace
 * @ppid: tgid of its parent there
 * @ns_pid: tgid in its own pid namespace
 * @uid: real uid in the initial user namespace
 * @sockets: IPv4 and IPv6 sockets that it still had open
 * @exit_code: low byte of what it gave to exit(2)
 * @signal: the signal that ended it, 0 for none
 * @core: whether a core dump was written
 * @comm: name of the thread-group leader, raw
 */
struct kmon_exit {
	struct kmon_totals net;
	u64 start_time;
	u64 run_time;
	u64 utime;
	u64 stime;
	u64 sum_exec;
	u64 min_flt;
	u64 maj_flt;
	u64 max_rss;
	u64 cgroup;
	pid_t pid;
	pid_t ppid;
	pid_t ns_pid;
	u32 uid;
	u32 sockets;
	u8 exit_code;
	u8 signal;
	bool core;
	char comm[TASK_COMM_LEN];
};

/**
 * kmon_process_start() - record exits from now on
 *
 * Context: process, may sleep; serialised by the caller; calls nest.
 * Return: 0 or the negative errno of what failed.
 */
int kmon_process_start(void);

/**
 * kmon_process_stop() - undo one kmon_process_start()
 *
 * Context: process, may sleep; serialised by the caller.
 */
void kmon_process_stop(void);

#endif /* _KMON_PROCESS_H */
