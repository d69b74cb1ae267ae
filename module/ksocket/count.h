/* SPDX-License-Identifier: GPL-2.0 */
/* What was done with each socket, and the files that show it. */
#ifndef _KMON_KSOCKET_COUNT_H
#define _KMON_KSOCKET_COUNT_H

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/jump_label.h>
#include <linux/ktime.h>
#include <linux/types.h>

/* Up to 2^31 ns and more. */
#define KMON_KSOCK_BUCKETS 32

/**
 * struct kmon_ksock_stats - what was done with a socket
 * @tx_bytes: bytes that were sent
 * @rx_bytes: bytes that were received
 * @sends: calls that send
 * @recvs: calls that receive
 * @others: all other calls
 * @errors: those that failed, other than with "not yet"
 * @shorts: sends of a part only, and datagrams that were cut
 * @send_ns: how many sends took from 2^i ns to less than twice that; counted
 *	     only while the parameter ksocket_latency is on
 * @recv_ns: likewise, receiving, waiting included
 */
struct kmon_ksock_stats {
	atomic64_t tx_bytes;
	atomic64_t rx_bytes;
	atomic64_t sends;
	atomic64_t recvs;
	atomic64_t others;
	atomic64_t errors;
	atomic64_t shorts;
	atomic_t send_ns[KMON_KSOCK_BUCKETS];
	atomic_t recv_ns[KMON_KSOCK_BUCKETS];
};

DECLARE_STATIC_KEY_FALSE(kmon_ksock_latency);

/**
 * kmon_ksock_start() - when a call begins, if anybody wants to know
 *
 * Context: any. Return: ns of CLOCK_MONOTONIC, 0 if nobody does.
 */
static __always_inline u64 kmon_ksock_start(void)
{
	if (static_branch_unlikely(&kmon_ksock_latency))
		return ktime_get_ns();
	return 0;
}

/**
 * kmon_ksock_latency_add() - count how long a call took
 * @buckets: of the socket's statistics
 * @start: from kmon_ksock_start()
 *
 * Context: any.
 */
void kmon_ksock_latency_add(atomic_t *buckets, u64 start);

/**
 * kmon_ksock_count_error() - count a call that failed
 * @stats: of the socket
 * @result: of the call; no error is what is not negative, and "not yet"
 *
 * Context: any.
 */
static __always_inline void
kmon_ksock_count_error(struct kmon_ksock_stats *stats, ssize_t result)
{
	if (unlikely(result < 0 && result != -EAGAIN &&
		     result != -EINPROGRESS && result != -EALREADY))
		atomic64_inc(&stats->errors);
}

/**
 * kmon_ksock_stats_add() - keep the sums of a socket that goes
 * @stats: its statistics
 *
 * Context: process.
 */
void kmon_ksock_stats_add(const struct kmon_ksock_stats *stats);

/* The files: pairs as in ksocket.h. */
int kmon_ksock_files_init(void);
void kmon_ksock_files_exit(void);

#endif /* _KMON_KSOCKET_COUNT_H */
