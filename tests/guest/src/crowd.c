// SPDX-License-Identifier: GPL-2.0
/*
 * Many sockets, or many processes with one, on 127.0.0.1.
 *
 * usage: crowd bind|send|serve|connect|fork NUMBER PORT
 * bind: binds a UDP socket to each of NUMBER ports from PORT on, and stays.
 * send: sends a datagram of 10 bytes to each of these.
 * serve: accepts NUMBER TCP connections on PORT and closes each at once, so that
 *	it is the one that keeps TIME_WAIT.
 * connect: makes NUMBER connections to that and waits for the end of each.
 * fork: binds a UDP socket, forks NUMBER processes that hold it and stay, prints
 *	their pids, closes its own and stays.
 * The name of the process is what it does. "ready" tells that others may
 * go on; who stays does so until SIGTERM.
 */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int number, port;

static int udp_socket(int bind_port)
{
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, loopback(4), bind_port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || (bind_port && bind(fd, (struct sockaddr *)&addr, len)))
		die("bind");
	return fd;
}

static void ready_and(bool stay)
{
	puts("ready");
	fflush(stdout);
	while (stay)
		pause();
}

static void do_bind(void)
{
	for (int i = 0; i < number; i++)
		udp_socket(port + i);
	ready_and(true);
}

static void do_send(void)
{
	struct sockaddr_storage addr;
	int fd = udp_socket(0);
	socklen_t len;

	for (int i = 0; i < number; i++) {
		len = address(&addr, loopback(4), port + i);
		if (sendto(fd, "0123456789", 10, 0, (struct sockaddr *)&addr,
			   len) < 0)
			die("sendto");
	}
	ready_and(false);
}

static void do_serve(void)
{
	int listener = listen_on(4, port);

	ready_and(false);
	for (int i = 0; i < number; i++)
		close(accept(listener, NULL, NULL));
	ready_and(true);
}

static void do_connect(void)
{
	char byte;
	int fd;

	for (int i = 0; i < number; i++) {
		fd = connect_to(4, port);
		if (fd < 0)
			die("connect");
		read_all(fd, &byte, 1);
		close(fd);
	}
	ready_and(false);
}

static void do_fork(void)
{
	int fd = udp_socket(port);
	pid_t pid;

	for (int i = 0; i < number; i++) {
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid)
			for (;;)
				pause();
		printf("%d\n", pid);
	}
	close(fd);
	ready_and(true);
}

static const struct {
	const char *name;
	void (*run)(void);
} modes[] = {
	{ "bind", do_bind },	{ "send", do_send },	{ "serve", do_serve },
	{ "connect", do_connect },	{ "fork", do_fork },
};

int main(int argc, char **argv)
{
	if (argc == 4) {
		number = atoi(argv[2]);
		port = atoi(argv[3]);
		prctl(PR_SET_NAME, argv[1]);
		for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
			if (!strcmp(modes[i].name, argv[1])) {
				modes[i].run();
				return 0;
			}
		}
	}
	fputs("usage: crowd bind|send|serve|connect|fork NUMBER PORT\n", stderr);
	return 2;
}
