// SPDX-License-Identifier: GPL-2.0
/* What the guest tests' programs share: addresses, sockets, time. */
#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

void die(const char *what)
{
	perror(what);
	exit(1);
}

uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

socklen_t address(struct sockaddr_storage *addr, const char *text, int port)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)addr;
	struct sockaddr_in *in = (struct sockaddr_in *)addr;

	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		return sizeof(*in);
	}
	if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		return sizeof(*in6);
	}
	return 0;
}

int port_of(const struct sockaddr_storage *addr)
{
	/* Both families have it at the same place. */
	return ntohs(((const struct sockaddr_in *)addr)->sin_port);
}

const char *loopback(int family)
{
	return family == 6 ? "::1" : "127.0.0.1";
}

int listen_on(int family, int port)
{
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, loopback(family), port);
	int fd, one = 1;

	fd = socket(addr.ss_family, SOCK_STREAM, 0);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr, len))
		die("bind");
	if (listen(fd, 1024))
		die("listen");
	return fd;
}

int connect_to(int family, int port)
{
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, loopback(family), port);
	int fd, err;

	fd = socket(addr.ss_family, SOCK_STREAM, 0);
	if (fd < 0)
		return -1;
	if (!connect(fd, (struct sockaddr *)&addr, len))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

bool read_all(int fd, void *buf, size_t len)
{
	ssize_t got;

	for (; len; len -= got, buf = (char *)buf + got) {
		got = read(fd, buf, len);
		if (got <= 0)
			return false;
	}
	return true;
}

bool write_all(int fd, const void *buf, size_t len)
{
	ssize_t put;

	for (; len; len -= put, buf = (const char *)buf + put) {
		put = write(fd, buf, len);
		if (put < 0)
			return false;
	}
	return true;
}

static struct sockaddr_un unix_address(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	return addr;
}

int mailbox_at(const char *path)
{
	struct sockaddr_un addr = unix_address(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die(path);
	return fd;
}

int send_fd(int from, const char *path, int fd)
{
	struct sockaddr_un addr = unix_address(path);
	char control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec iov = { .iov_base = "", .iov_len = 1 };
	struct msghdr msg = {
		.msg_name = &addr,
		.msg_namelen = sizeof(addr),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(from, &msg, 0);
}

int receive_fd(int mailbox)
{
	char control[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(mailbox, &msg, 0) < 0)
		return -1;
	if (!CMSG_FIRSTHDR(&msg)) {
		errno = ENOMSG;
		return -1;
	}
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}
