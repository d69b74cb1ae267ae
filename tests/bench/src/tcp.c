// SPDX-License-Identifier: GPL-2.0
/* Sends 64-byte requests and responses over one TCP connection of its own. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "loop.h"

/* One process owns both ends, so that nothing ever waits. */
struct ends {
	int client;
	int server;
};

static void pass(int from, int to)
{
	char buf[64] = "";

	die_if(send(from, buf, sizeof(buf), 0) != sizeof(buf), "send");
	die_if(recv(to, buf, sizeof(buf), 0) != sizeof(buf), "recv");
}

static void exchange(void *arg)
{
	const struct ends *ends = arg;

	pass(ends->client, ends->server);
	pass(ends->server, ends->client);
}

int main(int argc, char **argv)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(9001),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct ends ends = { .client = socket(AF_INET, SOCK_STREAM, 0) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	loop_usage(argc, argv);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(ends.client, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	die_if(bind(listener, (void *)&addr, sizeof(addr)), "bind");
	die_if(listen(listener, 1), "listen");
	/* A fixed port: chains of hash tables are the same each time. */
	addr.sin_port = htons(9002);
	die_if(bind(ends.client, (void *)&addr, sizeof(addr)), "bind");
	addr.sin_port = htons(9001);
	die_if(connect(ends.client, (void *)&addr, sizeof(addr)), "connect");
	ends.server = accept(listener, NULL, NULL);
	die_if(ends.server < 0, "accept");
	setsockopt(ends.client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(ends.server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	loop_run(exchange, &ends, argv);
	return 0;
}
