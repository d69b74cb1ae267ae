/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kmon's trace events: the ABI between the module and every reader.
 *
 * Field names are stable; fields may be added. Ports, lengths and ids are
 * numbers in host byte order. Addresses are byte arrays that hold a struct
 * sockaddr_in or sockaddr_in6, port and address in network byte order.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kmon

#if !defined(_TRACE_KMON_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_KMON_H

#include <linux/in6.h>
#include <linux/tracepoint.h>
#include <uapi/kmon.h>

struct kmon_packet;

#ifndef _TRACE_KMON_CALLBACKS
#define _TRACE_KMON_CALLBACKS
int kmon_packet_event_reg(void);
void kmon_packet_event_unreg(void);
#endif

TRACE_DEFINE_ENUM(KMON_DIR_IN);
TRACE_DEFINE_ENUM(KMON_DIR_OUT);
TRACE_DEFINE_ENUM(KMON_SOURCE_SENDER);
TRACE_DEFINE_ENUM(KMON_SOURCE_SOCKET);
TRACE_DEFINE_ENUM(KMON_SOURCE_LISTENER);
TRACE_DEFINE_ENUM(KMON_SOURCE_TOMBSTONE);
TRACE_DEFINE_ENUM(KMON_SOURCE_KERNEL);
TRACE_DEFINE_ENUM(KMON_SOURCE_FORWARDED);
TRACE_DEFINE_ENUM(KMON_SOURCE_FRAGMENT);
TRACE_DEFINE_ENUM(KMON_SOURCE_NONE);
TRACE_DEFINE_ENUM(KMON_SOURCE_UNKNOWN);

#define kmon_show_dir(dir)						\
	__print_symbolic(dir,						\
		{ KMON_DIR_IN,			"in" },			\
		{ KMON_DIR_OUT,			"out" })

#define kmon_show_source(source)					\
	__print_symbolic(source,					\
		{ KMON_SOURCE_SENDER,		"sender" },		\
		{ KMON_SOURCE_SOCKET,		"socket" },		\
		{ KMON_SOURCE_LISTENER,		"listener" },		\
		{ KMON_SOURCE_TOMBSTONE,	"tombstone" },		\
		{ KMON_SOURCE_KERNEL,		"kernel" },		\
		{ KMON_SOURCE_FORWARDED,	"forwarded" },		\
		{ KMON_SOURCE_FRAGMENT,		"fragment" },		\
		{ KMON_SOURCE_NONE,		"none" },		\
		{ KMON_SOURCE_UNKNOWN,		"unknown" })

#define kmon_show_proto(proto)						\
	__print_symbolic(proto,						\
		{ 6,				"tcp" },		\
		{ 17,				"udp" })

#define kmon_show_tcp_flags(flags)					\
	__print_flags(flags, "|",					\
		{ 0x01,				"FIN" },		\
		{ 0x02,				"SYN" },		\
		{ 0x04,				"RST" },		\
		{ 0x08,				"PSH" },		\
		{ 0x10,				"ACK" },		\
		{ 0x20,				"URG" },		\
		{ 0x40,				"ECE" },		\
		{ 0x80,				"CWR" })

/*
 * kmon_packet - one TCP or UDP packet that enters or leaves a local socket
 *
 * @dir:	enum kmon_dir
 * @family:	AF_INET (2) or AF_INET6 (10)
 * @proto:	IPPROTO_TCP (6) or IPPROTO_UDP (17)
 * @sport:	source port of the packet; 0 in a later fragment
 * @dport:	destination port of the packet; 0 in a later fragment
 * @saddr:	source address and port, struct sockaddr_in or sockaddr_in6
 * @daddr:	destination address and port, likewise
 * @len:	payload bytes after the TCP or UDP header
 * @tcp_flags:	the flags byte of the TCP header (FIN 1 ... CWR 0x80); 0 for UDP
 * @gso_segs:	packets on the wire that this record stands for, at least 1
 * @pid:	process id (tgid) of the owner in the initial pid namespace;
 *		0 the kernel, -1 none or not known, see @source
 * @comm:	name of the owner's thread-group leader, raw; "kernel" for the
 *		kernel's own sockets, empty where @pid is -1
 * @uid:	real user id of the owner in the initial user namespace; 0 for
 *		the kernel, 4294967295 where @pid is -1
 * @source:	enum kmon_source
 * @shared:	1 while several processes hold the socket
 * @ino:	inode number of the socket, as in /proc/PID/fd and ss -e; 0 where
 *		it has none (yet)
 * @netns:	inode number of the network namespace, as in /proc/PID/ns/net
 * @cgroup:	id of the owner's cgroup (v2 hierarchy); 0 where there is none
 * @ifindex:	the interface that it came in by, or will leave by
 */
TRACE_EVENT_FN(kmon_packet,

	TP_PROTO(const struct kmon_packet *pkt),

	TP_ARGS(pkt),

	TP_STRUCT__entry(
		__array(	__u8,	saddr,	sizeof(struct sockaddr_in6)	)
		__array(	__u8,	daddr,	sizeof(struct sockaddr_in6)	)
		__field(	__u64,	ino					)
		__field(	__u64,	cgroup					)
		__array(	char,	comm,	TASK_COMM_LEN			)
		__field(	__s32,	pid					)
		__field(	__u32,	uid					)
		__field(	__u32,	netns					)
		__field(	__s32,	ifindex					)
		__field(	__u32,	len					)
		__field(	__u16,	sport					)
		__field(	__u16,	dport					)
		__field(	__u16,	gso_segs				)
		__field(	__u16,	family					)
		__field(	__u8,	dir					)
		__field(	__u8,	proto					)
		__field(	__u8,	tcp_flags				)
		__field(	__u8,	source					)
		__field(	__u8,	shared					)
	),

	TP_fast_assign(
		memcpy(__entry->saddr, &pkt->saddr, sizeof(__entry->saddr));
		memcpy(__entry->daddr, &pkt->daddr, sizeof(__entry->daddr));
		memcpy(__entry->comm, pkt->owner.comm, sizeof(__entry->comm));
		__entry->ino		= pkt->owner.ino;
		__entry->cgroup		= pkt->owner.cgroup;
		__entry->pid		= pkt->owner.pid;
		__entry->uid		= pkt->owner.uid;
		__entry->netns		= pkt->netns;
		__entry->ifindex	= pkt->ifindex;
		__entry->len		= pkt->len;
		__entry->sport		= pkt->sport;
		__entry->dport		= pkt->dport;
		__entry->gso_segs	= pkt->gso_segs;
		__entry->family		= pkt->family;
		__entry->dir		= pkt->dir;
		__entry->proto		= pkt->proto;
		__entry->tcp_flags	= pkt->tcp_flags;
		__entry->source		= pkt->owner.source;
		__entry->shared		= pkt->owner.shared;
	),

	TP_printk("%s %s %pISpc > %pISpc len=%u flags=%s segs=%u pid=%d comm=%s source=%s shared=%u uid=%u ino=%llu netns=%u cgroup=%llu ifindex=%d",
		  kmon_show_dir(__entry->dir),
		  kmon_show_proto(__entry->proto),
		  __entry->saddr, __entry->daddr, __entry->len,
		  kmon_show_tcp_flags(__entry->tcp_flags),
		  __entry->gso_segs, __entry->pid, __entry->comm,
		  kmon_show_source(__entry->source), __entry->shared,
		  __entry->uid, __entry->ino, __entry->netns,
		  __entry->cgroup, __entry->ifindex),

	kmon_packet_event_reg, kmon_packet_event_unreg
);

#endif /* _TRACE_KMON_H */

/* This part must be outside the include guard. */
#include <trace/define_trace.h>
