// SPDX-License-Identifier: GPL-2.0
/* Sockets and the processes that have them: records and the event. */
#include "socket.h"

#include <linux/debugfs.h>
#include <linux/module.h>
#include <net/inet_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/request_sock.h>
#include <net/sock.h>
#include <trace/events/kmon.h>

#include "compat.h"
#include "fault.h"
#include "owner.h"
#include "record.h"
#include "stats.h"
#include "task.h"
#include "walk.h"
#include "walk_hash.h"

static void set_end(struct sockaddr_in6 *to, u16 family, __be16 port,
		    __be32 addr4, const struct in6_addr *addr6)
{
	memset(to, 0, sizeof(*to));
	to->sin6_family = family;
	to->sin6_port = port;
	if (family == AF_INET)
		((struct sockaddr_in *)to)->sin_addr.s_addr = addr4;
	else
		to->sin6_addr = *addr6;
}

#if IS_ENABLED(CONFIG_IPV6)
#define V6_LOCAL(sk) (&(sk)->sk_v6_rcv_saddr)
#define V6_REMOTE(sk) (&(sk)->sk_v6_daddr)
#else
#define V6_LOCAL(sk) (&in6addr_any)
#define V6_REMOTE(sk) (&in6addr_any)
#endif

/* A full sock keeps its port in inet_sport when it is out of the tables. */
static __be16 local_port(const struct sock *sk)
{
	return sk_fullsock(sk) ? inet_sk(sk)->inet_sport : htons(sk->sk_num);
}

/* The fields of struct sock_common, which all shapes of a TCP sock have. */
static void set_sock(struct kmon_socket *s, const struct sock *sk)
{
	set_end(&s->saddr, sk->sk_family, local_port(sk), sk->sk_rcv_saddr,
		V6_LOCAL(sk));
	set_end(&s->daddr, sk->sk_family, sk->sk_dport, sk->sk_daddr,
		V6_REMOTE(sk));
	s->netns = sock_net(sk)->ns.inum;
	s->state = sk->sk_state;
}

static u64 ino_of(const struct sock *sk)
{
	struct socket *sock = READ_ONCE(sk->sk_socket);

	return sock ? SOCK_INODE(sock)->i_ino : 0;
}

void kmon_socket_of_task(struct kmon_socket *s, const struct sock *sk,
			 struct task_struct *task, int fd)
{
	set_sock(s, sk);
	s->proto = sk->sk_protocol;
	s->raw = sk->sk_type == SOCK_RAW;
	s->ino = ino_of(sk);
	s->fd = fd;
	s->pid = task_tgid_nr(task);
	rcu_read_lock();
	s->uid = kmon_task_uid(task);
	s->cgroup = kmon_task_cgroup(task);
	kmon_copy_comm(s->comm, task->group_leader->comm);
	rcu_read_unlock();
}

/* Context: RCU read side. */
static void set_owner(struct kmon_socket *s, const struct kmon_owner *owner)
{
	s->fd = -1;
	s->pid = owner->pid;
	s->ino = owner->ino;
	kmon_owner_details(owner, s->comm, &s->uid, &s->cgroup);
}

/* The owner of a TIME_WAIT sock is remembered under its two ends. */
static void owner_of_remainder(const struct sock *sk, struct kmon_owner *owner)
{
	struct kmon_tuple tuple = {
		.net = kmon_compat_net_id(sock_net(sk)),
		.lport = htons(sk->sk_num),
		.rport = sk->sk_dport,
	};

	if (sk->sk_family == AF_INET6) {
		tuple.laddr = *V6_LOCAL(sk);
		tuple.raddr = *V6_REMOTE(sk);
	} else {
		ipv6_addr_set_v4mapped(sk->sk_rcv_saddr, &tuple.laddr);
		ipv6_addr_set_v4mapped(sk->sk_daddr, &tuple.raddr);
	}
	if (!kmon_owner_running() || !kmon_owner_of_tuple(&tuple, owner))
		kmon_owner_none(owner, KMON_SOURCE_UNKNOWN);
}

/* Context: RCU read side. A request sock stands for its listener. */
static void owner_of(struct sock *sk, struct kmon_owner *owner)
{
	if (sk->sk_state == TCP_TIME_WAIT) {
		owner_of_remainder(sk, owner);
		return;
	}
	if (sk->sk_state == TCP_NEW_SYN_RECV)
		sk = inet_reqsk(sk)->rsk_listener;
	/* While the engine is stopped there is no table to look into. */
	if (kmon_owner_running())
		kmon_owner_of_sock(sk, false, owner);
	else if (sk->sk_kern_sock)
		kmon_owner_of_kernel(sk, owner);
	else
		kmon_owner_none(owner, KMON_SOURCE_UNKNOWN);
}

bool kmon_socket_without_fd(struct kmon_socket *s, struct sock *sk)
{
	bool full = sk_fullsock(sk);
	struct kmon_owner owner;

	if (full && sk->sk_socket && sk->sk_socket->file)
		return false;
	set_sock(s, sk);
	s->proto = full ? sk->sk_protocol : IPPROTO_TCP;
	s->raw = false;
	rcu_read_lock();
	owner_of(sk, &owner);
	set_owner(s, &owner);
	rcu_read_unlock();
	return true;
}

/* Called by the owner engine, in the context of its hooks. */
static void changed(struct sock *sk, struct task_struct *task,
		    enum kmon_reason reason)
{
	struct kmon_socket s;

	if (!trace_kmon_socket_enabled())
		return;
	kmon_socket_of_task(&s, sk, task, -1);
	s.reason = reason;
	trace_kmon_socket(&s);
}

/*
 * Context: file_lock of the table that @fd is in. A close that comes after us
 * has to wait for it, so its record follows ours.
 */
static void enumerate_fd(struct task_struct *task, unsigned int fd,
			 struct file *file, struct sock *sk, void *arg)
{
	const unsigned int *round = arg;
	struct kmon_socket s;

	/* Two descriptors of one socket are one record. */
	if (!kmon_owner_first_in_round(sk, task, *round))
		return;
	kmon_socket_of_task(&s, sk, task, fd);
	s.reason = KMON_REASON_EXISTING;
	trace_kmon_socket(&s);
}

/* Context: bucket locked. */
static void enumerate_hashed(struct sock *sk, void *unused)
{
	struct kmon_socket s;

	if (!kmon_socket_without_fd(&s, sk))
		return;
	s.reason = KMON_REASON_EXISTING;
	trace_kmon_socket(&s);
}

static void mark_end(void)
{
	struct kmon_socket s = {
		.saddr.sin6_family = AF_INET,
		.daddr.sin6_family = AF_INET,
		.pid = -1,
		.uid = U32_MAX,
		.fd = -1,
		.reason = KMON_REASON_END,
	};

	trace_kmon_socket(&s);
}

/* One enumeration at a time; each is a round. */
static DEFINE_MUTEX(round_lock);
static unsigned int round;

/*
 * Write a record for all that exists, to every instance in which the event is
 * enabled. The engine is kept running meanwhile.
 */
static int enumerate(void)
{
	struct kmon_walk_hash hash = { };
	int err;

	mutex_lock(&round_lock);
	err = kmon_owner_start();
	if (err)
		goto out;
	round++;
	kmon_walk_all(enumerate_fd, &round);
	while (kmon_walk_hash_next(&hash, enumerate_hashed, NULL))
		;
	mark_end();
	kmon_owner_stop();
out:
	mutex_unlock(&round_lock);
	return err;
}

static ssize_t enumerate_write(struct file *file, const char __user *buf,
			       size_t len, loff_t *pos)
{
	bool wanted;
	int err = kstrtobool_from_user(buf, len, &wanted);

	if (!err && wanted)
		err = enumerate();
	return err ?: len;
}

static const struct file_operations enumerate_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = enumerate_write,
	.llseek = noop_llseek,
};

/* The second way, for kernels that lock debugfs down. */
static int enumerate_param_set(const char *val, const struct kernel_param *kp)
{
	bool wanted;
	int err = kstrtobool(val, &wanted);

	/* Not while loading: there is nothing yet that could be enumerated. */
	if (!err && wanted)
		err = THIS_MODULE->state == MODULE_STATE_LIVE ? enumerate() :
								-EINVAL;
	return err;
}

static const struct kernel_param_ops enumerate_param_ops = {
	.set = enumerate_param_set,
};

module_param_cb(enumerate, &enumerate_param_ops, NULL, 0200);
MODULE_PARM_DESC(enumerate, "write 1 for a kmon_socket record of every socket that exists");

int kmon_socket_init(void)
{
	struct dentry *file;

	kmon_owner_observe(changed);
	if (IS_ERR(kmon_stats_root()))
		return 0;
	file = KMON_FAULT_PTR(debugfs_create_file("enumerate", 0200,
						  kmon_stats_root(), NULL,
						  &enumerate_fops));
	return PTR_ERR_OR_ZERO(file);
}

void kmon_socket_exit(void)
{
}
