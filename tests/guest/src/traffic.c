// SPDX-License-Identifier: GPL-2.0
/*
 * TCP and UDP over loopback, IPv4 and IPv6, by ever new sockets and processes.
 *
 * usage: traffic [ROUNDS]
 * A round is one connection and one datagram; every eighth is done by a child.
 * Without ROUNDS it goes on until SIGTERM, with pauses, as the guest's processors
 * are emulated by one. Prints how many rounds it did.
 */
#include "common.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define BYTES 100
#define PAUSE_US 5000

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	stop = 1;
}

static int bound(int family, int type, struct sockaddr_storage *addr,
		 socklen_t *len)
{
	int fd;

	*len = address(addr, loopback(family), 0);
	fd = socket(addr->ss_family, type, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)addr, *len) ||
	    getsockname(fd, (struct sockaddr *)addr, len))
		die("bind");
	return fd;
}

static void datagram(int family)
{
	struct sockaddr_storage addr;
	char data[BYTES] = {};
	socklen_t len;
	int to = bound(family, SOCK_DGRAM, &addr, &len);
	int from = socket(addr.ss_family, SOCK_DGRAM, 0);

	if (sendto(from, data, BYTES, 0, (struct sockaddr *)&addr, len) < 0 ||
	    recv(to, data, BYTES, 0) != BYTES)
		die("datagram");
	close(from);
	close(to);
}

static void connection(int family)
{
	struct sockaddr_storage addr;
	char data[BYTES] = {};
	socklen_t len;
	int listener = bound(family, SOCK_STREAM, &addr, &len);
	int to, from = socket(addr.ss_family, SOCK_STREAM, 0);

	if (listen(listener, 1) ||
	    connect(from, (struct sockaddr *)&addr, len))
		die("connect");
	to = accept(listener, NULL, NULL);
	if (!write_all(from, data, BYTES) || !read_all(to, data, BYTES) ||
	    !write_all(to, data, BYTES) || !read_all(from, data, BYTES))
		die("connection");
	close(from);
	close(to);
	close(listener);
}

static void in_child(int family)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		connection(family);
		datagram(family);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	if (status)
		die("child");
}

int main(int argc, char **argv)
{
	/* Calls are begun again, so that no round is left half done. */
	struct sigaction term = { .sa_handler = on_term, .sa_flags = SA_RESTART };
	long rounds = argc > 1 ? atol(argv[1]) : 0, done;

	sigaction(SIGTERM, &term, NULL);
	for (done = 0; !stop && (!rounds || done < rounds); done++) {
		if (!rounds)
			usleep(PAUSE_US);
		if (done % 8 == 7) {
			in_child(done / 8 % 2 ? 6 : 4);
			continue;
		}
		connection(done % 2 ? 6 : 4);
		datagram(done % 2 ? 6 : 4);
	}
	printf("%ld\n", done);
	return 0;
}
