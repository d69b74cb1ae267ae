// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that send and receive a known number of bytes each, then end.
 *
 * usage: payload tcp4|tcp6|udp4|udp6 CLIENTS PORT
 * Each client is a process and asks one server process for an answer of some
 * length, by TCP once, by UDP several times. Prints for each, the server
 * included, what it has received and sent itself:
 *
 *	PID RECEIVED SENT
 */
#include "common.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 3
#define MAX_CLIENTS 1000

/* What a request begins with; the rest of it is filling. */
struct request {
	uint32_t len;
	uint32_t answer_len;
};

static struct total {
	pid_t pid;
	uint64_t received;
	uint64_t sent;
} *totals;

static int family, port, nr_clients;
static char data[65536];

static void note(int i, uint64_t received, uint64_t sent)
{
	totals[i].pid = getpid();
	totals[i].received = received;
	totals[i].sent = sent;
}

/* Lengths that are no other client's, and sometimes more than a segment. */
static struct request request_of(int i, int round)
{
	return (struct request) {
		.len = sizeof(struct request) + 1 + i * 977 % 50000 + round,
		.answer_len = 1 + i * 1597 % 60000 + round,
	};
}

static void tcp_client(int i)
{
	struct request request = request_of(i, 0);
	int fd = connect_to(family, port);
	char byte;

	if (fd < 0)
		die("connect");
	memcpy(data, &request, sizeof(request));
	if (!write_all(fd, data, request.len) ||
	    !read_all(fd, data, request.answer_len) || read(fd, &byte, 1))
		die("tcp client");
	note(i, request.answer_len, request.len);
}

static void tcp_server(int listener)
{
	uint64_t received = 0, sent = 0;
	struct request request;
	int fd;

	for (int i = 0; i < nr_clients; i++) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0 || !read_all(fd, &request, sizeof(request)) ||
		    !read_all(fd, data, request.len - sizeof(request)) ||
		    !write_all(fd, data, request.answer_len))
			die("tcp server");
		close(fd);
		received += request.len;
		sent += request.answer_len;
	}
	note(nr_clients, received, sent);
}

static int udp_socket(int bind_port, struct sockaddr_storage *addr,
		      socklen_t *len)
{
	int fd, room = 64 << 20;

	*len = address(addr, loopback(family), port);
	fd = socket(addr->ss_family, SOCK_DGRAM, 0);
	/* All clients may ask at once, and UDP would not say what it drops. */
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    (bind_port && bind(fd, (struct sockaddr *)addr, *len)))
		die("udp socket");
	return fd;
}

static void udp_client(int i)
{
	uint64_t received = 0, sent = 0;
	struct sockaddr_storage addr;
	struct request request;
	socklen_t len;
	int fd = udp_socket(0, &addr, &len);

	for (int round = 0; round < ROUNDS; round++) {
		request = request_of(i, round);
		memcpy(data, &request, sizeof(request));
		if (sendto(fd, data, request.len, 0, (struct sockaddr *)&addr,
			   len) != request.len ||
		    recv(fd, data, sizeof(data), 0) != request.answer_len)
			die("udp client");
		received += request.answer_len;
		sent += request.len;
	}
	note(i, received, sent);
}

static void udp_server(int fd)
{
	uint64_t received = 0, sent = 0;
	struct sockaddr_storage addr;
	struct request request;
	socklen_t len;
	ssize_t got;

	for (int i = 0; i < ROUNDS * nr_clients; i++) {
		len = sizeof(addr);
		got = recvfrom(fd, data, sizeof(data), 0,
			       (struct sockaddr *)&addr, &len);
		memcpy(&request, data, sizeof(request));
		if (got != request.len ||
		    sendto(fd, data, request.answer_len, 0,
			   (struct sockaddr *)&addr, len) < 0)
			die("udp server");
		received += request.len;
		sent += request.answer_len;
	}
	note(nr_clients, received, sent);
}

static void run(void (*role)(int), int arg)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid)
		return;
	/* Nothing to wait for takes that long. */
	alarm(60);
	role(arg);
	exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_storage addr;
	bool tcp, failed = false;
	socklen_t len;
	int fd, status;

	nr_clients = argc == 4 ? atoi(argv[2]) : 0;
	if (nr_clients < 1 || nr_clients > MAX_CLIENTS) {
		fprintf(stderr, "usage: payload tcp4|tcp6|udp4|udp6 CLIENTS PORT\n");
		return 2;
	}
	tcp = argv[1][0] == 't';
	family = argv[1][3] - '0';
	port = atoi(argv[3]);
	totals = mmap(NULL, sizeof(*totals) * (nr_clients + 1),
		      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (totals == MAP_FAILED)
		die("mmap");
	fd = tcp ? listen_on(family, port) : udp_socket(port, &addr, &len);
	run(tcp ? tcp_server : udp_server, fd);
	close(fd);
	for (int i = 0; i < nr_clients; i++)
		run(tcp ? tcp_client : udp_client, i);
	while (wait(&status) > 0)
		failed |= status != 0;
	for (int i = 0; i <= nr_clients; i++)
		printf("%d %lu %lu\n", totals[i].pid, totals[i].received,
		       totals[i].sent);
	return failed;
}
