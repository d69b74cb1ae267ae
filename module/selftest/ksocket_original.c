// SPDX-License-Identifier: GPL-2.0
/*
 * A module of long ago: declares the calls by itself, as they always were.
 *
 * Talks to itself over TCP and UDP when it is loaded, which fails if that does
 * not work.
 */
#include <linux/in.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>

typedef struct socket *ksocket_t;

ksocket_t ksocket(int domain, int type, int protocol);
int kbind(ksocket_t s, struct sockaddr *addr, int len);
int klisten(ksocket_t s, int backlog);
int kconnect(ksocket_t s, struct sockaddr *addr, int len);
ksocket_t kaccept(ksocket_t s, struct sockaddr *addr, int *len);
ssize_t krecv(ksocket_t s, void *buf, size_t len, int flags);
ssize_t ksend(ksocket_t s, const void *buf, size_t len, int flags);
ssize_t krecvfrom(ksocket_t s, void *buf, size_t len, int flags,
		  struct sockaddr *addr, int *addr_len);
ssize_t ksendto(ksocket_t s, void *buf, size_t len, int flags,
		const struct sockaddr *addr, int addr_len);
int kshutdown(ksocket_t s, int how);
int kclose(ksocket_t s);
int kgetsockname(ksocket_t s, struct sockaddr *addr, int *len);
int kgetpeername(ksocket_t s, struct sockaddr *addr, int *len);
int ksetsockopt(ksocket_t s, int level, int name, void *value, int len);
int kgetsockopt(ksocket_t s, int level, int name, void *value, int *len);
unsigned int inet_addr(char *text);
char *inet_ntoa(struct in_addr *in);

static struct sockaddr_in addr;
static int addr_len;
static char buf[16];

static int bound_to(ksocket_t s)
{
	memset(&addr, 0, sizeof(addr));
	addr.sin_family = AF_INET;
	addr.sin_addr.s_addr = (__force __be32)inet_addr("127.0.0.1");
	addr_len = sizeof(addr);
	return kbind(s, (struct sockaddr *)&addr, addr_len) ||
	       kgetsockname(s, (struct sockaddr *)&addr, &addr_len);
}

static int talk_tcp(ksocket_t listener, ksocket_t client)
{
	struct sockaddr_in peer;
	int one = 1, len = sizeof(one), bad;
	ksocket_t server;

	if (ksetsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, len) ||
	    bound_to(listener) || klisten(listener, 5) ||
	    kconnect(client, (struct sockaddr *)&addr, addr_len))
		return 1;
	len = sizeof(peer);
	server = kaccept(listener, (struct sockaddr *)&peer, &len);
	if (!server)
		return 2;
	bad = len != sizeof(peer) || ksend(client, "hello", 5, 0) != 5 ||
	      krecv(server, buf, sizeof(buf), 0) != 5 ||
	      kgetpeername(client, (struct sockaddr *)&peer, &len) ||
	      peer.sin_port != addr.sin_port;
	len = sizeof(one);
	bad = bad || kgetsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one,
				 &len) || one != 1 || kshutdown(client, 2) ||
	      krecv(server, buf, sizeof(buf), 0) != 0;
	return kclose(server) || bad ? 3 : 0;
}

static int talk_udp(ksocket_t server, ksocket_t client)
{
	struct sockaddr_in from;
	int len = sizeof(from);

	if (bound_to(server) ||
	    ksendto(client, "ping", 4, 0, (struct sockaddr *)&addr,
		    addr_len) != 4 ||
	    krecvfrom(server, buf, sizeof(buf), 0, (struct sockaddr *)&from,
		      &len) != 4 ||
	    ksendto(server, "pong", 4, 0, (struct sockaddr *)&from, len) != 4)
		return 4;
	return krecvfrom(client, buf, sizeof(buf), 0, NULL, NULL) != 4 ? 5 : 0;
}

static int __init ksocket_original_init(void)
{
	struct in_addr in = { .s_addr = htonl(INADDR_LOOPBACK) };
	ksocket_t a, b;
	char *text;
	int bad;

	a = ksocket(AF_INET, SOCK_STREAM, 0);
	b = ksocket(AF_INET, SOCK_STREAM, 0);
	bad = talk_tcp(a, b);
	kclose(a);
	kclose(b);
	a = ksocket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	b = ksocket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	bad = bad ?: talk_udp(a, b);
	kclose(a);
	kclose(b);
	text = inet_ntoa(&in);
	bad = bad ?: !text || strcmp(text, "127.0.0.1") ? 6 : 0;
	kfree(text);
	pr_info("ksocket_original: %d\n", bad);
	return bad ? -EINVAL : 0;
}

static void __exit ksocket_original_exit(void)
{
}

module_init(ksocket_original_init);
module_exit(ksocket_original_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test of ksocket: a module with declarations of its own");
