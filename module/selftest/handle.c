// SPDX-License-Identifier: GPL-2.0
/* What is not a handle, and what cannot be made. */
#include "test.h"

#include <linux/err.h>
#include <linux/tcp.h>
#include <net/net_namespace.h>

/* Whether every call says that this is no handle, and touches nothing. */
static void expect_bad(ksocket_t s)
{
	char buf[8] = "before";
	struct kvec vec = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct kmsghdr msg = { .iov = &vec, .iovlen = 1 };
	struct kpollfd fd = { .socket = s, .events = EPOLLIN };
	ksocket_t new = (ksocket_t)buf;
	union address addr;
	int len = local(&addr, AF_INET), one = 1, one_len = sizeof(one);

	EXPECT_EQ(kbind(s, &addr.sa, len), -EBADF);
	EXPECT_EQ(klisten(s, 1), -EBADF);
	EXPECT_EQ(kconnect(s, &addr.sa, len), -EBADF);
	EXPECT(!kaccept(s, &addr.sa, &len));
	EXPECT_EQ(kaccept_from(s, &addr.sa, &len, 0, &new), -EBADF);
	EXPECT(!new);
	EXPECT_EQ(krecv(s, buf, sizeof(buf), 0), -EBADF);
	EXPECT_EQ(ksend(s, buf, sizeof(buf), 0), -EBADF);
	EXPECT_EQ(krecvfrom(s, buf, sizeof(buf), 0, &addr.sa, &len), -EBADF);
	EXPECT_EQ(ksendto(s, buf, sizeof(buf), 0, &addr.sa, len), -EBADF);
	EXPECT_EQ(ksendmsg(s, &msg, 0), -EBADF);
	EXPECT_EQ(krecvmsg(s, &msg, 0), -EBADF);
	EXPECT_EQ(kshutdown(s, SHUT_RDWR), -EBADF);
	EXPECT_EQ(kgetsockname(s, &addr.sa, &len), -EBADF);
	EXPECT_EQ(kgetpeername(s, &addr.sa, &len), -EBADF);
	EXPECT_EQ(ksetsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)),
		  -EBADF);
	EXPECT_EQ(kgetsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, &one_len),
		  -EBADF);
	EXPECT_EQ(ksetrcvtimeo(s, 1), -EBADF);
	EXPECT_EQ(ksetsndtimeo(s, 1), -EBADF);
	EXPECT_EQ(kpoll(&fd, 1, -1), 1);
	EXPECT(fd.revents == EPOLLNVAL);
	EXPECT_EQ(kclose(s), -EBADF);
	EXPECT(!strcmp(buf, "before"));
	EXPECT_EQ(len, sizeof(addr.in));
}

static void no_handle(void)
{
	int on_stack;

	expect_bad(NULL);
	expect_bad(ERR_PTR(-ENOMEM));
	expect_bad(ERR_PTR(-MAX_ERRNO));
	expect_bad((ksocket_t)1);
	expect_bad((ksocket_t)-1L);
	expect_bad((ksocket_t)&on_stack);
	expect_bad((ksocket_t)LONG_MAX);
}

static void closed_handle(void)
{
	ksocket_t old = ksocket(AF_INET, SOCK_STREAM, 0), sock;
	unsigned int i;

	EXPECT(old);
	EXPECT(!IS_ERR(old));
	EXPECT_EQ(kclose(old), 0);
	expect_bad(old);
	/* Its number, and its memory, are not another socket's. */
	for (i = 0; i < 1000; i++) {
		sock = ksocket(AF_INET, SOCK_STREAM, 0);
		if (!EXPECT(sock && sock != old) ||
		    !EXPECT_EQ(kclose(old), -EBADF) ||
		    !EXPECT_EQ(kclose(sock), 0) ||
		    !EXPECT_EQ(kclose(sock), -EBADF))
			break;
	}
	expect_bad(old);
}

static void cannot_make(void)
{
	ksocket_t sock = (ksocket_t)&sock;

	EXPECT(!ksocket(-1, SOCK_STREAM, 0));
	EXPECT(!ksocket(AF_MAX, SOCK_STREAM, 0));
	EXPECT(!ksocket(AF_INET, -1, 0));
	EXPECT(!ksocket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
	EXPECT_EQ(ksocket_create(&init_net, AF_MAX, SOCK_STREAM, 0, &sock),
		  -EAFNOSUPPORT);
	EXPECT(!sock);
	EXPECT_EQ(ksocket_create(&init_net, AF_INET, SOCK_STREAM, IPPROTO_UDP,
				 &sock), -EPROTONOSUPPORT);
	EXPECT_EQ(ksocket_create(&init_net, AF_INET, SOCK_MAX, 0, &sock),
		  -EINVAL);
	EXPECT_EQ(ksocket_create(NULL, AF_INET, SOCK_STREAM, 0, &sock),
		  -EINVAL);
	EXPECT_EQ(ksocket_create(&init_net, AF_INET, SOCK_STREAM, 0, NULL),
		  -EINVAL);
}

static void bad_arguments(void)
{
	ksocket_t tcp = ksocket(AF_INET, SOCK_STREAM, 0);
	union address addr;
	int len = local(&addr, AF_INET), minus = -1, one = 1;
	struct kmsghdr msg = { .iov = NULL, .iovlen = 1 };
	char buf[8];

	EXPECT_EQ(kbind(tcp, NULL, len), -EINVAL);
	EXPECT_EQ(kbind(tcp, &addr.sa, 1), -EINVAL);
	EXPECT_EQ(kbind(tcp, &addr.sa, -1), -EINVAL);
	EXPECT_EQ(kbind(tcp, &addr.sa, INT_MAX), -EINVAL);
	EXPECT_EQ(kconnect(tcp, NULL, len), -EINVAL);
	EXPECT_EQ(kconnect(tcp, &addr.sa, 0), -EINVAL);
	EXPECT_EQ(kgetsockname(tcp, NULL, &len), -EINVAL);
	EXPECT_EQ(kgetsockname(tcp, &addr.sa, NULL), -EINVAL);
	EXPECT_EQ(kgetsockname(tcp, &addr.sa, &minus), -EINVAL);
	EXPECT_EQ(kgetpeername(tcp, &addr.sa, &len), -ENOTCONN);
	EXPECT_EQ(kshutdown(tcp, 3), -EINVAL);
	EXPECT_EQ(kshutdown(tcp, -1), -EINVAL);
	EXPECT_EQ(ksend(tcp, NULL, 1, 0), -EINVAL);
	EXPECT_EQ(krecv(tcp, NULL, 1, 0), -EINVAL);
	EXPECT_EQ(ksend(tcp, buf, sizeof(buf), MSG_ZEROCOPY), -EOPNOTSUPP);
	EXPECT_EQ(krecv(tcp, buf, sizeof(buf), MSG_ERRQUEUE), -EOPNOTSUPP);
	EXPECT_EQ(krecvfrom(tcp, buf, sizeof(buf), 0, &addr.sa, NULL), -EINVAL);
	EXPECT_EQ(ksendto(tcp, buf, sizeof(buf), 0, &addr.sa, -1), -EINVAL);
	EXPECT_EQ(ksendmsg(tcp, NULL, 0), -EINVAL);
	EXPECT_EQ(ksendmsg(tcp, &msg, 0), -EINVAL);
	msg.iovlen = UIO_MAXIOV + 1;
	EXPECT_EQ(krecvmsg(tcp, &msg, 0), -EMSGSIZE);
	EXPECT_EQ(ksetsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, -1),
		  -EINVAL);
	EXPECT_EQ(ksetsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, NULL, 4), -EINVAL);
	EXPECT_EQ(kgetsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, NULL),
		  -EINVAL);
	EXPECT_EQ(kgetsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, &minus),
		  -EINVAL);
	EXPECT_EQ(kpoll(NULL, 1, 0), -EINVAL);
	EXPECT_EQ(kaccept_from(tcp, NULL, NULL, 0, NULL), -EINVAL);
	EXPECT(!kaccept(tcp, NULL, NULL));
	EXPECT_EQ(kclose(tcp), 0);
}

const struct test handle_tests[] = {
	{ "every call refuses NULL, errors and what never was a handle",
	  no_handle },
	{ "and a handle that is closed, also when there are new ones",
	  closed_handle },
	{ "what the kernel does not have gives NULL, and a reason",
	  cannot_make },
	{ "bad arguments are refused", bad_arguments },
	{ }
};
