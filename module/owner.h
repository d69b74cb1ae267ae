/* SPDX-License-Identifier: GPL-2.0 */
/* Who owns a sock: exact, and with how it is known. */
#ifndef _KMON_OWNER_H
#define _KMON_OWNER_H

#include <linux/in6.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <uapi/kmon.h>

#include "task.h"

struct kmon_proc;
struct net;
struct sock;
struct task_struct;

/**
 * struct kmon_owner - the process behind a sock, and how it was found
 * @proc: its record, for kmon_lookup_account(); NULL without one
 * @task: a task of it, for kmon_owner_details(); NULL when it has ended or
 *	  there is none
 * @module: KMON_SOURCE_KERNEL: name of the module whose socket it is, NULL if
 *	    that is not known; not set for other sources
 * @ino: inode number of the socket, 0 where it has none
 * @pid: tgid in the initial pid namespace; 0 the kernel, -1 none
 * @source: enum kmon_source
 * @shared: 1 while several processes hold the socket
 *
 * The pointers are valid in the RCU read side in which it was found.
 */
struct kmon_owner {
	struct kmon_proc *proc;
	struct task_struct *task;
	const char *module;
	u64 ino;
	s32 pid;
	u8 source;
	u8 shared;
};

/**
 * kmon_owner_remembered() - details of an owner that is no live process
 * @owner: without a task
 * @comm: gets the name
 * @uid: gets the real uid
 * @cgroup: gets the cgroup id
 *
 * Context: RCU read side.
 */
void kmon_owner_remembered(const struct kmon_owner *owner, char *comm,
			   u32 *uid, u64 *cgroup);

/**
 * kmon_owner_details() - name, user and cgroup of an owner, as of now
 * @owner: found in this RCU read side
 * @comm: gets the name of the thread-group leader, TASK_COMM_LEN bytes
 * @uid: gets the real uid in the initial user namespace
 * @cgroup: gets the id of the cgroup in the v2 hierarchy
 *
 * Where the process has ended, as it was when it closed the socket.
 *
 * Context: RCU read side. Once per packet, hence inline.
 */
static __always_inline void
kmon_owner_details(const struct kmon_owner *owner, char *comm, u32 *uid,
		   u64 *cgroup)
{
	struct task_struct *task = owner->task;

	if (likely(task)) {
		kmon_copy_comm(comm, task->group_leader->comm);
		*uid = kmon_task_uid(task);
		*cgroup = kmon_task_cgroup(task);
	} else {
		kmon_owner_remembered(owner, comm, uid, cgroup);
	}
}

/**
 * struct kmon_tuple - the two ends of a TCP connection, seen from here
 * @net: the network namespace, by kmon_compat_net_id()
 * @laddr: local address, IPv4 in the v4-mapped form
 * @raddr: remote address, likewise
 * @lport: local port, network byte order
 * @rport: remote port, network byte order
 */
struct kmon_tuple {
	u64 net;
	struct in6_addr laddr;
	struct in6_addr raddr;
	__be16 lport;
	__be16 rport;
};

/**
 * kmon_owner_of_sock() - who owns a packet that was found to be a sock's
 * @sk: a full sock
 * @sending: the packet is being sent on @sk by whoever runs now; the caller
 *	     has made sure that this is a process in its own context
 * @owner: filled in
 *
 * Names the sender where @sending, else the process that holds @sk or, before
 * accept, its listener. A sock that was missed is entered here if a process
 * is sending on it and has it open; from the pool, never by allocation.
 *
 * Context: process or softirq, RCU read side, owner engine started.
 */
void kmon_owner_of_sock(struct sock *sk, bool sending,
			struct kmon_owner *owner);

/**
 * kmon_owner_sock() - the sock by which a sock's owner is known
 * @sk: a full sock
 *
 * The subflows of an MPTCP connection are socks of the kernel's that share
 * the socket of the connection, which is what the application has.
 *
 * Context: RCU read side. Return: that sock, or @sk.
 */
const struct sock *kmon_owner_sock(const struct sock *sk);

/**
 * kmon_owner_of_tuple() - who owned a TCP connection whose sock is gone
 * @tuple: its ends
 * @owner: filled in when found
 *
 * Context: process or softirq, RCU read side, owner engine started.
 * Return: whether a tombstone was found.
 */
bool kmon_owner_of_tuple(const struct kmon_tuple *tuple,
			 struct kmon_owner *owner);

/**
 * kmon_owner_running() - whether owners of socks can be asked for
 *
 * Context: RCU read side; the answer is good until its end.
 * Return: true between start and stop.
 */
bool kmon_owner_running(void);

/**
 * kmon_owner_first_in_round() - enumerate each process and sock once
 * @sk: the sock, which cannot be freed meanwhile
 * @task: a thread of a process that has it open
 * @round: number of the enumeration
 *
 * Enters the process as a holder if that was not known.
 *
 * Context: any but NMI; owner engine started.
 * Return: false where this round has asked for the two before.
 */
bool kmon_owner_first_in_round(struct sock *sk, struct task_struct *task,
			       unsigned int round);

/**
 * kmon_owner_observe() - be told when a process gets or loses a sock
 * @changed: called in the context of the traced kernel function, must not
 *	     sleep, from the next kmon_owner_start() on
 *
 * Context: process, module init only.
 */
void kmon_owner_observe(void (*changed)(struct sock *sk,
					struct task_struct *task,
					enum kmon_reason reason));

/**
 * kmon_owner_count_from() - the accounting of packets begins or ends
 * @when: ns of CLOCK_MONOTONIC at which it begins, 0 when it ends
 *
 * Context: process; no packet is accounted meanwhile.
 */
void kmon_owner_count_from(u64 when);

/**
 * struct kmon_totals - what is known of a whole process at its end
 * @rx_packets: packets that it received
 * @rx_bytes: their payload
 * @tx_packets: packets that it sent
 * @tx_bytes: their payload
 * @net_since: ns of CLOCK_MONOTONIC from which the four are counted, 0: not
 * @threads: threads that were seen to end
 */
struct kmon_totals {
	u64 rx_packets;
	u64 rx_bytes;
	u64 tx_packets;
	u64 tx_bytes;
	u64 net_since;
	unsigned int threads;
};

/**
 * kmon_owner_thread_exit() - a thread ends
 * @task: the thread
 *
 * Context: process, before the thread stops counting as live.
 */
void kmon_owner_thread_exit(struct task_struct *task);

/**
 * kmon_owner_totals() - what is known of a process at its end
 * @task: its last thread
 * @totals: filled in
 *
 * To be asked once: what its holds and tombstones do not need is given up.
 *
 * Context: process.
 */
void kmon_owner_totals(struct task_struct *task, struct kmon_totals *totals);

/**
 * kmon_owner_procs_start() - follow processes only, no socks
 *
 * Context: process, may sleep; calls nest.
 * Return: 0 or the negative errno of what failed.
 */
int kmon_owner_procs_start(void);

/**
 * kmon_owner_procs_stop() - undo one kmon_owner_procs_start()
 *
 * Context: process, may sleep.
 */
void kmon_owner_procs_stop(void);

/**
 * kmon_owner_none() - the answer when there is no owner
 * @owner: filled in
 * @source: why
 *
 * Context: any.
 */
void kmon_owner_none(struct kmon_owner *owner, enum kmon_source source);

/**
 * kmon_owner_kernel() - the answer for a socket of the kernel's
 * @owner: filled in
 *
 * Context: any.
 */
void kmon_owner_kernel(struct kmon_owner *owner);

/**
 * kmon_owner_name() - a module uses a socket of the kernel's own
 * @sk: its sock
 * @module: the module's name, which is copied
 *
 * The sock is then "kernel" with that name, whether the engine runs or not.
 * Where memory is short it stays without (counted).
 *
 * Context: process, may sleep.
 */
void kmon_owner_name(const struct sock *sk, const char *module);

/**
 * kmon_owner_name_listener() - such a socket listens from now on
 * @sk: its sock; what connects to it has its name
 *
 * Context: process.
 */
void kmon_owner_name_listener(const struct sock *sk);

/**
 * kmon_owner_unname() - such a socket is about to be closed
 * @sk: its sock; what is left of the connection keeps the name for a while
 *
 * Context: process.
 */
void kmon_owner_unname(const struct sock *sk);

/**
 * kmon_owner_of_kernel() - the answer for a socket of the kernel's, by name
 * @sk: its sock
 * @owner: filled in, with the module where that is known
 *
 * Context: RCU read side; the engine may be stopped.
 */
void kmon_owner_of_kernel(const struct sock *sk, struct kmon_owner *owner);

/**
 * kmon_owner_start() - follow the life of all socks from now on
 *
 * Arms the hooks and then visits all processes; when it returns, every sock
 * that a process has open is known. Calls nest: each needs one
 * kmon_owner_stop().
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM, or what register_ftrace_function() returned.
 */
int kmon_owner_start(void);

/**
 * kmon_owner_stop() - undo one kmon_owner_start()
 *
 * The last one removes the hooks and forgets all owners. The caller has
 * stopped everything that asks for owners.
 *
 * Context: process, may sleep.
 */
void kmon_owner_stop(void);

/**
 * kmon_owner_init() - check the parameters and create the caches
 *
 * Context: process. Return: 0, -ENOMEM or -EINVAL.
 */
int kmon_owner_init(void);

/**
 * kmon_owner_exit() - destroy the caches
 *
 * Context: process; the engine is stopped.
 */
void kmon_owner_exit(void);

#endif /* _KMON_OWNER_H */
