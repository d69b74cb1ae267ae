// SPDX-License-Identifier: GPL-2.0
/* Datagrams: over IPv4, IPv6 and AF_UNIX. */
#include "test.h"

#include <linux/errno.h>
#include <linux/string.h>

static void there_and_back_of(int family)
{
	union address at_a, at_b, from;
	int len_a, len_b, from_len = sizeof(from);
	ksocket_t a = bound(family, SOCK_DGRAM, &at_a, &len_a);
	ksocket_t b = bound(family, SOCK_DGRAM, &at_b, &len_b);
	char buf[16];

	EXPECT_EQ(ksendto(a, "hello", 5, 0, &at_b.sa, len_b), 5);
	EXPECT_EQ(krecvfrom(b, buf, sizeof(buf), 0, &from.sa, &from_len), 5);
	EXPECT(!memcmp(buf, "hello", 5));
	EXPECT_EQ(from_len, len_a);
	EXPECT(!memcmp(&from, &at_a, len_a));
	EXPECT_EQ(ksendto(b, "back", 4, 0, &from.sa, from_len), 4);
	/* Room for a part of the address. */
	memset(&from, 0x55, sizeof(from));
	from_len = 2;
	EXPECT_EQ(krecvfrom(a, buf, sizeof(buf), 0, &from.sa, &from_len), 4);
	EXPECT_EQ(from_len, len_b);
	EXPECT_EQ(((u8 *)&from)[2], 0x55);
	/* An empty one is one. */
	EXPECT_EQ(ksendto(a, NULL, 0, 0, &at_b.sa, len_b), 0);
	EXPECT_EQ(krecv(b, buf, sizeof(buf), MSG_DONTWAIT), 0);
	EXPECT_EQ(krecv(b, buf, sizeof(buf), MSG_DONTWAIT), -EAGAIN);
	kclose(a);
	kclose(b);
}

static void there_and_back(void)
{
	unsigned int i;

	for (i = 0; i < NR_FAMILIES; i++)
		there_and_back_of(families[i]);
}

static void cut_of(int family)
{
	union address at_a, at_b;
	int len_a, len_b;
	ksocket_t a = bound(family, SOCK_DGRAM, &at_a, &len_a);
	ksocket_t b = bound(family, SOCK_DGRAM, &at_b, &len_b);
	char buf[4];
	struct kvec vec = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct kmsghdr msg = {
		.name = &at_b.sa,
		.namelen = sizeof(at_b),
		.iov = &vec,
		.iovlen = 1,
	};

	EXPECT_EQ(kconnect(a, &at_b.sa, len_b), 0);
	EXPECT_EQ(ksend(a, "longer", 6, 0), 6);
	EXPECT_EQ(krecvmsg(b, &msg, 0), 4);
	EXPECT_EQ(msg.flags, MSG_TRUNC);
	EXPECT_EQ(msg.namelen, len_a);
	EXPECT_EQ(ksend(a, "longer", 6, 0), 6);
	EXPECT_EQ(krecv(b, buf, sizeof(buf), MSG_TRUNC), 6);
	EXPECT_EQ(ksend(a, "fits", 4, 0), 4);
	EXPECT_EQ(krecvmsg(b, &msg, 0), 4);
	EXPECT_EQ(msg.flags, 0);
	kclose(a);
	kclose(b);
}

static void cut(void)
{
	unsigned int i;

	for (i = 0; i < NR_FAMILIES; i++)
		cut_of(families[i]);
}

static void nobody(void)
{
	static char big[70000];
	ksocket_t sock = ksocket(AF_INET, SOCK_DGRAM, 0);
	union address addr;
	int len;

	EXPECT_EQ(ksend(sock, "x", 1, 0), -EDESTADDRREQ);
	kclose(bound(AF_INET, SOCK_DGRAM, &addr, &len));
	EXPECT_EQ(ksendto(sock, big, sizeof(big), 0, &addr.sa, len),
		  -EMSGSIZE);
	EXPECT_EQ(kconnect(sock, &addr.sa, len), 0);
	EXPECT_EQ(ksend(sock, "x", 1, 0), 1);
	/* The answer by ICMP. */
	EXPECT_EQ(ksetrcvtimeo(sock, 5000), 0);
	EXPECT_EQ(krecv(sock, big, sizeof(big), 0), -ECONNREFUSED);
	kclose(sock);
}

/* A receiver of AF_UNIX whose queue is full. */
static void full(void)
{
	union address addr;
	int len, sent = 0;
	ksocket_t to = bound(AF_UNIX, SOCK_DGRAM, &addr, &len);
	ksocket_t from = ksocket(AF_UNIX, SOCK_DGRAM, 0);

	EXPECT_EQ(ksetsndtimeo(from, 100), 0);
	while (ksendto(from, "x", 1, MSG_DONTWAIT, &addr.sa, len) == 1)
		if (!EXPECT(++sent < 10000))
			break;
	EXPECT(sent > 0);
	EXPECT_EQ(ksendto(from, "x", 1, 0, &addr.sa, len), -EAGAIN);
	EXPECT_EQ(kconnect(from, &addr.sa, len), 0);
	EXPECT_EQ(ksend(from, "x", 1, 0), -EAGAIN);
	EXPECT_EQ(krecv(to, &sent, sizeof(sent), 0), 1);
	EXPECT_EQ(ksend(from, "x", 1, 0), 1);
	kclose(from);
	kclose(to);
}

const struct test dgram_tests[] = {
	{ "datagrams go there and back, and name their sender",
	  there_and_back },
	{ "one that is too long is cut, and that is told", cut },
	{ "one to nobody, or too big for anybody, is an error", nobody },
	{ "one for a full queue waits for its time", full },
	{ }
};
