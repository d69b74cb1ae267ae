// SPDX-License-Identifier: GPL-2.0
/* Many short-lived clients of a web server: each connects, asks and is gone. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ended.h"

#define ABREAST 8

static const char request[] =
	"GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n";

static int dial(int family, int port)
{
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(family, SOCK_STREAM, 0);
	int err;

	if (fd < 0)
		return -1;
	if (family == AF_INET)
		err = connect(fd, (struct sockaddr *)&in, sizeof(in));
	else
		err = connect(fd, (struct sockaddr *)&in6, sizeof(in6));
	if (err) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Return: the client's exit status, 0 when the server's answer was a good one. */
static int client(int family, int port)
{
	static const char good[] = "HTTP/1.1 200";
	char answer[4096];
	size_t have = 0;
	ssize_t len;
	int fd = dial(family, port);

	if (fd < 0 || send(fd, request, sizeof(request) - 1, 0) < 0)
		return 1;
	do {
		len = recv(fd, answer + have, sizeof(answer) - have, 0);
		have += len > 0 ? len : 0;
	} while (len > 0 && have < sizeof(answer));
	close(fd);
	return have < sizeof(good) || memcmp(answer, good, sizeof(good) - 1);
}

static int reap(void)
{
	struct rusage used;
	int status;
	pid_t pid = wait4(-1, &status, 0, &used);

	if (pid < 0)
		return -1;
	print_ended(stdout, pid, "clients", status, &used);
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

/* Prints who each client was, so that the trace can be held against it. */
int main(int argc, char **argv)
{
	int nr = argc == 3 ? atoi(argv[1]) : 0;
	int port = argc == 3 ? atoi(argv[2]) : 0;
	int i, failed = 0;
	pid_t pid;

	if (nr <= 0 || port <= 0) {
		fprintf(stderr, "usage: clients NUMBER PORT\n");
		return 2;
	}
	for (i = 0; i < nr; i++) {
		if (i >= ABREAST && reap())
			failed++;
		pid = fork();
		if (pid < 0) {
			fprintf(stderr, "clients: fork: %s\n", strerror(errno));
			return 1;
		}
		if (!pid)
			_exit(client(i % 2 ? AF_INET6 : AF_INET, port));
	}
	for (i = 0; i < (nr < ABREAST ? nr : ABREAST); i++)
		if (reap())
			failed++;
	if (failed)
		fprintf(stderr, "clients: %d of %d failed\n", failed, nr);
	return failed != 0;
}
