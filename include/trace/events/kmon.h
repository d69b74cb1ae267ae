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

struct kmon_exit;
struct kmon_packet;
struct kmon_socket;

#ifndef _TRACE_KMON_CALLBACKS
#define _TRACE_KMON_CALLBACKS
int kmon_packet_event_reg(void);
void kmon_packet_event_unreg(void);
int kmon_socket_event_reg(void);
void kmon_socket_event_unreg(void);
int kmon_exit_event_reg(void);
void kmon_exit_event_unreg(void);
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
TRACE_DEFINE_ENUM(KMON_REASON_EXISTING);
TRACE_DEFINE_ENUM(KMON_REASON_CREATED);
TRACE_DEFINE_ENUM(KMON_REASON_ACCEPTED);
TRACE_DEFINE_ENUM(KMON_REASON_CLOSED);
TRACE_DEFINE_ENUM(KMON_REASON_INHERITED);
TRACE_DEFINE_ENUM(KMON_REASON_RECEIVED);
TRACE_DEFINE_ENUM(KMON_REASON_END);

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
		{ 0,				"-" },			\
		{ 6,				"tcp" },		\
		{ 17,				"udp" })

#define kmon_show_reason(reason)					\
	__print_symbolic(reason,					\
		{ KMON_REASON_EXISTING,		"existing" },		\
		{ KMON_REASON_CREATED,		"created" },		\
		{ KMON_REASON_ACCEPTED,		"accepted" },		\
		{ KMON_REASON_CLOSED,		"closed" },		\
		{ KMON_REASON_INHERITED,	"inherited" },		\
		{ KMON_REASON_RECEIVED,		"received" },		\
		{ KMON_REASON_END,		"end" })

/* The states of TCP; a UDP socket is in 1 (connected) or 7 (not). */
#define kmon_show_state(state)						\
	__print_symbolic(state,						\
		{ 0,				"-" },			\
		{ 1,				"established" },	\
		{ 2,				"syn-sent" },		\
		{ 3,				"syn-recv" },		\
		{ 4,				"fin-wait-1" },		\
		{ 5,				"fin-wait-2" },		\
		{ 6,				"time-wait" },		\
		{ 7,				"unconnected" },	\
		{ 8,				"close-wait" },		\
		{ 9,				"last-ack" },		\
		{ 10,				"listening" },		\
		{ 11,				"closing" },		\
		{ 12,				"syn-recv" },		\
		{ 13,				"bound" })

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
 * @sport:	source port of the packet; of a later fragment as of the first
 *		one, 0 where that was not seen
 * @dport:	destination port of the packet, likewise
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
		__array(	__u8,	saddr,	KMON_ADDR_SIZE			)
		__array(	__u8,	daddr,	KMON_ADDR_SIZE			)
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
		kmon_packet_ends(__entry->saddr, __entry->daddr, pkt);
		kmon_owner_details(&pkt->owner, __entry->comm, &__entry->uid,
				   &__entry->cgroup);
		__entry->ino		= pkt->owner.ino;
		__entry->pid		= pkt->owner.pid;
		/* From netns on, field by field the same; source follows. */
		*(struct kmon_packet_tail *)&__entry->netns = pkt->t;
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

/*
 * kmon_socket - a process and an IPv4 or IPv6 socket that it gets or loses
 *
 * @reason:	enum kmon_reason
 * @pid:	process id (tgid) in the initial pid namespace; 0 the kernel, -1
 *		not known, or in the marker
 * @comm:	name of the thread-group leader, raw
 * @uid:	its real user id in the initial user namespace
 * @fd:		file descriptor where known, which is on enumeration; else -1
 * @family:	AF_INET (2) or AF_INET6 (10)
 * @proto:	IPPROTO_TCP (6), IPPROTO_UDP (17), ...
 * @state:	state of TCP, 1 to 13; of others 1 (connected) or 7 (not)
 * @sport:	local port, 0 while not bound
 * @dport:	remote port, 0 without one
 * @saddr:	local address and port, struct sockaddr_in or sockaddr_in6
 * @daddr:	remote address and port, likewise
 * @ino:	inode number of the socket; 0 where it has none (yet)
 * @netns:	inode number of the network namespace
 * @cgroup:	id of the process's cgroup (v2 hierarchy)
 */
TRACE_EVENT_FN(kmon_socket,

	TP_PROTO(const struct kmon_socket *s),

	TP_ARGS(s),

	TP_STRUCT__entry(
		__array(	__u8,	saddr,	KMON_ADDR_SIZE			)
		__array(	__u8,	daddr,	KMON_ADDR_SIZE			)
		__field(	__u64,	ino					)
		__field(	__u64,	cgroup					)
		__array(	char,	comm,	TASK_COMM_LEN			)
		__field(	__s32,	pid					)
		__field(	__u32,	uid					)
		__field(	__s32,	fd					)
		__field(	__u32,	netns					)
		__field(	__u16,	sport					)
		__field(	__u16,	dport					)
		__field(	__u16,	family					)
		__field(	__u16,	proto					)
		__field(	__u8,	state					)
		__field(	__u8,	reason					)
	),

	TP_fast_assign(
		memcpy(__entry->saddr, &s->saddr, sizeof(__entry->saddr));
		memcpy(__entry->daddr, &s->daddr, sizeof(__entry->daddr));
		memcpy(__entry->comm, s->comm, sizeof(__entry->comm));
		__entry->ino		= s->ino;
		__entry->cgroup		= s->cgroup;
		__entry->pid		= s->pid;
		__entry->uid		= s->uid;
		__entry->fd		= s->fd;
		__entry->netns		= s->netns;
		__entry->sport		= ntohs(s->saddr.sin6_port);
		__entry->dport		= ntohs(s->daddr.sin6_port);
		__entry->family		= s->saddr.sin6_family;
		__entry->proto		= s->proto;
		__entry->state		= s->state;
		__entry->reason		= s->reason;
	),

	TP_printk("%s %s %s %pISpc > %pISpc pid=%d comm=%s uid=%u fd=%d ino=%llu netns=%u cgroup=%llu",
		  kmon_show_reason(__entry->reason),
		  kmon_show_proto(__entry->proto),
		  kmon_show_state(__entry->state),
		  __entry->saddr, __entry->daddr, __entry->pid, __entry->comm,
		  __entry->uid, __entry->fd, __entry->ino, __entry->netns,
		  __entry->cgroup),

	kmon_socket_event_reg, kmon_socket_event_unreg
);

/*
 * kmon_process_exit - one process (thread group) that ends
 *
 * @pid:	process id (tgid) in the initial pid namespace
 * @ppid:	its parent's there; the real one, also under a tracer
 * @comm:	name of the thread-group leader, raw
 * @uid:	real user id in the initial user namespace
 * @exit_code:	low byte of what it gave to exit(2), 0 to 255
 * @signal:	number of the signal that ended it, 0 for none
 * @core:	1 where a core dump was made
 * @threads:	threads that ended while this event was enabled, the last one
 *		included: all that it ever had, if enabled before it started
 * @start_time:	when it started, ns of CLOCK_MONOTONIC
 * @run_time:	ns from then to its end
 * @utime:	user CPU time of all its threads, ns, counted in ticks
 * @stime:	system CPU time of all its threads, ns, counted in ticks
 * @sum_exec:	CPU time of all its threads, ns, as the scheduler measured it
 * @min_flt:	page faults without I/O, all its threads
 * @maj_flt:	page faults with I/O, all its threads
 * @max_rss:	largest resident set, KiB
 * @sockets:	IPv4 and IPv6 descriptors that it still had open
 * @rx_packets:	TCP and UDP packets that it received
 * @rx_bytes:	their payload bytes
 * @tx_packets:	TCP and UDP packets that it sent
 * @tx_bytes:	their payload bytes; what the kernel still sends for it after
 *		this record is not in them
 * @net_since:	ns of CLOCK_MONOTONIC from which the four were counted, 0 where
 *		they were not; complete if not after @start_time
 * @ns_pid:	process id in its own pid namespace
 * @cgroup:	id of its cgroup (v2 hierarchy); 0 where there is none
 */
TRACE_EVENT_FN(kmon_process_exit,

	TP_PROTO(const struct kmon_exit *e),

	TP_ARGS(e),

	TP_STRUCT__entry(
		__field(	__u64,	start_time				)
		__field(	__u64,	run_time				)
		__field(	__u64,	utime					)
		__field(	__u64,	stime					)
		__field(	__u64,	sum_exec				)
		__field(	__u64,	min_flt					)
		__field(	__u64,	maj_flt					)
		__field(	__u64,	max_rss					)
		__field(	__u64,	rx_packets				)
		__field(	__u64,	rx_bytes				)
		__field(	__u64,	tx_packets				)
		__field(	__u64,	tx_bytes				)
		__field(	__u64,	net_since				)
		__field(	__u64,	cgroup					)
		__array(	char,	comm,	TASK_COMM_LEN			)
		__field(	__s32,	pid					)
		__field(	__s32,	ppid					)
		__field(	__s32,	ns_pid					)
		__field(	__u32,	uid					)
		__field(	__u32,	threads					)
		__field(	__u32,	sockets					)
		__field(	__u8,	exit_code				)
		__field(	__u8,	signal					)
		__field(	__u8,	core					)
	),

	TP_fast_assign(
		__entry->start_time	= e->start_time;
		__entry->run_time	= e->run_time;
		__entry->utime		= e->utime;
		__entry->stime		= e->stime;
		__entry->sum_exec	= e->sum_exec;
		__entry->min_flt	= e->min_flt;
		__entry->maj_flt	= e->maj_flt;
		__entry->max_rss	= e->max_rss;
		__entry->rx_packets	= e->net.rx_packets;
		__entry->rx_bytes	= e->net.rx_bytes;
		__entry->tx_packets	= e->net.tx_packets;
		__entry->tx_bytes	= e->net.tx_bytes;
		__entry->net_since	= e->net.net_since;
		__entry->cgroup		= e->cgroup;
		memcpy(__entry->comm, e->comm, sizeof(__entry->comm));
		__entry->pid		= e->pid;
		__entry->ppid		= e->ppid;
		__entry->ns_pid		= e->ns_pid;
		__entry->uid		= e->uid;
		__entry->threads	= e->net.threads;
		__entry->sockets	= e->sockets;
		__entry->exit_code	= e->exit_code;
		__entry->signal		= e->signal;
		__entry->core		= e->core;
	),

	TP_printk("pid=%d comm=%s ppid=%d uid=%u exit_code=%u signal=%u core=%u threads=%u run_time=%llu utime=%llu stime=%llu sum_exec=%llu min_flt=%llu maj_flt=%llu max_rss=%llu sockets=%u rx_packets=%llu rx_bytes=%llu tx_packets=%llu tx_bytes=%llu net_since=%llu start_time=%llu ns_pid=%d cgroup=%llu",
		  __entry->pid, __entry->comm, __entry->ppid, __entry->uid,
		  __entry->exit_code, __entry->signal, __entry->core,
		  __entry->threads, __entry->run_time, __entry->utime,
		  __entry->stime, __entry->sum_exec, __entry->min_flt,
		  __entry->maj_flt, __entry->max_rss, __entry->sockets,
		  __entry->rx_packets, __entry->rx_bytes, __entry->tx_packets,
		  __entry->tx_bytes, __entry->net_since, __entry->start_time,
		  __entry->ns_pid, __entry->cgroup),

	kmon_exit_event_reg, kmon_exit_event_unreg
);

#endif /* _TRACE_KMON_H */

/* This part must be outside the include guard. */
#include <trace/define_trace.h>
