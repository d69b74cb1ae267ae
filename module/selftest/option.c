// SPDX-License-Identifier: GPL-2.0
/* Options: what was set is read back. */
#include "test.h"

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/tcp.h>

/**
 * struct option - one that is a number
 * @family: of a socket that has it
 * @type: likewise
 * @level: of the option
 * @name: of the option
 * @set: what to set; the kernel doubles the sizes of buffers
 * @want: what to read then
 */
struct option {
	int family, type, level, name, set, want;
};

static const struct option options[] = {
#define OPTION(family, type, level, name, set, want) \
	{ AF_##family, SOCK_##type, level, name, set, want }
	OPTION(INET, STREAM, SOL_SOCKET, SO_REUSEADDR, 1, 1),
	OPTION(INET, STREAM, SOL_SOCKET, SO_REUSEPORT, 1, 1),
	OPTION(INET, STREAM, SOL_SOCKET, SO_KEEPALIVE, 1, 1),
	OPTION(INET, DGRAM, SOL_SOCKET, SO_BROADCAST, 1, 1),
	OPTION(INET, DGRAM, SOL_SOCKET, SO_DONTROUTE, 1, 1),
	OPTION(INET, DGRAM, SOL_SOCKET, SO_SNDBUF, 20000, 40000),
	OPTION(UNIX, STREAM, SOL_SOCKET, SO_RCVBUF, 20000, 40000),
	OPTION(INET, STREAM, SOL_SOCKET, SO_RCVLOWAT, 5, 5),
	OPTION(INET, DGRAM, SOL_SOCKET, SO_PRIORITY, 3, 3),
	OPTION(INET, DGRAM, SOL_SOCKET, SO_MARK, 77, 77),
	OPTION(INET, DGRAM, SOL_SOCKET, SO_BINDTOIFINDEX, 1, 1),
	OPTION(INET, STREAM, IPPROTO_TCP, TCP_NODELAY, 1, 1),
	OPTION(INET6, STREAM, IPPROTO_TCP, TCP_CORK, 1, 1),
	OPTION(INET, STREAM, IPPROTO_TCP, TCP_MAXSEG, 1000, 1000),
	OPTION(INET, STREAM, IPPROTO_TCP, TCP_KEEPIDLE, 100, 100),
	OPTION(INET, STREAM, IPPROTO_TCP, TCP_KEEPINTVL, 20, 20),
	OPTION(INET, STREAM, IPPROTO_TCP, TCP_KEEPCNT, 7, 7),
	OPTION(INET, STREAM, IPPROTO_TCP, TCP_USER_TIMEOUT, 9000, 9000),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_TOS, 0x10, 0x10),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_TTL, 42, 42),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_MTU_DISCOVER, 2, 2),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_FREEBIND, 1, 1),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_TRANSPARENT, 1, 1),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1, 1),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_MULTICAST_TTL, 9, 9),
	OPTION(INET, DGRAM, IPPROTO_IP, IP_MULTICAST_LOOP, 0, 0),
	OPTION(INET6, DGRAM, IPPROTO_IPV6, IPV6_V6ONLY, 1, 1),
	OPTION(INET6, DGRAM, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 43, 43),
	OPTION(INET6, DGRAM, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 8, 8),
	OPTION(INET6, DGRAM, IPPROTO_IPV6, IPV6_TCLASS, 0x20, 0x20),
	OPTION(INET6, DGRAM, IPPROTO_IPV6, IPV6_MTU_DISCOVER, 2, 2),
#undef OPTION
};

static void numbers(void)
{
	const struct option *o;
	int value, len;
	ksocket_t sock;

	for (o = options; o < options + ARRAY_SIZE(options); o++) {
		sock = ksocket(o->family, o->type, 0);
		value = o->set;
		EXPECT_EQ(ksetsockopt(sock, o->level, o->name, &value,
				      sizeof(value)), 0);
		value = -99;
		len = sizeof(value);
		EXPECT_EQ(kgetsockopt(sock, o->level, o->name, &value, &len),
			  0);
		if (!EXPECT_EQ(value, o->want) ||
		    !EXPECT_EQ(len, sizeof(value)))
			pr_err("# level %d option %d\n", o->level, o->name);
		kclose(sock);
	}
}

static int get(ksocket_t sock, int level, int name)
{
	int value = -99, len = sizeof(value);
	int err = kgetsockopt(sock, level, name, &value, &len);

	return err ?: value;
}

static void read_only(void)
{
	struct pair p;

	if (pair_open(&p, AF_INET)) {
		EXPECT_EQ(get(p.client, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
		EXPECT_EQ(get(p.client, SOL_SOCKET, SO_DOMAIN), AF_INET);
		EXPECT_EQ(get(p.client, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
		EXPECT_EQ(get(p.client, SOL_SOCKET, SO_ERROR), 0);
		EXPECT_EQ(get(p.client, SOL_SOCKET, SO_ACCEPTCONN), 0);
		EXPECT_EQ(get(p.listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
		EXPECT_EQ(get(p.client, SOL_SOCKET, SO_SNDLOWAT), 1);
		EXPECT(get(p.client, IPPROTO_IP, IP_MTU) > 1000);
		EXPECT(get(p.client, IPPROTO_TCP, TCP_MAXSEG) > 100);
	}
	pair_close(&p);
}

static void structures(void)
{
	struct __kernel_sock_timeval time;
	struct linger linger = { .l_onoff = 1, .l_linger = 3 };
	char name[16] = "reno";
	struct tcp_info info;
	struct pair p;
	int len;

	if (pair_open(&p, AF_INET6)) {
		EXPECT_EQ(ksetrcvtimeo(p.client, 1500), 0);
		len = sizeof(time);
		EXPECT_EQ(kgetsockopt(p.client, SOL_SOCKET, SO_RCVTIMEO_NEW,
				      &time, &len), 0);
		EXPECT(len == sizeof(time) && time.tv_sec == 1 &&
		       time.tv_usec == 500000);
		len = sizeof(time);
		EXPECT_EQ(kgetsockopt(p.client, SOL_SOCKET, SO_SNDTIMEO_NEW,
				      &time, &len), 0);
		EXPECT(!time.tv_sec && !time.tv_usec);
		EXPECT_EQ(ksetsockopt(p.server, SOL_SOCKET, SO_LINGER, &linger,
				      sizeof(linger)), 0);
		memset(&linger, 0, sizeof(linger));
		len = sizeof(linger);
		EXPECT_EQ(kgetsockopt(p.server, SOL_SOCKET, SO_LINGER, &linger,
				      &len), 0);
		EXPECT(linger.l_onoff == 1 && linger.l_linger == 3);
		EXPECT_EQ(ksetsockopt(p.client, IPPROTO_TCP, TCP_CONGESTION,
				      name, 4), 0);
		memset(name, 0, sizeof(name));
		len = sizeof(name);
		EXPECT_EQ(kgetsockopt(p.client, IPPROTO_TCP, TCP_CONGESTION,
				      name, &len), 0);
		EXPECT(!strcmp(name, "reno"));
		len = sizeof(info);
		EXPECT_EQ(kgetsockopt(p.client, IPPROTO_TCP, TCP_INFO, &info,
				      &len), 0);
		EXPECT_EQ(info.tcpi_state, TCP_ESTABLISHED);
		/* As much as there is room for. */
		memset(name, 'x', sizeof(name));
		len = 2;
		EXPECT_EQ(kgetsockopt(p.client, IPPROTO_TCP, TCP_CONGESTION,
				      name, &len), 0);
		EXPECT(len == 2 && !memcmp(name, "rex", 3));
	}
	pair_close(&p);
}

static void unknown(void)
{
	ksocket_t tcp = ksocket(AF_INET, SOCK_STREAM, 0);
	ksocket_t udp = ksocket(AF_INET, SOCK_DGRAM, 0);
	ksocket_t path = ksocket(AF_UNIX, SOCK_STREAM, 0);
	int one = 1;

	EXPECT_EQ(get(tcp, SOL_SOCKET, 9999), -ENOPROTOOPT);
	EXPECT_EQ(get(tcp, IPPROTO_TCP, 9999), -ENOPROTOOPT);
	EXPECT_EQ(get(tcp, 9999, 1), -ENOPROTOOPT);
	EXPECT_EQ(get(udp, IPPROTO_TCP, TCP_NODELAY), -ENOPROTOOPT);
	EXPECT_EQ(get(udp, IPPROTO_IPV6, IPV6_V6ONLY), -ENOPROTOOPT);
	EXPECT_EQ(get(udp, IPPROTO_IP, IP_MTU), -ENOTCONN);
	EXPECT_EQ(get(path, IPPROTO_IP, IP_TTL), -ENOPROTOOPT);
	EXPECT_EQ(ksetsockopt(tcp, IPPROTO_TCP, 9999, &one, sizeof(one)),
		  -ENOPROTOOPT);
	EXPECT(ksetsockopt(path, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) <
	       0);
	kclose(tcp);
	kclose(udp);
	kclose(path);
}

const struct test option_tests[] = {
	{ "options are read as they were set", numbers },
	{ "what cannot be set can be read", read_only },
	{ "times, names and structures likewise", structures },
	{ "an option that there is not is refused", unknown },
	{ }
};
