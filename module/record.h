/* SPDX-License-Identifier: GPL-2.0 */
/* What the trace events are given: one struct for each. */
#ifndef _KMON_RECORD_H
#define _KMON_RECORD_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#include "owner.h"

/**
 * struct kmon_packet_tail - the part of a packet's record that is copied whole
 * @netns: inode number of the network namespace
 * @ifindex: the interface
 * @len: payload bytes after the TCP or UDP header
 * @sport: source port, host byte order
 * @dport: destination port, host byte order
 * @gso_segs: packets on the wire, at least 1
 * @family: AF_INET or AF_INET6
 * @dir: enum kmon_dir
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @tcp_flags: flags byte of the TCP header, 0 for UDP
 *
 * The same fields in the same order are in the event, which trace.c asserts.
 */
struct kmon_packet_tail {
	u32 netns;
	s32 ifindex;
	u32 len;
	u16 sport;
	u16 dport;
	u16 gso_segs;
	u16 family;
	u8 dir;
	u8 proto;
	u8 tcp_flags;
};

/**
 * struct kmon_kind - what sort of packet
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_TCP or IPPROTO_UDP
 * @dir: enum kmon_dir
 *
 * A constant in the packet path, which is made once for each.
 */
struct kmon_kind {
	u16 family;
	u8 proto;
	u8 dir;
};

/**
 * struct kmon_packet - one packet as the event records it
 * @saddr: where it comes from, in the packet: struct in_addr or in6_addr
 * @daddr: where it goes, likewise
 * @t: ports, length and the other numbers
 * @owner: whose it is
 */
struct kmon_packet {
	const void *saddr;
	const void *daddr;
	struct kmon_packet_tail t;
	struct kmon_owner owner;
};

static __always_inline void kmon_packet_end4(void *to, const void *addr,
					     u16 port)
{
	struct sockaddr_in *sin = to;

	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	sin->sin_addr = *(const struct in_addr *)addr;
	/* Up to the length of a sockaddr_in6. */
	memset(to + offsetof(struct sockaddr_in, __pad), 0,
	       sizeof(struct sockaddr_in6) - offsetof(struct sockaddr_in, __pad));
}

static __always_inline void kmon_packet_end6(void *to, const void *addr,
					     u16 port)
{
	struct sockaddr_in6 *sin6 = to;

	sin6->sin6_family = AF_INET6;
	sin6->sin6_port = htons(port);
	sin6->sin6_flowinfo = 0;
	sin6->sin6_addr = *(const struct in6_addr *)addr;
	sin6->sin6_scope_id = 0;
}

/**
 * kmon_packet_ends() - write a packet's addresses as the event shows them
 * @saddr: room for a struct sockaddr_in6
 * @daddr: likewise
 * @pkt: the packet
 *
 * Context: any.
 */
static __always_inline void kmon_packet_ends(void *saddr, void *daddr,
					     const struct kmon_packet *pkt)
{
	if (likely(pkt->t.family == AF_INET)) {
		kmon_packet_end4(saddr, pkt->saddr, pkt->t.sport);
		kmon_packet_end4(daddr, pkt->daddr, pkt->t.dport);
	} else {
		kmon_packet_end6(saddr, pkt->saddr, pkt->t.sport);
		kmon_packet_end6(daddr, pkt->daddr, pkt->t.dport);
	}
}

/**
 * struct kmon_socket - a socket and a process
 * @saddr: local end, a struct sockaddr_in or sockaddr_in6
 * @daddr: remote end, likewise
 * @ino: inode number of the socket, 0 where it has none
 * @cgroup: id of the process's cgroup in the v2 hierarchy
 * @pid: tgid in the initial pid namespace; 0 the kernel, -1 not known
 * @uid: the process's real uid in the initial user namespace
 * @fd: file descriptor, -1 where there is none or it is not known
 * @netns: inode number of the network namespace
 * @proto: IPPROTO_TCP, ...
 * @state: as in struct sock
 * @raw: whether it is a raw socket
 * @reason: enum kmon_reason
 * @comm: name of the thread-group leader, raw
 */
struct kmon_socket {
	struct sockaddr_in6 saddr;
	struct sockaddr_in6 daddr;
	u64 ino;
	u64 cgroup;
	s32 pid;
	u32 uid;
	s32 fd;
	u32 netns;
	u16 proto;
	u8 state;
	bool raw;
	u8 reason;
	char comm[TASK_COMM_LEN];
};

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

#endif /* _KMON_RECORD_H */
