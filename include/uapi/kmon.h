/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Numbers that appear in kmon's trace records, shared by kernel and userspace. */
#ifndef _UAPI_KMON_H
#define _UAPI_KMON_H

/**
 * KMON_ABI_VERSION - version of the trace records and of these enums
 *
 * Fields and enumerators may be added without a new version; a renamed or
 * removed one needs a new number. The running module's is the line
 * "abi_version" in /sys/kernel/debug/kmon/stats.
 */
#define KMON_ABI_VERSION 1

/*
 * Bytes of a record's saddr and daddr: those of struct sockaddr_in6. A number,
 * as before 5.15 the format files show what stands here as it is, and readers
 * without that struct refuse it.
 */
#define KMON_ADDR_SIZE 28

/**
 * enum kmon_dir - which way a packet went, seen from the local socket
 * @KMON_DIR_IN: delivered to a local socket (netfilter LOCAL_IN)
 * @KMON_DIR_OUT: sent by a local socket (netfilter LOCAL_OUT)
 */
enum kmon_dir {
	KMON_DIR_IN = 0,
	KMON_DIR_OUT = 1,
};

/**
 * enum kmon_source - how the owner of a packet was found, or why it was not
 * @KMON_SOURCE_SENDER: the process that was sending it, in its own context
 * @KMON_SOURCE_SOCKET: the process that holds the packet's socket
 * @KMON_SOURCE_LISTENER: not accepted yet: the process that holds the listener
 * @KMON_SOURCE_TOMBSTONE: the socket is gone: the process that held it last
 * @KMON_SOURCE_KERNEL: a socket of the kernel itself; pid is 0
 * @KMON_SOURCE_FORWARDED: passes through this machine; pid is -1
 * @KMON_SOURCE_FRAGMENT: a later fragment without its first one; pid is -1
 * @KMON_SOURCE_NONE: no socket has this address; pid is -1
 * @KMON_SOURCE_UNKNOWN: there is a socket whose owner is not known; pid is -1;
 *	with shared set, several processes receive a multicast or broadcast
 * @KMON_NR_SOURCES: how many there are; not a source
 */
enum kmon_source {
	KMON_SOURCE_SENDER = 0,
	KMON_SOURCE_SOCKET = 1,
	KMON_SOURCE_LISTENER = 2,
	KMON_SOURCE_TOMBSTONE = 3,
	KMON_SOURCE_KERNEL = 4,
	KMON_SOURCE_FORWARDED = 5,
	KMON_SOURCE_FRAGMENT = 6,
	KMON_SOURCE_NONE = 7,
	KMON_SOURCE_UNKNOWN = 8,
	KMON_NR_SOURCES
};

/**
 * enum kmon_reason - why a kmon_socket record was written
 * @KMON_REASON_EXISTING: found by a write to kmon/enumerate
 * @KMON_REASON_CREATED: the process made it with socket(2)
 * @KMON_REASON_ACCEPTED: the process accepted it
 * @KMON_REASON_CLOSED: the process closed its last descriptor of it
 * @KMON_REASON_INHERITED: the process was forked by one that holds it
 * @KMON_REASON_RECEIVED: another process passed it a descriptor
 * @KMON_REASON_END: marker: all that existed has been written
 */
enum kmon_reason {
	KMON_REASON_EXISTING = 0,
	KMON_REASON_CREATED = 1,
	KMON_REASON_ACCEPTED = 2,
	KMON_REASON_CLOSED = 3,
	KMON_REASON_INHERITED = 4,
	KMON_REASON_RECEIVED = 5,
	KMON_REASON_END = 6,
};

#endif /* _UAPI_KMON_H */
