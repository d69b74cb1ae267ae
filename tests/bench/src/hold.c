// SPDX-License-Identifier: GPL-2.0
/* Holds many sockets open, half of them UDP, spread over many processes. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"

/* Sockets of one process, a multiple of 4, unless another number is given. */
#define SHARE 2000
#define FIRST_PORT 10000

/* The n-th process has addresses of its own: 127.1.n.1 and so on. */
static struct sockaddr_in address(unsigned int nr, unsigned int host,
				  unsigned int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(0x7f010000 + nr * 256 + host),
	};
}

static int bound(int type, struct sockaddr_in addr)
{
	int fd = socket(AF_INET, type, 0), one = 1;

	die_if(fd < 0, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	die_if(bind(fd, (void *)&addr, sizeof(addr)), "bind");
	return fd;
}

/* Opens four at a time: both ends of a TCP connection and two UDP sockets. */
static void open_share(unsigned int nr, unsigned int share)
{
	struct sockaddr_in server = address(nr, 1, 9001);
	int listener = bound(SOCK_STREAM, server);
	unsigned int i;

	die_if(listen(listener, 1), "listen");
	for (i = 0; i < share / 4; i++) {
		int client = bound(SOCK_STREAM, address(nr, 2, FIRST_PORT + i));

		die_if(connect(client, (void *)&server, sizeof(server)), "connect");
		die_if(accept(listener, NULL, NULL) < 0, "accept");
		bound(SOCK_DGRAM, address(nr, 3, FIRST_PORT + nr * 16 + i));
		bound(SOCK_DGRAM, address(nr, 4, FIRST_PORT + nr * 16 + i));
	}
	close(listener);
}

/* A process that holds sockets never ends by itself unless it failed. */
static void failed(int sig)
{
	(void)sig;
	_exit(1);
}

int main(int argc, char **argv)
{
	unsigned int share = argc == 3 ? atoi(argv[2]) / 4 * 4 : SHARE;
	unsigned int nr, shares = argc >= 2 && share ? atoi(argv[1]) / share : 0;
	int ready[2];
	char byte;

	if (!shares) {
		fprintf(stderr, "usage: hold COUNT [SHARE] (COUNT a multiple of %u)\n",
			share);
		return 2;
	}
	die_if(pipe(ready), "pipe");
	signal(SIGCHLD, failed);
	for (nr = 0; nr < shares; nr++) {
		if (fork())
			continue;
		/* They end with the one that the bench knows. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		open_share(nr, share);
		die_if(write(ready[1], "", 1) != 1, "write");
		pause();
		return 0;
	}
	for (nr = 0; nr < shares; nr++)
		die_if(read(ready[0], &byte, 1) != 1, "read");
	printf("ready\n");
	fflush(stdout);
	pause();
	return 0;
}
