/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace records as C structs: the only place that knows their fields.
 *
 * It stands on libtraceevent alone, so that a plugin can use it on a file that
 * was recorded elsewhere.
 */
#ifndef _KMON_LIB_EVENT_H
#define _KMON_LIB_EVENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <kmon.h>

#include "error.h"

struct tep_event;
struct tep_handle;

/* TASK_COMM_LEN of the kernel. */
#define KMON_COMM_LEN 16

/**
 * enum kmon_event_type - what a struct kmon_event is about
 * @KMON_EVENT_PACKET: a TCP or UDP packet
 * @KMON_EVENT_SOCKET: a process gets or loses a socket
 * @KMON_EVENT_EXIT: a process ended
 * @KMON_EVENT_FORK: the scheduler's: a task has a new child, thread or process
 * @KMON_NR_RECORDS: so many types are of trace records
 * @KMON_EVENT_LOST: no record: the reader was too slow for some
 */
enum kmon_event_type {
	KMON_EVENT_PACKET,
	KMON_EVENT_SOCKET,
	KMON_EVENT_EXIT,
	KMON_EVENT_FORK,
	KMON_NR_RECORDS,
	KMON_EVENT_LOST = KMON_NR_RECORDS,
};

/**
 * union kmon_addr - one end, port and address in network byte order
 * @family: AF_INET or AF_INET6; anything else in a damaged record
 * @in: of IPv4
 * @in6: of IPv6
 */
union kmon_addr {
	sa_family_t family;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/*
 * The fields are those of include/trace/events/kmon.h, where their meaning and
 * unit are. They have the record's order, which makes decoding one memcpy().
 */

/** struct kmon_packet - see kmon_packet in include/trace/events/kmon.h */
struct kmon_packet {
	union kmon_addr saddr;
	union kmon_addr daddr;
	uint64_t ino;
	uint64_t cgroup;
	char comm[KMON_COMM_LEN];
	int32_t pid;
	uint32_t uid;
	uint32_t netns;
	int32_t ifindex;
	uint32_t len;
	uint16_t sport;
	uint16_t dport;
	uint16_t gso_segs;
	uint16_t family;
	uint8_t dir;
	uint8_t proto;
	uint8_t tcp_flags;
	uint8_t source;
	uint8_t shared;
};

/** struct kmon_socket - see kmon_socket in include/trace/events/kmon.h */
struct kmon_socket {
	union kmon_addr saddr;
	union kmon_addr daddr;
	uint64_t ino;
	uint64_t cgroup;
	char comm[KMON_COMM_LEN];
	int32_t pid;
	uint32_t uid;
	int32_t fd;
	uint32_t netns;
	uint16_t sport;
	uint16_t dport;
	uint16_t family;
	uint16_t proto;
	uint8_t state;
	uint8_t reason;
};

/** struct kmon_exit - see kmon_process_exit in include/trace/events/kmon.h */
struct kmon_exit {
	uint64_t start_time;
	uint64_t run_time;
	uint64_t utime;
	uint64_t stime;
	uint64_t sum_exec;
	uint64_t min_flt;
	uint64_t maj_flt;
	uint64_t max_rss;
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t tx_packets;
	uint64_t tx_bytes;
	uint64_t net_since;
	uint64_t cgroup;
	char comm[KMON_COMM_LEN];
	int32_t pid;
	int32_t ppid;
	int32_t ns_pid;
	uint32_t uid;
	uint32_t threads;
	uint32_t sockets;
	uint8_t exit_code;
	uint8_t signal;
	uint8_t core;
};

/**
 * struct kmon_fork - sched:sched_process_fork
 * @parent: thread id of who forked, in the initial pid namespace
 * @child: thread id of the new task; of a new process, its pid
 */
struct kmon_fork {
	int32_t parent;
	int32_t child;
};

/**
 * struct kmon_lost - records that were overwritten before they were read
 * @count: how many, of all events of the session, filtered ones not counted
 */
struct kmon_lost {
	uint64_t count;
};

/**
 * struct kmon_event - one record, or a gap between records
 * @type: which of the members below
 * @cpu: where it was recorded
 * @time: ns of the session's clock, which is CLOCK_MONOTONIC
 */
struct kmon_event {
	enum kmon_event_type type;
	int cpu;
	uint64_t time;
	union {
		struct kmon_packet packet;
		struct kmon_socket socket;
		struct kmon_exit exit;
		struct kmon_fork fork;
		struct kmon_lost lost;
	};
};

/**
 * enum kmon_kind - how the value of a field is to be taken
 * @KMON_KIND_UNSIGNED: a number
 * @KMON_KIND_SIGNED: a number that may be below 0
 * @KMON_KIND_SYMBOL: a number with a name
 * @KMON_KIND_FLAGS: a number whose bits have names
 * @KMON_KIND_TEXT: a name of KMON_COMM_LEN bytes, ended by a 0
 * @KMON_KIND_ADDRESS: union kmon_addr
 */
enum kmon_kind {
	KMON_KIND_UNSIGNED,
	KMON_KIND_SIGNED,
	KMON_KIND_SYMBOL,
	KMON_KIND_FLAGS,
	KMON_KIND_TEXT,
	KMON_KIND_ADDRESS,
};

/**
 * struct kmon_symbol - a number and its name
 * @value: the number
 * @name: NULL ends a list of them
 */
struct kmon_symbol {
	uint32_t value;
	const char *name;
};

/**
 * struct kmon_field - one field of a type of record
 * @name: as in the record
 * @offset: in struct kmon_event
 * @size: in bytes
 * @kind: how to take it
 * @symbols: names of its values or bits; NULL where they have none
 */
struct kmon_field {
	const char *name;
	uint16_t offset;
	uint8_t size;
	uint8_t kind;
	const struct kmon_symbol *symbols;
};

/**
 * kmon_event_fields() - all fields of a type, in the order of their meaning
 * @type: not KMON_EVENT_LOST
 *
 * Return: an array that a row without a name ends.
 */
const struct kmon_field *kmon_event_fields(enum kmon_event_type type);

/**
 * kmon_event_field() - a field by its name
 * @type: not KMON_EVENT_LOST
 * @name: as in the record
 *
 * Return: NULL where records of this type have no such field.
 */
const struct kmon_field *kmon_event_field(enum kmon_event_type type,
					  const char *name);

/**
 * kmon_event_number() - the value of a field that is a number
 * @ev: of the type that the field belongs to
 * @field: of any kind but text and address
 *
 * Return: the value; of a signed one, its sign extended.
 */
uint64_t kmon_event_number(const struct kmon_event *ev,
			   const struct kmon_field *field);

/**
 * kmon_event_data() - where the value of a field is
 * @ev: of the type that the field belongs to
 * @field: the field
 *
 * Return: into @ev.
 */
static inline const void *kmon_event_data(const struct kmon_event *ev,
					  const struct kmon_field *field)
{
	return (const char *)ev + field->offset;
}

/**
 * kmon_symbol_name() - the name of a value
 * @symbols: the list
 * @value: the value
 *
 * Return: NULL where it has none: records may have newer values than this.
 */
const char *kmon_symbol_name(const struct kmon_symbol *symbols, uint32_t value);

/* The names of values that several parts want; see kmon_symbol_name(). */
extern const struct kmon_symbol kmon_dirs[], kmon_sources[], kmon_protos[],
	kmon_reasons[], kmon_states[], kmon_tcp_flags[];

/**
 * kmon_event_system() - the trace system that an event belongs to
 * @type: not KMON_EVENT_LOST
 */
const char *kmon_event_system(enum kmon_event_type type);

/**
 * kmon_event_name() - the name of the trace event
 * @type: not KMON_EVENT_LOST
 */
const char *kmon_event_name(enum kmon_event_type type);

/* Opaque: what is where in the records of one kernel or one file. */
struct kmon_decoder;

/**
 * kmon_decoder_new() - look up once where the fields are
 * @tep: knows the formats; only needed here
 * @types: bits 1 << enum kmon_event_type of what is wanted
 * @error: says what is missing
 *
 * Return: free it with kmon_decoder_free(); NULL with @error set, and errno
 * ENOENT where there is no such event, EPROTO where it is one of another
 * version of kmon.
 */
struct kmon_decoder *kmon_decoder_new(struct tep_handle *tep,
				      unsigned int types,
				      struct kmon_error *error);

/**
 * kmon_decoder_free() - the end of it
 * @dec: may be NULL
 */
void kmon_decoder_free(struct kmon_decoder *dec);

/**
 * kmon_decode() - take a record apart
 * @dec: made for where the record is from
 * @data: the record, from its common fields on
 * @size: of it
 * @ev: filled in, but for cpu and time, which are not in the record
 *
 * Nothing of @data is trusted: a name always ends in @ev, and numbers may be
 * any.
 *
 * Return: 0; -ENOENT for an event that is not one of those wanted; -EBADMSG for
 * a record that is too short.
 */
int kmon_decode(const struct kmon_decoder *dec, const void *data, size_t size,
		struct kmon_event *ev);

#endif /* _KMON_LIB_EVENT_H */
