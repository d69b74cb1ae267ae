// SPDX-License-Identifier: GPL-2.0
/* Connections and datagrams, ended in every way there is. */
#include "storm.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define POOL 64

static int pool[POOL];

/* Takes the place of another one, which is closed. */
static void keep(int fd)
{
	unsigned int i = pick(POOL);

	if (pool[i] >= 0)
		close(pool[i]);
	pool[i] = fd;
}

static void reset_on_close(int fd)
{
	struct linger linger = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void exchange(void)
{
	char buf[4096] = "";
	int ends[2];

	if (!connection(ends))
		return;
	send(ends[0], buf, 1 + pick(sizeof(buf)), MSG_DONTWAIT);
	send(ends[1], buf, 1 + pick(sizeof(buf)), MSG_DONTWAIT);
	if (pick(2))
		recv(ends[1], buf, sizeof(buf), MSG_DONTWAIT);
	switch (pick(5)) {
	case 0:
		reset_on_close(ends[pick(2)]);
		break;
	case 1:
		shutdown(ends[pick(2)], SHUT_WR);
		break;
	case 2:
		shutdown(ends[pick(2)], SHUT_RDWR);
		break;
	}
	keep(ends[0]);
	keep(ends[1]);
}

/* A listener that goes while connections wait to be accepted. */
static void unaccepted(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	unsigned int i, nr = pick(8);
	int fd;

	if (bind(listener, (struct sockaddr *)&addr, len) ||
	    listen(listener, 4) ||
	    getsockname(listener, (struct sockaddr *)&addr, &len)) {
		close(listener);
		return;
	}
	for (i = 0; i < nr; i++) {
		fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(fd, (struct sockaddr *)&addr, len);
		send(fd, "early", 5, MSG_DONTWAIT);
		keep(fd);
	}
	if (pick(2))
		keep(listener);
	else
		close(listener);
}

/* To a port where somebody may or may not be, over v4 or mapped v6. */
static void datagrams(void)
{
	struct sockaddr_in6 addr = { .sin6_family = AF_INET6 };
	int fd = socket(AF_INET6, SOCK_DGRAM, 0);
	unsigned int i;
	char buf[1024] = "";

	if (fd < 0)
		return;
	addr.sin6_addr.s6_addr[10] = 0xff;
	addr.sin6_addr.s6_addr[11] = 0xff;
	addr.sin6_addr.s6_addr[12] = 127;
	addr.sin6_addr.s6_addr[15] = 1;
	if (pick(2))
		addr.sin6_addr = in6addr_loopback;
	addr.sin6_port = htons(20000 + pick(8));
	if (pick(2))
		bind(fd, (struct sockaddr *)&addr, sizeof(addr));
	addr.sin6_port = htons(20000 + pick(8));
	if (pick(2))
		connect(fd, (struct sockaddr *)&addr, sizeof(addr));
	for (i = 0; i < 4; i++)
		sendto(fd, buf, pick(sizeof(buf)), MSG_DONTWAIT,
		       (struct sockaddr *)&addr, sizeof(addr));
	recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	keep(fd);
}

/* Nobody listens, or nobody can be reached. */
static void refused(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(1 + pick(100)),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	connect(fd, (struct sockaddr *)&addr, sizeof(addr));
	keep(fd);
}

/* The socket becomes another family's, or connects again. */
static void reused(void)
{
	struct sockaddr_in addr = { .sin_family = AF_UNSPEC };
	unsigned int i = pick(POOL);

	if (pool[i] < 0)
		return;
	connect(pool[i], (struct sockaddr *)&addr, sizeof(addr));
	if (pick(2))
		listen(pool[i], 1);
}

static void unused(void)
{
	int fd = pick(4) ? any_socket() : socket(AF_INET, SOCK_RAW, IPPROTO_TCP);

	keep(fd);
}

void storm_conns(void)
{
	static void (* const acts[])(void) = {
		exchange, exchange, unaccepted, datagrams, refused, reused,
		unused,
	};

	memset(pool, -1, sizeof(pool));
	while (going())
		acts[pick(sizeof(acts) / sizeof(*acts))]();
}
