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
 * The n-th argument of the traced function. ftrace_regs_get_argument() came
 * with 6.2; x86 and s390 of 5.11 to 6.1 keep a pt_regs of which the argument
 * registers are valid (CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS); 5.10 saves all
 * registers when asked.
 */
#if defined(ftrace_regs_get_argument) || \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define KMON_COMPAT_FTRACE_REGS 0
static inline void *kmon_compat_arg(kmon_compat_regs *regs, unsigned int n)
{
	return (void *)ftrace_regs_get_argument(regs, n);
}
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#ifdef CONFIG_HAVE_DYNAMIC_FTRACE_WITH_ARGS
#define KMON_COMPAT_FTRACE_REGS 0
#else
#define KMON_COMPAT_FTRACE_REGS FTRACE_OPS_FL_SAVE_REGS
#endif
static inline void *kmon_compat_arg(kmon_compat_regs *regs, unsigned int n)
{
	return (void *)regs_get_kernel_argument(&regs->regs, n);
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

/*
 * The socket lookups take their hash table as an argument until 6.12 (TCP:
 * until 6.16) and find it by themselves from then on. tcp_hashinfo moved into
 * the netns with 5.19 to 6.1, which is where all kernels can find it.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define KMON_COMPAT_TCP_TABLE(net)
#define KMON_COMPAT_UDP_TABLE(net)
#else
#define KMON_COMPAT_TCP_TABLE(net) (net)->ipv4.tcp_death_row.hashinfo,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define KMON_COMPAT_UDP_TABLE(net) (net)->ipv4.udp_table,
#else
#define KMON_COMPAT_UDP_TABLE(net) &udp_table,
#endif
#endif

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

/* Context: RCU read side. A reference is taken; give it to sock_gen_put(). */
static inline struct sock *
kmon_compat_tcp4_established(struct net *net, __be32 raddr, __be16 rport,
			     __be32 laddr, u16 lport, int dif, int sdif)
{
	return __inet_lookup_established(net, KMON_COMPAT_TCP_TABLE(net)
					 raddr, rport, laddr, lport, dif, sdif);
}

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_tcp4_listener(struct net *net, struct sk_buff *skb, int doff,
			  __be32 raddr, __be16 rport, __be32 laddr, u16 lport,
			  int dif, int sdif)
{
	return __inet_lookup_listener(net, KMON_COMPAT_TCP_TABLE(net) skb, doff,
				      raddr, rport, laddr, lport, dif, sdif);
}

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_udp4(struct net *net, struct sk_buff *skb, __be32 raddr,
		 __be16 rport, __be32 laddr, __be16 lport, int dif, int sdif)
{
	return __udp4_lib_lookup(net, raddr, rport, laddr, lport, dif, sdif,
				 KMON_COMPAT_UDP_TABLE(net) skb);
}

#if IS_ENABLED(CONFIG_IPV6)
/* Context: RCU read side. A reference is taken; give it to sock_gen_put(). */
static inline struct sock *
kmon_compat_tcp6_established(struct net *net, const struct in6_addr *raddr,
			     __be16 rport, const struct in6_addr *laddr,
			     u16 lport, int dif, int sdif)
{
	return __inet6_lookup_established(net, KMON_COMPAT_TCP_TABLE(net)
					  raddr, rport, laddr, lport, dif, sdif);
}

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_tcp6_listener(struct net *net, struct sk_buff *skb, int doff,
			  const struct in6_addr *raddr, __be16 rport,
			  const struct in6_addr *laddr, u16 lport,
			  int dif, int sdif)
{
	return inet6_lookup_listener(net, KMON_COMPAT_TCP_TABLE(net) skb, doff,
				     raddr, rport, laddr, lport, dif, sdif);
}

/* Context: RCU read side; no reference is taken. */
static inline struct sock *
kmon_compat_udp6(struct net *net, struct sk_buff *skb,
		 const struct in6_addr *raddr, __be16 rport,
		 const struct in6_addr *laddr, __be16 lport, int dif, int sdif)
{
	return __udp6_lib_lookup(net, raddr, rport, laddr, lport, dif, sdif,
				 KMON_COMPAT_UDP_TABLE(net) skb);
}
#endif

#endif /* _KMON_COMPAT_H */
