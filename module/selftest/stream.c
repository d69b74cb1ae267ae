// SPDX-License-Identifier: GPL-2.0
/* Streams: over IPv4, IPv6 and AF_UNIX. */
#include "test.h"

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Runs a test on a connection of each family. */
static void each_family(void (*run)(struct pair *p))
{
	struct pair p;
	unsigned int i;

	for (i = 0; i < NR_FAMILIES; i++) {
		if (pair_open(&p, families[i]))
			run(&p);
		pair_close(&p);
	}
}

static void both_ways(struct pair *p)
{
	char buf[16] = "";

	EXPECT_EQ(ksend(p->client, "question", 8, 0), 8);
	EXPECT_EQ(krecv(p->server, buf, sizeof(buf), 0), 8);
	EXPECT(!memcmp(buf, "question", 8));
	EXPECT_EQ(ksend(p->server, "answer", 6, 0), 6);
	EXPECT_EQ(krecv(p->client, buf, 3, 0), 3);
	EXPECT_EQ(krecv(p->client, buf + 3, sizeof(buf) - 3, 0), 3);
	EXPECT(!memcmp(buf, "answer", 6));
	/* The end of the stream, and again. */
	EXPECT_EQ(kclose(p->client), 0);
	EXPECT_EQ(krecv(p->server, buf, sizeof(buf), 0), 0);
	EXPECT_EQ(krecv(p->server, buf, sizeof(buf), 0), 0);
}

static void data(void)
{
	each_family(both_ways);
}

static void flags_of(struct pair *p)
{
	char buf[16] = "";

	EXPECT_EQ(krecv(p->server, buf, sizeof(buf), MSG_DONTWAIT), -EAGAIN);
	EXPECT_EQ(ksend(p->client, "abcd", 4, 0), 4);
	EXPECT_EQ(krecv(p->server, buf, sizeof(buf), MSG_PEEK), 4);
	EXPECT_EQ(krecv(p->server, buf, 2, 0), 2);
	EXPECT(!memcmp(buf, "ab", 2));
	EXPECT_EQ(ksend(p->client, "efgh", 4, MSG_MORE), 4);
	EXPECT_EQ(ksend(p->client, "ij", 2, 0), 2);
	EXPECT_EQ(krecv(p->server, buf, 8, MSG_WAITALL), 8);
	EXPECT(!memcmp(buf, "cdefghij", 8));
}

static void flags(void)
{
	each_family(flags_of);
}

/* No signal either: this thread would have it pending. */
static void broken_pipe_of(struct pair *p)
{
	char buf[8];

	EXPECT_EQ(kshutdown(p->client, SHUT_WR), 0);
	EXPECT_EQ(ksend(p->client, "x", 1, 0), -EPIPE);
	EXPECT(!signal_pending(current));
	EXPECT_EQ(krecv(p->server, buf, sizeof(buf), 0), 0);
	EXPECT_EQ(ksend(p->server, "y", 1, 0), 1);
	EXPECT_EQ(krecv(p->client, buf, sizeof(buf), 0), 1);
}

static void broken_pipe(void)
{
	each_family(broken_pipe_of);
}

static void pieces_of(struct pair *p)
{
	char a[3], b[5];
	struct kvec out[] = {
		{ .iov_base = "on", .iov_len = 2 },
		{ .iov_base = NULL, .iov_len = 0 },
		{ .iov_base = "etwo", .iov_len = 4 },
	};
	struct kvec in[] = {
		{ .iov_base = a, .iov_len = sizeof(a) },
		{ .iov_base = b, .iov_len = sizeof(b) },
	};
	struct kmsghdr msg = { .iov = out, .iovlen = ARRAY_SIZE(out) };

	EXPECT_EQ(ksendmsg(p->client, &msg, 0), 6);
	msg.iov = in;
	msg.iovlen = ARRAY_SIZE(in);
	EXPECT_EQ(krecvmsg(p->server, &msg, 0), 6);
	EXPECT(!memcmp(a, "one", 3) && !memcmp(b, "two", 3));
}

static void pieces(void)
{
	each_family(pieces_of);
}

/* Both ends know both addresses, and kaccept() tells the client's. */
static void names(void)
{
	struct {
		union address addr;
		char canary[8];
	} name = { .canary = "canary" };
	union address at, peer;
	ksocket_t listener, client, server;
	int len, at_len, peer_len;

	listener = bound(AF_INET, SOCK_STREAM, &at, &at_len);
	EXPECT_EQ(at_len, 16);
	EXPECT(at.in.sin_port);
	EXPECT_EQ(klisten(listener, 1), 0);
	client = ksocket(AF_INET, SOCK_STREAM, 0);
	EXPECT_EQ(kconnect(client, &at.sa, at_len), 0);
	peer_len = sizeof(peer);
	server = kaccept(listener, &peer.sa, &peer_len);
	EXPECT(server);
	EXPECT_EQ(peer_len, 16);
	len = 16;
	EXPECT_EQ(kgetsockname(client, &name.addr.sa, &len), 0);
	EXPECT_EQ(len, 16);
	EXPECT(!memcmp(&name.addr, &peer, 16));
	len = sizeof(name.addr);
	EXPECT_EQ(kgetpeername(client, &name.addr.sa, &len), 0);
	EXPECT_EQ(len, 16);
	EXPECT(!memcmp(&name.addr, &at, 16));
	/* Only what there is room for, and the length that it would take. */
	memset(&name.addr, 0x55, sizeof(name.addr));
	len = 4;
	EXPECT_EQ(kgetsockname(listener, &name.addr.sa, &len), 0);
	EXPECT_EQ(len, 16);
	EXPECT(!memcmp(&name.addr, &at, 4));
	EXPECT_EQ(((u8 *)&name.addr)[4], 0x55);
	memset(&name.addr, 0x55, sizeof(name.addr));
	len = 16;
	EXPECT_EQ(kgetsockname(listener, &name.addr.sa, &len), 0);
	EXPECT_EQ(((u8 *)&name.addr)[16], 0x55);
	EXPECT(!strcmp(name.canary, "canary"));
	kclose(server);
	kclose(client);
	kclose(listener);
}

/* Whether @ms have passed since @start, and not much more. */
static void expect_ms(ktime_t start, int ms)
{
	s64 passed = ktime_ms_delta(ktime_get(), start);

	/* A tick less, and whatever a slow machine takes longer. */
	EXPECT(passed >= ms - 10);
	EXPECT(passed < ms + 1000);
}

static void timeouts_of(struct pair *p)
{
	static char block[65536];
	ktime_t start;
	char buf[8];
	ssize_t sent;
	int n = 0;

	EXPECT_EQ(ksetrcvtimeo(p->server, 100), 0);
	start = ktime_get();
	EXPECT_EQ(krecv(p->server, buf, sizeof(buf), 0), -EAGAIN);
	expect_ms(start, 100);
	EXPECT_EQ(ksetrcvtimeo(p->listener, 100), 0);
	start = ktime_get();
	EXPECT_EQ(kaccept_from(p->listener, NULL, NULL, 0, &p->server),
		  -EAGAIN);
	expect_ms(start, 100);
	EXPECT_EQ(ksetsndtimeo(p->client, 100), 0);
	/* A part may find room; then nothing does. */
	do {
		start = ktime_get();
		sent = ksend(p->client, block, sizeof(block), 0);
	} while (sent > 0 && EXPECT(++n < 10000));
	EXPECT_EQ(sent, -EAGAIN);
	expect_ms(start, 100);
}

static void timeouts(void)
{
	struct pair p;
	ksocket_t server;
	unsigned int i;

	for (i = 0; i < NR_FAMILIES; i++) {
		if (pair_open(&p, families[i])) {
			server = p.server;
			timeouts_of(&p);
			kclose(server);
		}
		pair_close(&p);
	}
}

static void refused(void)
{
	union address addr;
	ksocket_t sock;
	unsigned int i;
	int len;

	for (i = 0; i < NR_FAMILIES; i++) {
		/* An address where somebody was. */
		kclose(bound(families[i], SOCK_STREAM, &addr, &len));
		sock = ksocket(families[i], SOCK_STREAM, 0);
		EXPECT_EQ(kconnect(sock, &addr.sa, len), -ECONNREFUSED);
		EXPECT_EQ(ksend(sock, "x", 1, 0),
			  families[i] == AF_UNIX ? -ENOTCONN : -EPIPE);
		kclose(sock);
	}
}

static void nonblocking_of(int family)
{
	struct kpollfd fds[2] = { { .events = EPOLLIN }, { .events = EPOLLOUT } };
	ksocket_t listener, client, server;
	union address addr;
	int len, err, i;

	listener = bound(family, SOCK_STREAM, &addr, &len);
	EXPECT_EQ(klisten(listener, 1), 0);
	fds[0].socket = listener;
	EXPECT_EQ(kpoll(fds, 1, 0), 0);
	EXPECT_EQ(kpoll(fds, 1, 50), 0);
	client = ksocket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	err = kconnect(client, &addr.sa, len);
	EXPECT(!err || err == -EINPROGRESS);
	fds[1].socket = client;
	EXPECT(kpoll(fds, 2, 5000) >= 1);
	/* The other end may be a little later. */
	for (i = 0; i < 500 && kpoll(fds, 2, 0) != 2; i++)
		msleep(20);
	EXPECT(fds[0].revents == EPOLLIN);
	EXPECT(fds[1].revents == EPOLLOUT);
	err = kconnect(client, &addr.sa, len);
	EXPECT(!err || err == -EISCONN);
	EXPECT_EQ(kaccept_from(listener, NULL, NULL, SOCK_NONBLOCK, &server),
		  0);
	EXPECT_EQ(krecv(server, &err, sizeof(err), 0), -EAGAIN);
	EXPECT_EQ(krecv(client, &err, sizeof(err), 0), -EAGAIN);
	kclose(server);
	fds[1].events = EPOLLIN | EPOLLRDHUP;
	EXPECT_EQ(kpoll(fds, 2, 5000), 1);
	EXPECT(fds[1].revents & EPOLLRDHUP);
	kclose(client);
	EXPECT_EQ(kpoll(fds, 2, 5000), 1);
	EXPECT(fds[1].revents == EPOLLNVAL);
	kclose(listener);
}

static void nonblocking(void)
{
	unsigned int i;

	for (i = 0; i < NR_FAMILIES; i++)
		nonblocking_of(families[i]);
}

/* So many that they do not fit on the stack. */
static void poll_many(void)
{
	struct kpollfd fds[64] = { };
	union address addr;
	unsigned int i;
	int len;

	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i].socket = bound(AF_INET, SOCK_DGRAM, &addr, &len);
		fds[i].events = EPOLLIN;
	}
	EXPECT_EQ(kpoll(fds, ARRAY_SIZE(fds), 10), 0);
	/* The last one to itself. */
	EXPECT_EQ(ksendto(fds[63].socket, "x", 1, 0, &addr.sa, len), 1);
	EXPECT_EQ(kpoll(fds, ARRAY_SIZE(fds), 5000), 1);
	EXPECT(fds[63].revents == EPOLLIN && !fds[0].revents);
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		kclose(fds[i].socket);
}

const struct test stream_tests[] = {
	{ "streams carry data both ways, and their end", data },
	{ "receiving and sending honour their flags", flags },
	{ "a broken connection is an error and no signal", broken_pipe },
	{ "messages are put together and taken apart", pieces },
	{ "addresses are given out with their length, and within their room",
	  names },
	{ "receiving, accepting and sending end with their time", timeouts },
	{ "a connection to nobody is refused", refused },
	{ "what may not wait does not, and kpoll tells when it can",
	  nonblocking },
	{ "kpoll waits for many sockets", poll_many },
	{ }
};
