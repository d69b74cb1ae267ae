// SPDX-License-Identifier: GPL-2.0
/* Sends 64-byte UDP datagrams to itself over loopback and receives each. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "loop.h"

/* One process owns both ends, so that nothing ever waits. */
struct ends {
	int from;
	int to;
};

static void exchange(void *arg)
{
	const struct ends *ends = arg;
	char buf[64] = "";

	die_if(send(ends->from, buf, sizeof(buf), 0) != sizeof(buf), "send");
	die_if(recv(ends->to, buf, sizeof(buf), 0) != sizeof(buf), "recv");
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(9001),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct ends ends = {
		.from = socket(AF_INET, SOCK_DGRAM, 0),
		.to = socket(AF_INET, SOCK_DGRAM, 0),
	};

	loop_usage(argc, argv);
	die_if(bind(ends.to, (void *)&addr, sizeof(addr)), "bind");
	/* A fixed port: chains of hash tables are the same each time. */
	addr.sin_port = htons(9002);
	die_if(bind(ends.from, (void *)&addr, sizeof(addr)), "bind");
	addr.sin_port = htons(9001);
	die_if(connect(ends.from, (void *)&addr, sizeof(addr)), "connect");
	loop_run(exchange, &ends, argv);
	return 0;
}
