// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel functions at which a sock gets, changes or loses its holders.
 *
 * Each is a function of its own object file or one that modules may call, so
 * that no compiler inlines it, and is called at the same point on every
 * kernel from 5.10 to 7.3.
 *
 * Context of all hooks: that of the traced function, before its first
 * instruction; must not sleep. The argument that is named in a comment is
 * kept alive by the traced function's caller.
 */
#include "owner/hooks.h"

#include <linux/fdtable.h>
#include <linux/file.h>
#include <net/inet_sock.h>
#include <net/sock.h>

#include "compat.h"
#include "hook.h"
#include "owner.h"
#include "owner/files.h"
#include "owner/inherit.h"
#include "owner/proc.h"
#include "owner/table.h"
#include "owner/tombstone.h"
#include "stats.h"
#include "walk.h"

/* Written at module init, before any hook can run. */
static void (*observer)(struct sock *sk, struct task_struct *task,
			enum kmon_reason reason);

void kmon_owner_observe(void (*changed)(struct sock *sk,
					struct task_struct *task,
					enum kmon_reason reason))
{
	observer = changed;
}

void kmon_hooks_observe(struct sock *sk, struct task_struct *task,
			enum kmon_reason reason)
{
	if (observer)
		observer(sk, task, reason);
}

static bool is_inet(const struct sock *sk)
{
	return sk && (sk->sk_family == AF_INET || sk->sk_family == AF_INET6);
}

/*
 * security_socket_post_create(sock, family, type, protocol, kern): socket(2)
 * has made a sock. Context: process.
 */
static void on_create(kmon_compat_regs *regs)
{
	struct socket *sock = kmon_compat_arg(regs, 0);
	bool kern = (unsigned long)kmon_compat_arg(regs, 4) & 1;

	/* The kernel's own are known by sk_kern_sock. */
	if (kern || !is_inet(sock->sk) || (current->flags & PF_KTHREAD))
		return;
	kmon_count(KMON_STAT_OWNER_CREATED);
	kmon_table_create(sock->sk);
	kmon_hooks_observe(sock->sk, current, KMON_REASON_CREATED);
}

/*
 * security_sk_clone(sk, newsk): a listener's new connection, not accepted
 * yet. Context: softirq, or process with BHs disabled.
 */
static void on_clone(kmon_compat_regs *regs)
{
	const struct sock *sk = kmon_compat_arg(regs, 0);
	const struct sock *newsk = kmon_compat_arg(regs, 1);

	if (!is_inet(sk))
		return;
	rcu_read_lock();
	sk = kmon_owner_sock(sk);
	if (!sk->sk_kern_sock) {
		kmon_count(KMON_STAT_OWNER_CLONED);
		kmon_table_clone(sk, newsk);
	}
	rcu_read_unlock();
}

/*
 * security_sock_graft(sk, parent): accept(2) gives a connection its socket.
 * Context: process, sk_callback_lock held for writing.
 */
static void on_accept(kmon_compat_regs *regs)
{
	struct sock *sk = kmon_compat_arg(regs, 0);
	struct socket *parent = kmon_compat_arg(regs, 1);

	if (!is_inet(sk))
		return;
	/* The kernel accepts, for itself, maybe on a listener of a process. */
	if (sk->sk_kern_sock || (current->flags & PF_KTHREAD)) {
		kmon_table_free(sk);
		return;
	}
	kmon_count(KMON_STAT_OWNER_ACCEPTED);
	kmon_table_accept(sk, SOCK_INODE(parent)->i_ino);
	kmon_hooks_observe(sk, current, KMON_REASON_ACCEPTED);
}

/*
 * security_sk_free(sk): the sock's memory goes. Context: any that may free.
 */
static void on_free(kmon_compat_regs *regs)
{
	kmon_table_free(kmon_compat_arg(regs, 0));
}

/*
 * wake_up_new_task(p): fork(2) and clone(2) are done with p, which has not
 * run yet. Context: process (the parent).
 */
static void on_fork(kmon_compat_regs *regs)
{
	struct task_struct *child = kmon_compat_arg(regs, 0);
	bool shared = child->files == current->files;

	/* A thread of the same process that shares its files is no news. */
	if (child->files && !(child->flags & PF_KTHREAD) &&
	    !(shared && same_thread_group(child, current)))
		kmon_inherit(child, shared);
}

/*
 * security_file_receive(file): the current process gets a file that another
 * one passed over a UNIX socket, by pidfd_getfd(2) or seccomp, unless that
 * still fails. Context: process.
 */
static void on_receive(kmon_compat_regs *regs)
{
	struct sock *sk = kmon_walk_sock(kmon_compat_arg(regs, 0));

	if (!sk || (current->flags & PF_KTHREAD))
		return;
	if (!(kmon_table_expect(sk) & KMON_HOLD_NEW))
		return;
	kmon_count(KMON_STAT_OWNER_RECEIVED);
	kmon_hooks_observe(sk, current, KMON_REASON_RECEIVED);
}

/*
 * locks_remove_posix(file, id): a descriptor in the files table @id was
 * closed, by close(2), dup2(2), exec or exit, or a fork that failed gives up
 * its copy; also called for the last reference to a file, with the file as
 * @id. Context: process.
 */
static void on_close(kmon_compat_regs *regs)
{
	struct file *file = kmon_compat_arg(regs, 0);
	void *files = kmon_compat_arg(regs, 1);
	struct sock *sk = kmon_walk_sock(file);
	enum kmon_has has = KMON_HAS_NOT;

	if (!sk || files == file)
		return;
	if (file_count(file) > 1 && !kmon_table_elsewhere(sk, file))
		has = kmon_files_has(file, files);
	if (has == KMON_HAS)
		return;
	if (kmon_table_release(sk, has == KMON_HAS_NOT))
		kmon_hooks_observe(sk, current, KMON_REASON_CLOSED);
}

/*
 * tcp_time_wait(sk, state, timeo): a connection is about to be replaced by
 * its TIME_WAIT sock. Context: BHs disabled.
 */
static void on_time_wait(kmon_compat_regs *regs)
{
	kmon_tombstone_set(kmon_compat_arg(regs, 0));
}

/*
 * inet_unhash(sk): a sock leaves the table of connections or listeners.
 * Context: process or softirq.
 */
static void on_unhash(kmon_compat_regs *regs)
{
	const struct sock *sk = kmon_compat_arg(regs, 0);

	if (sk->sk_protocol == IPPROTO_TCP && !sk_unhashed(sk))
		kmon_tombstone_set(sk);
}

/*
 * exit_files(task): a thread gives up its files. Once no thread of the process
 * is left before that point, nothing more is learnt of it. That none is live
 * does not say so: the last one may have been interrupted before it tells of
 * the exit. Where the last two come here at once, neither ends it, and the
 * sweep finds their process. Context: process.
 */
static void on_exit_files(kmon_compat_regs *regs)
{
	if (!atomic_read(&current->signal->live) && !kmon_files_of_others())
		kmon_proc_end(current);
}

/* The ones that are called most often first. */
static struct kmon_hook hooks[] = {
	{ "locks_remove_posix",			on_close },
	{ "wake_up_new_task",			on_fork },
	{ "exit_files",				on_exit_files },
	{ "security_sk_free",			on_free },
	{ "security_socket_post_create",	on_create },
	{ "security_sk_clone",			on_clone },
	{ "security_sock_graft",		on_accept },
	{ "inet_unhash",			on_unhash },
	{ "tcp_time_wait",			on_time_wait },
	{ "security_file_receive",		on_receive },
};

static KMON_HOOK_SET(hook_set, hooks);

int kmon_hooks_start(void)
{
	return kmon_hook_start(&hook_set);
}

void kmon_hooks_stop(void)
{
	kmon_hook_stop(&hook_set);
}
