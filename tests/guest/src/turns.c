// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes take turns in being the socket that a packet is for, as fast as
 * they can, so that what was right for one packet is wrong for the next.
 *
 * usage: turns udp|tcp ADDRESS TURNS
 *
 * Prints the pids of the two that receive. Payloads of 10 bytes are for the
 * first, of 20 for the second; datagrams of 30 bytes are for nobody.
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PORT = 9000, FROM = 9100, EACH = 3 };

static struct sockaddr_storage at, any, from, elsewhere;
static socklen_t addr_len;

static void die_if(bool wrong, const char *what)
{
	if (wrong)
		die(what);
}

static int open_socket(int type)
{
	int fd = socket(at.ss_family, type, 0);

	die_if(fd < 0, "socket");
	return fd;
}

static void bind_to(int fd, const struct sockaddr_storage *addr)
{
	die_if(bind(fd, (const struct sockaddr *)addr, addr_len), "bind");
}

static void connect_with(int fd, const struct sockaddr_storage *addr)
{
	die_if(connect(fd, (const struct sockaddr *)addr, addr_len), "connect");
}

static void reuse(int fd)
{
	int on = 1;

	die_if(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)),
	       "SO_REUSEADDR");
}

/* One word through a pipe: whose turn it is. */
static void pass(int fd)
{
	die_if(write(fd, "t", 1) != 1, "pass");
}

static bool my_turn(int fd)
{
	char word;

	return read(fd, &word, 1) == 1;
}

static void receive(int fd, size_t len)
{
	char buf[64];
	int i;

	for (i = 0; i < EACH; i++)
		die_if(recv(fd, buf, len, MSG_WAITALL) != (ssize_t)len, "recv");
}

static void udp_receiver(int turn, int ready, int done, size_t len)
{
	char buf[64];
	int fd;

	while (my_turn(turn)) {
		fd = open_socket(SOCK_DGRAM);
		bind_to(fd, len == 10 ? &at : &any);
		pass(ready);
		receive(fd, len);
		/* From now on what the sender sends is not for it. */
		connect_with(fd, &elsewhere);
		pass(done);
		die_if(!my_turn(turn), "turn");
		die_if(recv(fd, buf, sizeof(buf), MSG_DONTWAIT) > 0, "not mine");
		close(fd);
		pass(done);
	}
	exit(0);
}

static void tcp_receiver(int turn, int ready, int done, size_t len)
{
	int fd, conn;

	while (my_turn(turn)) {
		fd = open_socket(SOCK_STREAM);
		reuse(fd);
		bind_to(fd, &at);
		die_if(listen(fd, 1), "listen");
		pass(ready);
		conn = accept(fd, NULL, NULL);
		die_if(conn < 0, "accept");
		pass(ready);
		receive(conn, len);
		pass(done);
		die_if(!my_turn(turn), "turn");
		close(conn);
		close(fd);
		pass(done);
	}
	exit(0);
}

struct receiver {
	int turn;
	int ready;
	int done;
	pid_t pid;
};

static void start(struct receiver *r, bool tcp, size_t len)
{
	int turn[2], ready[2], done[2];

	die_if(pipe2(turn, O_CLOEXEC) || pipe2(ready, O_CLOEXEC) ||
	       pipe2(done, O_CLOEXEC), "pipe");
	r->pid = fork();
	die_if(r->pid < 0, "fork");
	if (!r->pid) {
		close(turn[1]);
		(tcp ? tcp_receiver : udp_receiver)(turn[0], ready[1], done[1],
						    len);
	}
	close(turn[0]);
	close(ready[1]);
	close(done[1]);
	r->turn = turn[1];
	r->ready = ready[0];
	r->done = done[0];
}

static void deliver(int fd, size_t len)
{
	char buf[64] = "";
	int i;

	for (i = 0; i < EACH; i++)
		die_if(send(fd, buf, len, 0) != (ssize_t)len, "send");
}

static void udp_turn(const struct receiver *r, int fd, size_t len)
{
	const char nobodys[30] = "";
	char word;
	int i;

	pass(r->turn);
	die_if(!my_turn(r->ready), "ready");
	deliver(fd, len);
	die_if(!my_turn(r->done), "done");
	/* Every other one fails with the answer to the one before. */
	for (i = 0; i < EACH; i++)
		send(fd, nobodys, sizeof(nobodys), 0);
	pass(r->turn);
	die_if(!my_turn(r->done), "done");
	/* The answer that nobody is there. */
	while (recv(fd, &word, 1, MSG_DONTWAIT) >= 0 || errno != EAGAIN)
		;
}

static void tcp_turn(const struct receiver *r, size_t len)
{
	struct linger linger = { .l_onoff = 1 };
	int fd, on = 1;

	pass(r->turn);
	die_if(!my_turn(r->ready), "ready");
	fd = open_socket(SOCK_STREAM);
	reuse(fd);
	bind_to(fd, &from);
	connect_with(fd, &at);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	die_if(!my_turn(r->ready), "accepted");
	deliver(fd, len);
	die_if(!my_turn(r->done), "done");
	/* A reset, so that nothing remembers the two ports. */
	die_if(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)),
	       "SO_LINGER");
	close(fd);
	pass(r->turn);
	die_if(!my_turn(r->done), "done");
}

int main(int argc, char **argv)
{
	struct receiver r[2];
	int turns, i, fd = -1;
	bool tcp;

	if (argc != 4 || !address(&at, argv[2], PORT)) {
		fprintf(stderr, "usage: turns udp|tcp ADDRESS TURNS\n");
		return 2;
	}
	tcp = !strcmp(argv[1], "tcp");
	turns = atoi(argv[3]);
	addr_len = address(&from, argv[2], FROM);
	address(&elsewhere, argv[2], FROM + 1);
	address(&any, at.ss_family == AF_INET6 ? "::" : "0.0.0.0", PORT);
	start(&r[0], tcp, 10);
	start(&r[1], tcp, 20);
	printf("%d %d\n", r[0].pid, r[1].pid);
	fflush(stdout);
	if (!tcp) {
		fd = open_socket(SOCK_DGRAM);
		bind_to(fd, &from);
		connect_with(fd, &at);
	}
	for (i = 0; i < turns; i++) {
		if (tcp)
			tcp_turn(&r[i % 2], i % 2 ? 20 : 10);
		else
			udp_turn(&r[i % 2], fd, i % 2 ? 20 : 10);
	}
	/* The second one has the first one's, too. */
	close(r[0].turn);
	close(r[1].turn);
	for (i = 0; i < 2; i++)
		die_if(waitpid(r[i].pid, NULL, 0) != r[i].pid, "wait");
	return 0;
}
