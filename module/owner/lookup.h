/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a sock to its owner, inline: this is what every packet pays for.
 *
 * The packet path includes this; everybody else calls kmon_owner_of_sock().
 */
#ifndef _KMON_OWNER_LOOKUP_H
#define _KMON_OWNER_LOOKUP_H

#include <net/sock.h>

#include "compat.h"
#include "owner.h"
#include "owner/proc.h"
#include "owner/table.h"
#include "stats.h"

/**
 * kmon_lookup_repair() - enter a process that sends on a sock unknown to be its
 * @sk: the sock
 *
 * Context: process, RCU read side.
 */
void kmon_lookup_repair(struct sock *sk);

/**
 * kmon_lookup_other() - another holder than the one that has ended
 * @held: the entry
 *
 * Context: RCU read side. Return: its process, or NULL.
 */
struct kmon_proc *kmon_lookup_other(struct kmon_entry *held);

static __always_inline bool
kmon_lookup_is_stale(const struct kmon_entry *entry, const struct sock *sk)
{
	return unlikely(entry->net != sock_net(sk));
}

static __always_inline void
kmon_lookup_sender(struct sock *sk, struct kmon_entry *entry,
		   struct kmon_owner *owner)
{
	struct kmon_proc *proc;

	proc = entry ? rcu_dereference(entry->holds.owner) : NULL;
	if (!proc || !kmon_proc_is_current(proc)) {
		if (!entry || !kmon_table_use(entry))
			kmon_lookup_repair(sk);
		proc = kmon_proc_find(current);
	}
	owner->proc = proc;
	owner->task = current;
	owner->pid = task_tgid_nr(current);
	owner->ino = entry ? READ_ONCE(entry->ino) : 0;
	owner->shared = entry && READ_ONCE(entry->holds.nr_present) > 1;
	owner->source = KMON_SOURCE_SENDER;
}

/* Whom the holders of a sock are named by. */
static __always_inline struct kmon_proc *
kmon_lookup_owner_of(struct kmon_entry *held)
{
	struct kmon_proc *proc = rcu_dereference(held->holds.owner);

	if (unlikely(proc && !READ_ONCE(proc->alive) &&
		     READ_ONCE(held->holds.nr_present)))
		proc = kmon_lookup_other(held);
	return proc;
}

static __always_inline void
kmon_lookup_holder(const struct sock *sk, struct kmon_entry *entry,
		   struct kmon_owner *owner)
{
	struct kmon_entry *listener = rcu_dereference(entry->listener);
	struct kmon_entry *held = entry;
	struct kmon_proc *proc;

	owner->source = KMON_SOURCE_SOCKET;
	if (unlikely(listener)) {
		held = listener;
		owner->source = KMON_SOURCE_LISTENER;
	}
	proc = kmon_lookup_owner_of(held);
	/* A listener that is closed may have left its queue to another one. */
	if (unlikely(!proc || (listener && !READ_ONCE(held->holds.nr_present) &&
			       kmon_compat_may_migrate(sock_net(sk))))) {
		kmon_owner_none(owner, KMON_SOURCE_UNKNOWN);
		return;
	}
	kmon_proc_read(proc, owner);
	owner->ino = READ_ONCE(entry->ino);
	owner->shared = READ_ONCE(held->holds.nr_present) > 1;
}

/**
 * kmon_lookup_rare() - a sock of the kernel's, or one that has no entry
 * @sk: the sock
 * @sending: as in kmon_owner_of_sock()
 * @owner: filled in
 *
 * Context: as there.
 */
void kmon_lookup_rare(struct sock *sk, bool sending, struct kmon_owner *owner);

/**
 * kmon_lookup() - kmon_owner_of_sock(), inline
 * @sk: a full sock
 * @sending: as there
 * @owner: filled in
 *
 * Context: as there.
 */
static __always_inline void kmon_lookup(struct sock *sk, bool sending,
					struct kmon_owner *owner)
{
	struct kmon_entry *entry = kmon_table_find(sk);

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "owner lookup outside RCU");
	if (unlikely(!entry || !READ_ONCE(entry->user) ||
		     kmon_lookup_is_stale(entry, sk)))
		kmon_lookup_rare(sk, sending, owner);
	else if (sending)
		kmon_lookup_sender(sk, entry, owner);
	else
		kmon_lookup_holder(sk, entry, owner);
}

/**
 * kmon_lookup_account() - count a packet for its owner's exit record
 * @owner: as found in this RCU read side; nothing is counted without one
 * @dir: enum kmon_dir
 * @packets: packets on the wire
 * @bytes: their payload
 *
 * Context: process or softirq, RCU read side.
 */
static __always_inline void
kmon_lookup_account(const struct kmon_owner *owner, enum kmon_dir dir,
		    unsigned int packets, unsigned int bytes)
{
	if (likely(owner->proc))
		kmon_proc_account(owner->proc, dir, packets, bytes);
}

#endif /* _KMON_OWNER_LOOKUP_H */
