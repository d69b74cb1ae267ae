// SPDX-License-Identifier: GPL-2.0
/*
 * Short-lived processes: a client for each connection, a child to serve it.
 *
 * usage: brief serve|connect NUMBER ADDRESS PORT
 * serve: says "ready", then forks a child for each of NUMBER connections, which
 *	reads a line and answers with one. Every other child exits without
 *	closing.
 * connect: NUMBER times a child which connects, asks and reads until the end.
 * The name of a process is "serve", "child", "connect" or "client".
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ABREAST 8

static struct sockaddr_storage addr;
static socklen_t addr_len;

static void die(const char *what)
{
	perror(what);
	_exit(1);
}

static void set_address(const char *text, int port)
{
	struct sockaddr_in6 *in6 = (void *)&addr;
	struct sockaddr_in *in = (void *)&addr;

	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		addr_len = sizeof(*in);
	} else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		addr_len = sizeof(*in6);
	}
}

static void child(int fd, int nr)
{
	char line[64];

	prctl(PR_SET_NAME, "child");
	if (recv(fd, line, sizeof(line), 0) <= 0 ||
	    send(fd, "here\n", 5, MSG_NOSIGNAL) != 5)
		die("child");
	if (nr % 2)
		close(fd);
	_exit(0);
}

static void client(void)
{
	int fd = socket(addr.ss_family, SOCK_STREAM, 0);
	char line[64];

	prctl(PR_SET_NAME, "client");
	if (fd < 0 || connect(fd, (struct sockaddr *)&addr, addr_len) ||
	    send(fd, "who?\n", 5, MSG_NOSIGNAL) != 5)
		die("client");
	while (recv(fd, line, sizeof(line), 0) > 0)
		;
	_exit(0);
}

/* Waits for one child, which must have ended well. */
static void reap(void)
{
	int status;

	if (waitpid(-1, &status, 0) < 0 || status)
		die("a child has failed");
}

static int serve(int number)
{
	int listener = socket(addr.ss_family, SOCK_STREAM, 0), one = 1, fd;
	pid_t pid;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&addr, addr_len) ||
	    listen(listener, 256))
		die("listen");
	puts("ready");
	fflush(stdout);
	for (int i = 0; i < number; i++) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0)
			die("accept");
		if (i >= ABREAST)
			reap();
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid)
			child(fd, i);
		close(fd);
	}
	return number;
}

static int dial(int number)
{
	pid_t pid;

	for (int i = 0; i < number; i++) {
		if (i >= ABREAST)
			reap();
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid)
			client();
	}
	return number;
}

int main(int argc, char **argv)
{
	int number;

	if (argc != 5) {
		fputs("usage: brief serve|connect NUMBER ADDRESS PORT\n", stderr);
		return 2;
	}
	prctl(PR_SET_NAME, argv[1]);
	number = atoi(argv[2]);
	set_address(argv[3], atoi(argv[4]));
	number = strcmp(argv[1], "serve") ? dial(number) : serve(number);
	for (int i = 0; i < number && i < ABREAST; i++)
		reap();
	return 0;
}
