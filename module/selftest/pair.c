// SPDX-License-Identifier: GPL-2.0
/* Sockets to make the tests with. */
#include "test.h"

#include <linux/kernel.h>
#include <linux/string.h>

const int families[NR_FAMILIES] = { AF_INET, AF_INET6, AF_UNIX };

int local(union address *addr, int family)
{
	static atomic_t nr;

	memset(addr, 0, sizeof(*addr));
	addr->sa.sa_family = family;
	switch (family) {
	case AF_INET:
		addr->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return sizeof(addr->in);
	case AF_INET6:
		addr->in6.sin6_addr = in6addr_loopback;
		return sizeof(addr->in6);
	default:
		/* Abstract: the first byte of the path is 0. */
		return offsetof(struct sockaddr_un, sun_path) + 1 +
		       sprintf(addr->un.sun_path + 1, "ksocket-test-%d",
			       atomic_inc_return(&nr));
	}
}

ksocket_t bound(int family, int type, union address *addr, int *len)
{
	ksocket_t sock = ksocket(family, type, 0);

	*len = local(addr, family);
	EXPECT(sock);
	EXPECT_EQ(kbind(sock, &addr->sa, *len), 0);
	*len = sizeof(*addr);
	EXPECT_EQ(kgetsockname(sock, &addr->sa, len), 0);
	return sock;
}

bool pair_open(struct pair *p, int family)
{
	union address addr;
	int len;

	p->listener = bound(family, SOCK_STREAM, &addr, &len);
	p->client = ksocket(family, SOCK_STREAM, 0);
	p->server = NULL;
	EXPECT_EQ(klisten(p->listener, 8), 0);
	if (EXPECT_EQ(kconnect(p->client, &addr.sa, len), 0))
		p->server = kaccept(p->listener, NULL, NULL);
	return EXPECT(p->server);
}

void pair_close(struct pair *p)
{
	kclose(p->server);
	kclose(p->client);
	kclose(p->listener);
}
