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
#include "owner/table.h"
#include "owner/tombstone.h"
#include "stats.h"
#include "walk.h"

/* Descriptors of one table that a close looks through for another one. */
#define CLOSE_LOOK_MAX 1024

/* Written at module init, before any hook can run. */
static void (*observer)(struct sock *sk, struct task_struct *task,
			enum kmon_reason reason);

void kmon_owner_observe(void (*changed)(struct sock *sk,
					struct task_struct *task,
					enum kmon_reason reason))
{
	observer = changed;
}

static void observe(struct sock *sk, struct task_struct *task,
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
	observe(sock->sk, current, KMON_REASON_CREATED);
}

/*
 * security_sk_clone(sk, newsk): a listener's new connection, not accepted
 * yet. Context: softirq, or process with BHs disabled.
 */
static void on_clone(kmon_compat_regs *regs)
{
	const struct sock *sk = kmon_compat_arg(regs, 0);
	const struct sock *newsk = kmon_compat_arg(regs, 1);

	if (!is_inet(sk) || sk->sk_kern_sock)
		return;
	kmon_count(KMON_STAT_OWNER_CLONED);
	kmon_table_clone(sk, newsk);
}

/*
 * security_sock_graft(sk, parent): accept(2) gives a connection its socket.
 * Context: process, sk_callback_lock held for writing.
 */
static void on_accept(kmon_compat_regs *regs)
{
	struct sock *sk = kmon_compat_arg(regs, 0);
	struct socket *parent = kmon_compat_arg(regs, 1);

	if (!is_inet(sk) || sk->sk_kern_sock || (current->flags & PF_KTHREAD))
		return;
	kmon_count(KMON_STAT_OWNER_ACCEPTED);
	kmon_table_accept(sk, SOCK_INODE(parent)->i_ino);
	observe(sk, current, KMON_REASON_ACCEPTED);
}

/*
 * security_sk_free(sk): the sock's memory goes. Context: any that may free.
 */
static void on_free(kmon_compat_regs *regs)
{
	kmon_table_free(kmon_compat_arg(regs, 0));
}

/*
 * Context: process. Adds a process that was just forked to the holders of all
 * that it inherited. Its files table is still its own: it has not run yet.
 */
static void inherit(struct task_struct *child, struct files_struct *files)
{
	struct fdtable *fdt;
	unsigned int fd;
	struct file *file;
	struct sock *sk;

	rcu_read_lock();
	fdt = files_fdtable(files);
	for_each_set_bit(fd, fdt->open_fds, fdt->max_fds) {
		file = rcu_dereference(fdt->fd[fd]);
		sk = file ? kmon_walk_sock(file) : NULL;
		if (!sk)
			continue;
		/* Two descriptors of one socket are one inheritance. */
		if (!(kmon_table_hold(sk, child, 0) & KMON_HOLD_NEW))
			continue;
		kmon_count(KMON_STAT_OWNER_INHERITED);
		observe(sk, child, KMON_REASON_INHERITED);
	}
	rcu_read_unlock();
}

/*
 * wake_up_new_task(p): fork(2) and clone(2) are done with p, which has not
 * run yet. Context: process (the parent).
 */
static void on_fork(kmon_compat_regs *regs)
{
	struct task_struct *child = kmon_compat_arg(regs, 0);

	/* A thread of the same process that shares its files is no news. */
	if (child->files && !(child->flags & PF_KTHREAD) &&
	    !(same_thread_group(child, current) &&
	      child->files == current->files))
		inherit(child, child->files);
}

/*
 * security_file_receive(file): the current process gets a file that another
 * one passed over a UNIX socket, by pidfd_getfd(2) or seccomp. Context:
 * process.
 */
static void on_receive(kmon_compat_regs *regs)
{
	struct sock *sk = kmon_walk_sock(kmon_compat_arg(regs, 0));

	if (!sk || (current->flags & PF_KTHREAD))
		return;
	if (!(kmon_table_hold(sk, current, 0) & KMON_HOLD_NEW))
		return;
	kmon_count(KMON_STAT_OWNER_RECEIVED);
	observe(sk, current, KMON_REASON_RECEIVED);
}

/*
 * Whether @file is in a files table of the current process. Only pointers are
 * compared. Return: 1 yes, 0 no, -1 not known: the table is too large, or the
 * process may have others.
 */
static int has_file(struct files_struct *files, const struct file *file)
{
	unsigned int fd, nr;
	struct fdtable *fdt;
	int found = 0;

	rcu_read_lock();
	fdt = files_fdtable(files);
	nr = min_t(unsigned int, fdt->max_fds, CLOSE_LOOK_MAX);
	if (nr < fdt->max_fds)
		found = -1;
	for_each_set_bit(fd, fdt->open_fds, nr) {
		if (rcu_access_pointer(fdt->fd[fd]) == file) {
			found = 1;
			break;
		}
	}
	rcu_read_unlock();
	/* As many users as threads: no thread has a table of its own. */
	if (!found && !thread_group_empty(current) &&
	    atomic_read(&files->count) < get_nr_threads(current))
		found = -1;
	return found;
}

/*
 * locks_remove_posix(file, id): a descriptor of the files table @id was
 * closed, by close(2), dup2(2), exec or exit; also called for the last
 * reference to a file, with the file as @id. Context: process.
 */
static void on_close(kmon_compat_regs *regs)
{
	struct file *file = kmon_compat_arg(regs, 0);
	struct files_struct *files = kmon_compat_arg(regs, 1);
	struct sock *sk = kmon_walk_sock(file);
	int has = 0;

	if (!sk || (void *)files == file)
		return;
	if (file_count(file) > 1)
		has = has_file(files, file);
	if (has <= 0 && kmon_table_release(sk, !has) && !has)
		observe(sk, current, KMON_REASON_CLOSED);
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

/* The ones that are called most often first. */
static struct kmon_hook hooks[] = {
	{ "locks_remove_posix",			on_close },
	{ "wake_up_new_task",			on_fork },
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
