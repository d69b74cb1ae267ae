// SPDX-License-Identifier: GPL-2.0
/* Options. */
#include <kmon/ksocket.h>
#include <linux/export.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/sockptr.h>
#include <linux/string.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "compat.h"
#include "ksocket/handle.h"

static int set_option(struct socket *sock, int level, int optname,
		      void *optval, int optlen)
{
	if (optlen < 0 || (optlen && !optval))
		return -EINVAL;
	if (level == SOL_SOCKET && !kmon_compat_own_sol_socket(sock))
		return sock_setsockopt(sock, level, optname,
				       KERNEL_SOCKPTR(optval), optlen);
	if (!sock->ops->setsockopt)
		return -EOPNOTSUPP;
	return sock->ops->setsockopt(sock, level, optname,
				     KERNEL_SOCKPTR(optval), optlen);
}

int ksetsockopt(ksocket_t socket, int level, int optname, void *optval,
		int optlen)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);

	if (!ks)
		return -EBADF;
	return kmon_ksock_end(ks, set_option(ks->sock, level, optname, optval,
					     optlen));
}
EXPORT_SYMBOL_GPL(ksetsockopt);

static int set_timeout(ksocket_t socket, int optname, unsigned int ms)
{
	struct __kernel_sock_timeval time = {
		.tv_sec = ms / MSEC_PER_SEC,
		.tv_usec = ms % MSEC_PER_SEC * USEC_PER_MSEC,
	};

	return ksetsockopt(socket, SOL_SOCKET, optname, &time, sizeof(time));
}

int ksetrcvtimeo(ksocket_t socket, unsigned int ms)
{
	return set_timeout(socket, SO_RCVTIMEO_NEW, ms);
}
EXPORT_SYMBOL_GPL(ksetrcvtimeo);

int ksetsndtimeo(ksocket_t socket, unsigned int ms)
{
	return set_timeout(socket, SO_SNDTIMEO_NEW, ms);
}
EXPORT_SYMBOL_GPL(ksetsndtimeo);

/**
 * union value - of an option, as getsockopt(2) gives it
 * @n: most of them
 * @linger: SO_LINGER
 * @time: SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW
 * @name: TCP_CONGESTION
 * @info: TCP_INFO
 */
union value {
	int n;
	struct linger linger;
	struct __kernel_sock_timeval time;
	char name[TCP_CA_NAME_MAX];
	struct tcp_info info;
};

static int get_time(long timeo, union value *v)
{
	if (timeo == MAX_SCHEDULE_TIMEOUT)
		timeo = 0;
	v->time.tv_sec = timeo / HZ;
	v->time.tv_usec = timeo % HZ * USEC_PER_SEC / HZ;
	return sizeof(v->time);
}

static int get_linger(const struct sock *sk, union value *v)
{
	v->linger.l_onoff = sock_flag(sk, SOCK_LINGER);
	v->linger.l_linger = READ_ONCE(sk->sk_lingertime) / HZ;
	return sizeof(v->linger);
}

/* These functions return the size of the value, or a negative errno. */
static int get_socket(struct socket *sock, int optname, union value *v)
{
	struct sock *sk = sock->sk;

	switch (optname) {
	case SO_TYPE:
		v->n = sk->sk_type;
		break;
	case SO_DOMAIN:
		v->n = sk->sk_family;
		break;
	case SO_PROTOCOL:
		v->n = sk->sk_protocol;
		break;
	case SO_ERROR:
		v->n = -sock_error(sk);
		break;
	case SO_ACCEPTCONN:
		v->n = sk->sk_state == TCP_LISTEN;
		break;
	case SO_REUSEADDR:
		v->n = sk->sk_reuse;
		break;
	case SO_REUSEPORT:
		v->n = sk->sk_reuseport;
		break;
	case SO_KEEPALIVE:
		v->n = sock_flag(sk, SOCK_KEEPOPEN);
		break;
	case SO_BROADCAST:
		v->n = sock_flag(sk, SOCK_BROADCAST);
		break;
	case SO_DONTROUTE:
		v->n = sock_flag(sk, SOCK_LOCALROUTE);
		break;
	case SO_SNDBUF:
		v->n = READ_ONCE(sk->sk_sndbuf);
		break;
	case SO_RCVBUF:
		v->n = READ_ONCE(sk->sk_rcvbuf);
		break;
	case SO_RCVLOWAT:
		v->n = READ_ONCE(sk->sk_rcvlowat);
		break;
	case SO_SNDLOWAT:
		v->n = 1;
		break;
	case SO_PRIORITY:
		v->n = READ_ONCE(sk->sk_priority);
		break;
	case SO_MARK:
		v->n = READ_ONCE(sk->sk_mark);
		break;
	case SO_BINDTOIFINDEX:
		v->n = READ_ONCE(sk->sk_bound_dev_if);
		break;
	case SO_INCOMING_CPU:
		v->n = READ_ONCE(sk->sk_incoming_cpu);
		break;
	case SO_LINGER:
		return get_linger(sk, v);
	case SO_RCVTIMEO_NEW:
		return get_time(READ_ONCE(sk->sk_rcvtimeo), v);
	case SO_SNDTIMEO_NEW:
		return get_time(READ_ONCE(sk->sk_sndtimeo), v);
	default:
		return -ENOPROTOOPT;
	}
	return sizeof(v->n);
}

static int get_congestion(struct sock *sk, union value *v)
{
	const struct tcp_congestion_ops *ops;

	memset(v->name, 0, sizeof(v->name));
	rcu_read_lock();
	ops = READ_ONCE(inet_csk(sk)->icsk_ca_ops);
	if (ops)
		memcpy(v->name, ops->name, sizeof(v->name));
	rcu_read_unlock();
	return sizeof(v->name);
}

static int get_tcp(struct socket *sock, int optname, union value *v)
{
	struct sock *sk = sock->sk;
	const struct tcp_sock *tp = tcp_sk(sk);

	if (sk->sk_protocol != IPPROTO_TCP || sock->type != SOCK_STREAM)
		return -ENOPROTOOPT;
	switch (optname) {
	case TCP_NODELAY:
		v->n = !!(tp->nonagle & TCP_NAGLE_OFF);
		break;
	case TCP_CORK:
		v->n = !!(tp->nonagle & TCP_NAGLE_CORK);
		break;
	case TCP_MAXSEG:
		v->n = READ_ONCE(tp->mss_cache);
		if (1 << sk->sk_state & (TCPF_CLOSE | TCPF_LISTEN) &&
		    tp->rx_opt.user_mss)
			v->n = tp->rx_opt.user_mss;
		break;
	case TCP_KEEPIDLE:
		v->n = keepalive_time_when(tp) / HZ;
		break;
	case TCP_KEEPINTVL:
		v->n = keepalive_intvl_when(tp) / HZ;
		break;
	case TCP_KEEPCNT:
		v->n = keepalive_probes(tp);
		break;
	case TCP_USER_TIMEOUT:
		v->n = READ_ONCE(inet_csk(sk)->icsk_user_timeout);
		break;
	case TCP_QUICKACK:
		v->n = !inet_csk_in_pingpong_mode(sk);
		break;
	case TCP_CONGESTION:
		return get_congestion(sk, v);
	case TCP_INFO:
		tcp_get_info(sk, &v->info);
		return sizeof(v->info);
	default:
		return -ENOPROTOOPT;
	}
	return sizeof(v->n);
}

/* Of the route that a connected socket has. */
static int get_mtu(struct sock *sk, union value *v)
{
	struct dst_entry *dst = sk_dst_get(sk);

	if (!dst)
		return -ENOTCONN;
	v->n = dst_mtu(dst);
	dst_release(dst);
	return sizeof(v->n);
}

static int get_ip(struct socket *sock, int optname, union value *v)
{
	struct sock *sk = sock->sk;
	const struct inet_sock *inet = inet_sk(sk);

	if (sk->sk_family != AF_INET && sk->sk_family != AF_INET6)
		return -ENOPROTOOPT;
	switch (optname) {
	case IP_TOS:
		v->n = READ_ONCE(inet->tos);
		break;
	case IP_TTL:
		v->n = READ_ONCE(inet->uc_ttl);
		if (v->n < 0)
			v->n = READ_ONCE(sock_net(sk)->ipv4.sysctl_ip_default_ttl);
		break;
	case IP_MTU:
		return get_mtu(sk, v);
	case IP_MTU_DISCOVER:
		v->n = READ_ONCE(inet->pmtudisc);
		break;
	case IP_FREEBIND:
		v->n = kmon_compat_inet_flag(sk, FREEBIND, freebind);
		break;
	case IP_TRANSPARENT:
		v->n = kmon_compat_inet_flag(sk, TRANSPARENT, transparent);
		break;
	case IP_BIND_ADDRESS_NO_PORT:
		v->n = kmon_compat_inet_flag(sk, BIND_ADDRESS_NO_PORT,
					     bind_address_no_port);
		break;
	case IP_MULTICAST_TTL:
		v->n = READ_ONCE(inet->mc_ttl);
		break;
	case IP_MULTICAST_LOOP:
		v->n = kmon_compat_inet_flag(sk, MC_LOOP, mc_loop);
		break;
	default:
		return -ENOPROTOOPT;
	}
	return sizeof(v->n);
}

#if IS_ENABLED(CONFIG_IPV6)
/* -1 is the default, which is the namespace's. */
static int hops(const struct sock *sk, int own)
{
	if (own >= 0)
		return own;
	return READ_ONCE(sock_net(sk)->ipv6.devconf_dflt->hop_limit);
}

static int get_ipv6(struct socket *sock, int optname, union value *v)
{
	struct sock *sk = sock->sk;
	const struct ipv6_pinfo *np;

	if (sk->sk_family != AF_INET6)
		return -ENOPROTOOPT;
	np = inet6_sk(sk);
	/* Some are bit fields before 6.6, which READ_ONCE() cannot read. */
	switch (optname) {
	case IPV6_V6ONLY:
		v->n = sk->sk_ipv6only;
		break;
	case IPV6_UNICAST_HOPS:
		v->n = hops(sk, np->hop_limit);
		break;
	case IPV6_MULTICAST_HOPS:
		v->n = hops(sk, np->mcast_hops);
		break;
	case IPV6_TCLASS:
		v->n = np->tclass;
		break;
	case IPV6_MTU:
		return get_mtu(sk, v);
	case IPV6_MTU_DISCOVER:
		v->n = np->pmtudisc;
		break;
	default:
		return -ENOPROTOOPT;
	}
	return sizeof(v->n);
}
#else
static int get_ipv6(struct socket *sock, int optname, union value *v)
{
	return -ENOPROTOOPT;
}
#endif

static int get_value(struct socket *sock, int level, int optname,
		     union value *v)
{
	switch (level) {
	case SOL_SOCKET:
		return get_socket(sock, optname, v);
	case IPPROTO_TCP:
		return get_tcp(sock, optname, v);
	case IPPROTO_IP:
		return get_ip(sock, optname, v);
	case IPPROTO_IPV6:
		return get_ipv6(sock, optname, v);
	default:
		return -ENOPROTOOPT;
	}
}

int kgetsockopt(ksocket_t socket, int level, int optname, void *optval,
		int *optlen)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	union value v;
	int size = -EINVAL;

	if (!ks)
		return -EBADF;
	memset(&v, 0, sizeof(v));
	if (optval && optlen && *optlen >= 0)
		size = get_value(ks->sock, level, optname, &v);
	if (size >= 0) {
		*optlen = min(*optlen, size);
		memcpy(optval, &v, *optlen);
		size = 0;
	}
	return kmon_ksock_end(ks, size);
}
EXPORT_SYMBOL_GPL(kgetsockopt);
