// SPDX-License-Identifier: GPL-2.0
/*
 * The log of the ground truth, and what this process holds.
 *
 * The log is a file that all processes map, $TRUTH: first how many bytes are
 * in use, then the lines. Writing to it is no system call, needs no
 * descriptor and is complete even if the process is killed right afterwards.
 */
#include "truth_log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FD 65536

/* What was open before the program began is below this. */
#define MAX_INHERITED 256

static struct log {
	_Atomic uint64_t used;
	char text[];
} *log;
static size_t room;

/* Of each descriptor: its socket and local port, 0 for none. */
static uint64_t ino_of[MAX_FD];
static int port_of[MAX_FD];
static int nr_fds;

static pid_t self;
static char who[40];
static unsigned long netns;

static void append(const char *line, size_t len)
{
	uint64_t at;

	if (!log)
		return;
	at = atomic_fetch_add(&log->used, len);
	if (at + len > room)
		abort();
	memcpy(log->text + at, line, len);
}

__attribute__((format(printf, 1, 2)))
static void say(const char *format, ...)
{
	int saved = errno;
	char line[256];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	append(line, len);
	errno = saved;
}

void truth_line(const char *line)
{
	say("%s\n", line);
}

static uint64_t ino(int fd)
{
	return fd >= 0 && fd < MAX_FD ? ino_of[fd] : 0;
}

static bool has(uint64_t ino)
{
	for (int fd = 0; fd < nr_fds; fd++)
		if (ino_of[fd] == ino)
			return true;
	return false;
}

/* The inode number of an IPv4 or IPv6 socket, 0 for anything else. */
static uint64_t look(int fd)
{
	socklen_t len = sizeof(int);
	struct stat st;
	int family;

	if (fstat(fd, &st) || !S_ISSOCK(st.st_mode) ||
	    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) ||
	    (family != AF_INET && family != AF_INET6))
		return 0;
	return st.st_ino;
}

/* Whom a descriptor is news for: those that have none of this socket yet. */
void truth_have(int fd, uint64_t t0)
{
	int saved = errno;
	uint64_t new;
	bool news;

	if (fd < 0 || fd >= MAX_FD)
		return;
	new = look(fd);
	news = new && !has(new);
	ino_of[fd] = new;
	port_of[fd] = 0;
	if (new && fd >= nr_fds)
		nr_fds = fd + 1;
	if (news)
		say("have %lu %s %lu %lu\n", new, who, t0, truth_now());
	errno = saved;
}

void truth_from(int fd, int listener)
{
	if (ino(fd) && ino(listener))
		say("from %lu %lu\n", ino(fd), ino(listener));
}

/*
 * As the trace prints it, port apart; IPv4 in IPv6 is IPv4. What is not an
 * address stays as it is.
 */
static int text_of(const struct sockaddr_storage *addr, char *text, size_t len)
{
	const struct sockaddr_in6 *in6 = (const void *)addr;
	const struct sockaddr_in *in = (const void *)addr;
	char buf[INET6_ADDRSTRLEN];

	if (addr->ss_family == AF_INET) {
		if (in->sin_addr.s_addr)
			snprintf(text, len, "%s", inet_ntop(AF_INET, &in->sin_addr, buf, sizeof(buf)));
		return ntohs(in->sin_port);
	}
	if (addr->ss_family != AF_INET6)
		return 0;
	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
		snprintf(text, len, "%s", inet_ntop(AF_INET, &in6->sin6_addr.s6_addr[12], buf, sizeof(buf)));
	else if (!IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr))
		snprintf(text, len, "[%s]", inet_ntop(AF_INET6, &in6->sin6_addr, buf, sizeof(buf)));
	return ntohs(in6->sin6_port);
}

static const char *proto_of(int fd)
{
	socklen_t len = sizeof(int);
	int type = 0;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	return type == SOCK_STREAM ? "tcp" : "udp";
}

/* "*4", "*6", or "*" for both: what a socket that has no address receives. */
static const char *any_of(int fd, const struct sockaddr_storage *local)
{
	socklen_t len = sizeof(int);
	int only = 0;

	if (local->ss_family == AF_INET)
		return "*4";
	getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &len);
	return only ? "*6" : "*";
}

static void name(int fd, const struct sockaddr_storage *remote, uint64_t t0)
{
	char ltext[INET6_ADDRSTRLEN + 2], rtext[INET6_ADDRSTRLEN + 2] = "*";
	struct sockaddr_storage local = {};
	socklen_t len = sizeof(local);
	int lport, rport;

	getsockname(fd, (struct sockaddr *)&local, &len);
	strcpy(ltext, any_of(fd, &local));
	lport = text_of(&local, ltext, sizeof(ltext));
	rport = text_of(remote, rtext, sizeof(rtext));
	if (!lport)
		return;
	port_of[fd] = lport;
	say("name %lu %s %lu %s:%d %s:%d %lu\n", ino(fd), proto_of(fd), netns,
	    ltext, lport, rtext, rport, t0);
}

void truth_name(int fd, const struct sockaddr *remote, socklen_t len, uint64_t t0)
{
	struct sockaddr_storage addr = {};
	int saved = errno;

	if (!ino(fd))
		return;
	if (remote) {
		memcpy(&addr, remote, len);
	} else {
		len = sizeof(addr);
		if (getpeername(fd, (struct sockaddr *)&addr, &len))
			addr.ss_family = AF_UNSPEC;
	}
	name(fd, &addr, t0);
	errno = saved;
}

void truth_port(int fd, uint64_t t0)
{
	if (ino(fd) && !port_of[fd])
		truth_name(fd, NULL, 0, t0);
}

/* A datagram came from there; it did before it was received. */
void truth_flow(int fd, const struct sockaddr *remote, socklen_t len)
{
	struct sockaddr_storage addr = {};
	int saved = errno;

	if (!ino(fd) || !len || len > sizeof(addr))
		return;
	memcpy(&addr, remote, len);
	name(fd, &addr, 0);
	errno = saved;
}

void truth_call(int fd, uint64_t t0)
{
	if (ino(fd))
		say("call %lu %s %lu %lu\n", ino(fd), who, t0, truth_now());
}

/* Taken out first: once it is closed, another thread may get this number. */
struct truth_gone truth_leave(int fd)
{
	struct truth_gone gone = { .ino = ino(fd), .t0 = truth_now() };

	if (!gone.ino)
		return gone;
	ino_of[fd] = 0;
	if (has(gone.ino))
		gone.ino = 0;
	return gone;
}

void truth_gone(const struct truth_gone *gone)
{
	if (gone->ino)
		say("gone %lu %s %lu %lu\n", gone->ino, who, gone->t0, truth_now());
}

void truth_netns(void)
{
	struct stat st;

	if (!stat("/proc/self/ns/net", &st))
		netns = st.st_ino;
}

static bool read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* PID.START, the 22nd field of the line; the second ends with the last ")". */
static void identify(void)
{
	unsigned long long start = 0;
	char buf[512], *rest;

	if (read_file("/proc/self/stat", buf, sizeof(buf))) {
		rest = strrchr(buf, ')');
		for (int i = 0; rest && i < 20; i++)
			rest = strchr(rest + 1, ' ');
		if (rest)
			start = strtoull(rest, NULL, 10);
	}
	self = getpid();
	snprintf(who, sizeof(who), "%d.%llu", self, start);
}

void truth_comm(uint64_t t0)
{
	char buf[64];

	if (read_file("/proc/self/comm", buf, sizeof(buf)))
		say("comm %s %lu %lu %s", who, t0, truth_now(), buf);
}

void truth_child(uint64_t t0)
{
	int saved = errno;

	identify();
	truth_comm(t0);
	for (int fd = 0; fd < nr_fds; fd++) {
		if (!ino_of[fd])
			continue;
		/* Only the first of several descriptors of one socket. */
		for (int i = 0; i <= fd; i++) {
			if (ino_of[i] != ino_of[fd])
				continue;
			if (i == fd)
				say("have %lu %s %lu %lu\n", ino_of[fd], who, t0, truth_now());
			break;
		}
	}
	errno = saved;
}

/* Not for a child of vfork(2), which has the memory of its parent. */
void truth_end(void)
{
	if (self == getpid())
		say("end %s %lu\n", who, truth_now());
}

void truth_dead(pid_t pid)
{
	say("dead %d %lu\n", pid, truth_now());
}

/* Also after exec, with what was not closed by it. */
__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("TRUTH");
	struct stat st;
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map;

	if (fd < 0 || fstat(fd, &st))
		return;
	map = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return;
	room = st.st_size - sizeof(*log);
	log = map;
	identify();
	truth_netns();
	say("done %s %lu\n", who, truth_now());
	truth_comm(0);
	for (fd = 0; fd < MAX_INHERITED; fd++)
		truth_have(fd, 0);
}
