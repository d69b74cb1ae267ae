// SPDX-License-Identifier: GPL-2.0
/* Closing what another thread waits on. */
#include "test.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/sched/task.h>
#include <linux/string.h>

static unsigned int rounds = 50;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "how often each blocked call is closed (50)");

static char *only = "";
module_param(only, charp, 0444);
MODULE_PARM_DESC(only, "blocked calls to close, instead of all: recv accept connect ...");

/* What an interrupted wait may take; emulated processors stand still at times. */
#define LATE_MS 100

/**
 * struct blocked - a call that blocks, and its sockets
 * @name: of the call
 * @family: of the sockets
 * @prepare: makes the sockets; @sock is the one to be closed
 * @call: blocks on @sock
 * @wanted: what it returns when that is closed
 * @sock: the one to be closed
 * @peer: another one that is needed
 * @listener: likewise
 * @addr: where to connect or send to
 * @len: size of @addr
 */
struct blocked {
	const char *name;
	int family;
	void (*prepare)(struct blocked *b);
	long (*call)(struct blocked *b);
	long wanted;
	ksocket_t sock, peer, listener;
	union address addr;
	int len;
};

static char block[65536];

/* A reset at close: thousands of connections in TIME_WAIT would be too many. */
static void no_time_wait(ksocket_t sock)
{
	struct linger linger = { .l_onoff = 1 };

	ksetsockopt(sock, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void connected(struct blocked *b)
{
	struct pair p;

	pair_open(&p, b->family);
	b->sock = p.server;
	b->peer = p.client;
	b->listener = p.listener;
	no_time_wait(b->sock);
	no_time_wait(b->peer);
}

static void listening(struct blocked *b)
{
	b->sock = bound(b->family, SOCK_STREAM, &b->addr, &b->len);
	EXPECT_EQ(klisten(b->sock, 1), 0);
}

/* A listener that takes no more connections, and one that wants to. */
static void no_room(struct blocked *b)
{
	b->listener = bound(b->family, SOCK_STREAM, &b->addr, &b->len);
	EXPECT_EQ(klisten(b->listener, 0), 0);
	b->peer = ksocket(b->family, SOCK_STREAM, 0);
	EXPECT_EQ(kconnect(b->peer, &b->addr.sa, b->len), 0);
	no_time_wait(b->peer);
	b->sock = ksocket(b->family, SOCK_STREAM, 0);
}

static void datagrams(struct blocked *b)
{
	b->sock = bound(b->family, SOCK_DGRAM, &b->addr, &b->len);
}

static void full_stream(struct blocked *b)
{
	connected(b);
	while (ksend(b->sock, block, sizeof(block), MSG_DONTWAIT) > 0)
		;
}

static void full_dgram(struct blocked *b)
{
	b->peer = bound(b->family, SOCK_DGRAM, &b->addr, &b->len);
	b->sock = ksocket(b->family, SOCK_DGRAM, 0);
	while (ksendto(b->sock, "x", 1, MSG_DONTWAIT, &b->addr.sa, b->len) == 1)
		;
}

static void full_peer(struct blocked *b)
{
	full_dgram(b);
	EXPECT_EQ(kconnect(b->sock, &b->addr.sa, b->len), 0);
}

static long recv(struct blocked *b)
{
	char buf[8];

	return krecv(b->sock, buf, sizeof(buf), 0);
}

static long send(struct blocked *b)
{
	return ksend(b->sock, block, sizeof(block), 0);
}

static long sendto(struct blocked *b)
{
	return ksendto(b->sock, "x", 1, 0, &b->addr.sa, b->len);
}

static long accept(struct blocked *b)
{
	ksocket_t new;

	return kaccept_from(b->sock, NULL, NULL, 0, &new);
}

static long connect(struct blocked *b)
{
	return kconnect(b->sock, &b->addr.sa, b->len);
}

static long poll(struct blocked *b)
{
	struct kpollfd fd = { .socket = b->sock, .events = EPOLLIN };

	return kpoll(&fd, 1, -1) == 1 && fd.revents == EPOLLNVAL;
}

static struct blocked calls[] = {
	{ "recv", AF_INET, connected, recv, -EBADF },
	{ "accept", AF_INET, listening, accept, -EBADF },
	{ "connect", AF_INET, no_room, connect, -EBADF },
	{ "send", AF_INET6, full_stream, send, -EBADF },
	{ "recv-udp", AF_INET6, datagrams, recv, -EBADF },
	{ "poll", AF_INET, listening, poll, 1 },
	{ "poll-udp", AF_INET, datagrams, poll, 1 },
	{ "recv-unix", AF_UNIX, connected, recv, -EBADF },
	{ "accept-unix", AF_UNIX, listening, accept, -EBADF },
	{ "connect-unix", AF_UNIX, no_room, connect, -EBADF },
	{ "send-unix", AF_UNIX, full_stream, send, -EBADF },
	{ "recv-unix-dgram", AF_UNIX, datagrams, recv, -EBADF },
	{ "sendto-unix-dgram", AF_UNIX, full_dgram, sendto, -EBADF },
	{ "send-unix-dgram", AF_UNIX, full_peer, send, -EBADF },
};

/* The thread that blocks, and what it is told; NULL: to end. */
static struct blocked *current_call;
static DECLARE_COMPLETION(go);
static DECLARE_COMPLETION(entering);
static DECLARE_COMPLETION(done);
static long result;

static int caller(void *unused)
{
	for (;;) {
		wait_for_completion(&go);
		if (!current_call)
			return 0;
		complete(&entering);
		result = current_call->call(current_call);
		complete(&done);
	}
}

/* From "not in the call yet" to "asleep in it". */
static void let_it_enter(unsigned int round)
{
	switch (round % 4) {
	case 0:
		break;
	case 1:
		cond_resched();
		break;
	case 2:
		usleep_range(20, 200);
		break;
	default:
		usleep_range(1000, 2000);
	}
}

/* Return: whether it went well; *ms gets how long the call took to end. */
static bool close_one(struct blocked *b, unsigned int round, s64 *ms)
{
	ktime_t start;
	bool good;

	b->sock = NULL;
	b->peer = NULL;
	b->listener = NULL;
	b->prepare(b);
	current_call = b;
	complete(&go);
	wait_for_completion(&entering);
	let_it_enter(round);
	start = ktime_get();
	good = EXPECT_EQ(kclose(b->sock), 0);
	if (!wait_for_completion_timeout(&done, 30 * HZ)) {
		EXPECT(!"the call does not end");
		/* It must, before the module may go. */
		kclose(b->peer);
		kclose(b->listener);
		wait_for_completion(&done);
		good = false;
	}
	*ms = ktime_ms_delta(ktime_get(), start);
	/* There may have been room for a part. */
	if (!(b->call == send && result > 0 && result < sizeof(block)))
		good = EXPECT_EQ(result, b->wanted) && good;
	kclose(b->peer);
	kclose(b->listener);
	return good;
}

static bool close_many(struct blocked *b)
{
	unsigned int i, late = 0;
	s64 ms, worst = 0;

	for (i = 0; i < rounds; i++) {
		if (!close_one(b, i, &ms))
			return false;
		late += ms >= LATE_MS;
		worst = max(worst, ms);
		cond_resched();
	}
	pr_info("# %s: closed %u times, at worst %lld ms, %u over %d\n",
		b->name, rounds, worst, late, LATE_MS);
	return EXPECT(late <= rounds / 50);
}

static void close_blocked(void)
{
	struct task_struct *thread;
	unsigned int i;

	thread = kthread_create(caller, NULL, "ksocket_caller");
	if (!EXPECT(!IS_ERR(thread)))
		return;
	/* It may end before it is stopped. */
	get_task_struct(thread);
	wake_up_process(thread);
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (*only && strcmp(only, calls[i].name))
			continue;
		if (!close_many(&calls[i]))
			pr_err("# it was %s\n", calls[i].name);
	}
	current_call = NULL;
	complete(&go);
	kthread_stop(thread);
	put_task_struct(thread);
}

/* kshutdown() wakes, too, and leaves the handle valid. */
static void shutdown_blocked(void)
{
	static const char * const names[] = { "recv", "accept", "recv-unix" };
	struct blocked *b;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		b = &calls[i];
		for (j = 0; j < ARRAY_SIZE(names); j++) {
			if (strcmp(b->name, names[j]))
				continue;
			b->peer = NULL;
			b->listener = NULL;
			b->prepare(b);
			kshutdown(b->sock, SHUT_RDWR);
			EXPECT_EQ(b->call(b), b->call == recv ? 0 : -EINVAL);
			EXPECT_EQ(kclose(b->sock), 0);
			kclose(b->peer);
			kclose(b->listener);
		}
	}
}

static unsigned int accepts = 200;
module_param(accepts, uint, 0444);
MODULE_PARM_DESC(accepts, "how many connections are made and accepted (200)");

static void accept_many(void)
{
	union address addr, peer;
	ksocket_t listener, client, server;
	int len, peer_len;
	unsigned int i;

	listener = bound(AF_INET, SOCK_STREAM, &addr, &len);
	EXPECT_EQ(klisten(listener, 8), 0);
	for (i = 0; i < accepts; i++) {
		client = ksocket(AF_INET, SOCK_STREAM, 0);
		no_time_wait(client);
		EXPECT_EQ(kconnect(client, &addr.sa, len), 0);
		peer_len = sizeof(peer);
		server = kaccept(listener, &peer.sa, &peer_len);
		kclose(client);
		if (!EXPECT_EQ(kclose(server), 0))
			break;
	}
	kclose(listener);
}

const struct test close_tests[] = {
	{ "a call that blocks ends when its socket is closed", close_blocked },
	{ "and when it is shut down", shutdown_blocked },
	{ "connections are accepted one after the other", accept_many },
	{ }
};
