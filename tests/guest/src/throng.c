// SPDX-License-Identifier: GPL-2.0
/*
 * Many sockets of many kinds, held by several processes until standard input
 * ends.
 *
 * usage: throng SOCKETS PROCESSES
 * TCP connections with both ends, UDP pairs, UDP sockets without a peer, a few
 * listeners; each over IPv4 and IPv6. Prints one line when all is open: how
 * many there are.
 */
#include "common.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* As many connections as one listener's address has ports for, and to spare. */
#define PER_LISTENER 4000

/* Of each process; what it opens it never closes. */
static int listeners[2], nr_connections[2], nr_open;

static void name_of(int fd, struct sockaddr_storage *addr, socklen_t *len)
{
	*len = sizeof(*addr);
	if (getsockname(fd, (struct sockaddr *)addr, len))
		die("getsockname");
}

static void open_listener(int v6)
{
	listeners[v6] = listen_on(v6 ? 6 : 4, 0);
	nr_open++;
}

static void open_connection(int v6)
{
	struct sockaddr_storage addr;
	socklen_t len;

	if (nr_connections[v6]++ % PER_LISTENER == 0)
		open_listener(v6);
	name_of(listeners[v6], &addr, &len);
	if (connect_to(v6 ? 6 : 4, port_of(&addr)) < 0 ||
	    accept(listeners[v6], NULL, NULL) < 0)
		die("connection");
	nr_open += 2;
}

static int open_datagram(int v6)
{
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, loopback(v6 ? 6 : 4), 0);
	int fd = socket(addr.ss_family, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, len))
		die("datagram socket");
	nr_open++;
	return fd;
}

static void open_pair(int v6)
{
	int one = open_datagram(v6), other = open_datagram(v6);
	struct sockaddr_storage addr;
	socklen_t len;

	name_of(one, &addr, &len);
	if (connect(other, (struct sockaddr *)&addr, len))
		die("connect");
	name_of(other, &addr, &len);
	if (connect(one, (struct sockaddr *)&addr, len))
		die("connect");
}

/* Mostly connections: datagram sockets have no ports to share. */
static void open_some(int i)
{
	int v6 = i & 1;

	switch (i / 2 % 8) {
	case 0:
		open_pair(v6);
		break;
	case 1:
		open_datagram(v6);
		break;
	case 2:
		if (i < 1000) {
			open_listener(v6);
			nr_connections[v6] = 1;
			break;
		}
		/* fallthrough */
	default:
		open_connection(v6);
	}
}

static void hold(int share, int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; nr_open < share; i++)
		open_some(i);
	if (write(ready, &nr_open, sizeof(nr_open)) < 0)
		die("write");
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int nr_sockets = argc == 3 ? atoi(argv[1]) : 0;
	int nr_processes = argc == 3 ? atoi(argv[2]) : 0;
	int ready[2], nr, sum = 0;
	char byte;

	if (nr_sockets < 1 || nr_processes < 1 || pipe(ready)) {
		fprintf(stderr, "usage: throng SOCKETS PROCESSES\n");
		return 2;
	}
	for (int i = 0; i < nr_processes; i++) {
		if (!fork()) {
			close(ready[0]);
			hold(nr_sockets / nr_processes, ready[1]);
		}
	}
	/* So that the pipe ends when one of them fails. */
	close(ready[1]);
	for (int i = 0; i < nr_processes; i++) {
		if (!read_all(ready[0], &nr, sizeof(nr)))
			die("a process");
		sum += nr;
	}
	printf("%d\n", sum);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	/* The others go with us. */
	return 0;
}
