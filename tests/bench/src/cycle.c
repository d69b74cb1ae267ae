// SPDX-License-Identifier: GPL-2.0
/* Connects to itself over loopback TCP, accepts and closes, again and again. */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"

#define FIRST_PORT 10000
#define NR_PORTS 50000

static struct sockaddr_in server = {
	.sin_family = AF_INET,
};

/*
 * Each connection has a local port that no other has had, as the closed ones
 * stay in TIME_WAIT: the kernel's own choice would take longer each time.
 */
static void cycle(void *arg)
{
	static unsigned int nr;
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(FIRST_PORT + nr % NR_PORTS),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + nr / NR_PORTS),
	};
	int listener = *(int *)arg, client, accepted;

	nr++;
	client = socket(AF_INET, SOCK_STREAM, 0);
	die_if(client < 0, "socket");
	die_if(bind(client, (void *)&addr, sizeof(addr)), "bind");
	die_if(connect(client, (void *)&server, sizeof(server)), "connect");
	accepted = accept(listener, NULL, NULL);
	die_if(accepted < 0, "accept");
	close(client);
	close(accepted);
}

int main(int argc, char **argv)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	loop_usage(argc, argv);
	server.sin_port = htons(9001);
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	die_if(bind(listener, (void *)&server, sizeof(server)), "bind");
	die_if(listen(listener, 1), "listen");
	loop_run(cycle, &listener, argv);
	return 0;
}
