/* SPDX-License-Identifier: GPL-2.0 */
/* The only file that knows that kernel versions differ: 5.10 to 7.3. */
#ifndef _KMON_COMPAT_H
#define _KMON_COMPAT_H

#include <linux/ftrace.h>
#include <linux/net.h>
#include <linux/version.h>
#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/udp.h>

/* sock_from_file() lost its &err in 5.11; the error is never of interest. */
static inline struct socket *kmon_compat_sock_from_file(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return sock_from_file(file);
#else
	int err;

	return sock_from_file(file, &err);
#endif
}

/*
 * ftrace callbacks take struct ftrace_regs since 5.11. Without
 * FTRACE_OPS_FL_RECURSION (5.11+) the core calls them without a recursion
 * guard of its own; before, FTRACE_OPS_FL_RECURSION_SAFE asked for that.
 * FTRACE_OPS_FL_PERMANENT makes kernel.ftrace_enabled=0 fail with EBUSY
 * instead of silencing us.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
typedef struct ftrace_regs kmon_compat_regs;
#define KMON_COMPAT_FTRACE_SAFE 0
#else
typedef struct pt_regs kmon_compat_regs;
#define KMON_COMPAT_FTRACE_SAFE FTRACE_OPS_FL_RECURSION_SAFE
#endif

/*
 * The n-th argument of the traced function. Where ftrace hands over the
 * arguments of every function (CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS, 5.11+),
 * ftrace_regs_get_argument() reads them since 6.2; before, x86 and s390 keep
 * them in a pt_regs. Elsewhere all registers have to be asked for.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define KMON_COMPAT_FTRACE_REGS 0
#else
#define KMON_COMPAT_FTRACE_REGS FTRACE_OPS_FL_SAVE_REGS
#endif
static inline void *kmon_compat_arg(kmon_compat_regs *regs, unsigned int n)
{
#ifndef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
	return (void *)regs_get_kernel_argument(ftrace_get_regs(regs), n);
#elif defined(ftrace_regs_get_argument) || \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return (void *)ftrace_regs_get_argument(regs, n);
#else
	return (void *)regs_get_kernel_argument(&regs->regs, n);
#endif
}
#else
#define KMON_COMPAT_FTRACE_REGS FTRACE_OPS_FL_SAVE_REGS
static inline void *kmon_compat_arg(kmon_compat_regs *regs, unsigned int n)
{
	return (void *)regs_get_kernel_argument(regs, n);
}
#endif

/* The flags of every ftrace_ops of ours. */
#define KMON_COMPAT_FTRACE_FLAGS \
	(KMON_COMPAT_FTRACE_SAFE | KMON_COMPAT_FTRACE_REGS | \
	 FTRACE_OPS_FL_PERMANENT)

/* tcp_death_row was a pointer from 5.18 to 6.0. */
static inline struct inet_hashinfo *kmon_compat_tcp_table(struct net *net)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
	return net->ipv4.tcp_death_row->hashinfo;
#else
	return net->ipv4.tcp_death_row.hashinfo;
#endif
}

/* The UDP table of a netns: its own since 6.2, before that one for all. */
static inline struct udp_table *kmon_compat_udp_table(struct net *net)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	return net->ipv4.udp_table;
#else
	return &udp_table;
#endif
}

/* Listeners are in listening_hash until 5.18 and in lhash2 alone from 5.19. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
#define kmon_compat_listen_table(info) ((info)->listening_hash)
#define kmon_compat_listen_buckets(info) INET_LHTABLE_SIZE
#else
#define kmon_compat_listen_table(info) ((info)->lhash2)
#define kmon_compat_listen_buckets(info) ((info)->lhash2_mask + 1)
#endif

/*
 * The lookups take their table as an argument, TCP's until 6.17 and UDP's
 * until 7.0, and find it by themselves from then on.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define TCP_TABLE_ARG(net)
#else
#define TCP_TABLE_ARG(net) kmon_compat_tcp_table(net),
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
#define UDP_TABLE_ARG(net)
#else
#define UDP_TABLE_ARG(net) kmon_compat_udp_table(net),
#endif

/* Context: RCU read side. A reference is taken; give it to sock_gen_put(). */
static inline struct sock *
kmon_compat_tcp4_established(struct net *net, __be32 raddr, __be16 rport,
			     __be32 laddr, u16 lport, int dif, int sdif)
{
	return __inet_lookup_established(net, TCP_TABLE_ARG(net)
					 raddr, rport, laddr, lport, dif, sdif);
}

/*
 * The lookups below are asked without the packet. With it they would run a
 * BPF program that steers SO_REUSEPORT, once more than the protocol does and
 * on a packet that is not yet as it expects.
 */

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_tcp4_listener(struct net *net, __be32 raddr, __be16 rport,
			  __be32 laddr, u16 lport, int dif, int sdif)
{
	return __inet_lookup_listener(net, TCP_TABLE_ARG(net) NULL, 0,
				      raddr, rport, laddr, lport, dif, sdif);
}

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_udp4(struct net *net, __be32 raddr,
		 __be16 rport, __be32 laddr, __be16 lport, int dif, int sdif)
{
	return __udp4_lib_lookup(net, raddr, rport, laddr, lport, dif, sdif,
				 UDP_TABLE_ARG(net) NULL);
}

#if IS_ENABLED(CONFIG_IPV6)
/* Context: RCU read side. A reference is taken; give it to sock_gen_put(). */
static inline struct sock *
kmon_compat_tcp6_established(struct net *net, const struct in6_addr *raddr,
			     __be16 rport, const struct in6_addr *laddr,
			     u16 lport, int dif, int sdif)
{
	return __inet6_lookup_established(net, TCP_TABLE_ARG(net)
					  raddr, rport, laddr, lport, dif, sdif);
}

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_tcp6_listener(struct net *net, const struct in6_addr *raddr, __be16 rport,
			  const struct in6_addr *laddr, u16 lport,
			  int dif, int sdif)
{
	return inet6_lookup_listener(net, TCP_TABLE_ARG(net) NULL, 0,
				     raddr, rport, laddr, lport, dif, sdif);
}

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_udp6(struct net *net, const struct in6_addr *raddr, __be16 rport,
		 const struct in6_addr *laddr, __be16 lport, int dif, int sdif)
{
	return __udp6_lib_lookup(net, raddr, rport, laddr, lport, dif, sdif,
				 UDP_TABLE_ARG(net) NULL);
}
#endif

#undef TCP_TABLE_ARG
#undef UDP_TABLE_ARG

/*
 * A number for a netns that no later one gets again; before 5.12 the kernel
 * has none at hand, and address and inode number together do for it.
 */
static inline u64 kmon_compat_net_id(const struct net *net)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
	return net->net_cookie;
#else
	return (u64)(unsigned long)net ^ (u64)net->ns.inum << 32;
#endif
}

/* Whether a socket gets what is for groups that any socket here has joined. */
static inline bool kmon_compat_mc_all(const struct sock *sk)
{
#ifdef inet_test_bit
	return inet_test_bit(MC_ALL, sk);
#else
	return inet_sk(sk)->mc_all;
#endif
}

#if IS_ENABLED(CONFIG_IPV6)
static inline bool kmon_compat_mc6_all(const struct sock *sk)
{
#ifdef inet6_test_bit
	return inet6_test_bit(MC6_ALL, sk);
#else
	return inet6_sk(sk)->mc_all;
#endif
}
#endif

/* Whether connections may move to another listener when theirs is closed. */
static inline bool kmon_compat_may_migrate(const struct net *net)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
	return READ_ONCE(net->ipv4.sysctl_tcp_migrate_req);
#else
	return false;
#endif
}

/*
 * Make a socket of sock_create_kern() hold its netns, as a process's does.
 * sk_net_refcnt_upgrade() is in 6.14 and was taken back to some older ones, so
 * Kbuild looks for it. Since 6.2 such a socket is tracked before, too.
 */
static inline void kmon_compat_hold_net(struct sock *sk)
{
#ifdef KMON_HAVE_SK_NET_REFCNT_UPGRADE
	sk_net_refcnt_upgrade(sk);
#else
	struct net *net = sock_net(sk);

	sk->sk_net_refcnt = 1;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	__netns_tracker_free(net, &sk->ns_tracker, false);
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 17, 0)
	get_net_track(net, &sk->ns_tracker, GFP_KERNEL);
	sock_inuse_add(net, 1);
#else
	get_net(net);
#ifdef CONFIG_PROC_FS
	this_cpu_add(*net->core.sock_inuse, 1);
#endif
#endif
#endif
}

/* Whether a protocol sets SOL_SOCKET's options by itself (MPTCP, 5.14+). */
static inline bool kmon_compat_own_sol_socket(const struct socket *sock)
{
#ifdef SOCK_CUSTOM_SOCKOPT
	return test_bit(SOCK_CUSTOM_SOCKOPT, &sock->flags);
#else
	return false;
#endif
}

/* A flag of an IPv4 socket: a bit since 6.6, before that a bit field. */
#ifdef inet_test_bit
#define kmon_compat_inet_flag(sk, bit, field) inet_test_bit(bit, sk)
#else
#define kmon_compat_inet_flag(sk, bit, field) (inet_sk(sk)->field)
#endif

#endif /* _KMON_COMPAT_H */
