// SPDX-License-Identifier: GPL-2.0
/* Processes that pass each other sockets in all ways, while they close them. */
#include "storm.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PARTIES 6
#define POOL 32
#define FDS_PER_MESSAGE 4

/* Children still being waited for; more than this many are not made. */
#define CHILDREN_MAX 4

/* Everybody writes to the one and reads from the other. */
static int post[2];
static pid_t parties[PARTIES];
static int pool[POOL];
static unsigned int nr_children;

static void keep(int fd)
{
	unsigned int i = pick(POOL);

	if (pool[i] >= 0)
		close(pool[i]);
	pool[i] = fd;
}

static void make(void)
{
	int ends[2];

	if (pick(2)) {
		keep(any_socket());
	} else if (connection(ends)) {
		keep(ends[0]);
		keep(ends[1]);
	}
}

/* Now and then the way itself, so that sockets in flight hold each other. */
static void pass(void)
{
	union {
		struct cmsghdr hdr;
		/* cppcheck-suppress unusedStructMember; it is room */
		char space[CMSG_SPACE(sizeof(int) * FDS_PER_MESSAGE)];
	} control = { };
	int fds[FDS_PER_MESSAGE];
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control,
	};
	unsigned int i, nr = 1 + pick(FDS_PER_MESSAGE);
	struct cmsghdr *cmsg = &control.hdr;

	for (i = 0; i < nr; i++) {
		fds[i] = pick(16) ? pool[pick(POOL)] : post[pick(2)];
		if (fds[i] < 0)
			return;
	}
	msg.msg_controllen = CMSG_SPACE(sizeof(int) * nr);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int) * nr);
	memcpy(CMSG_DATA(cmsg), fds, sizeof(int) * nr);
	sendmsg(post[0], &msg, MSG_DONTWAIT);
}

static void receive(void)
{
	union {
		struct cmsghdr hdr;
		/* cppcheck-suppress unusedStructMember; it is room */
		char space[CMSG_SPACE(sizeof(int) * FDS_PER_MESSAGE)];
	} control;
	int fds[FDS_PER_MESSAGE];
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg;
	unsigned int i, nr;

	if (recvmsg(post[1], &msg, MSG_DONTWAIT) < 0)
		return;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_type != SCM_RIGHTS)
		return;
	nr = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(cmsg), sizeof(int) * nr);
	for (i = 0; i < nr; i++)
		keep(fds[i]);
}

static void take(void)
{
#ifdef SYS_pidfd_getfd
	int pidfd = syscall(SYS_pidfd_open, parties[pick(PARTIES)], 0);

	if (pidfd < 0)
		return;
	keep(syscall(SYS_pidfd_getfd, pidfd, 3 + pick(POOL), 0));
	close(pidfd);
#endif
}

static void replace(void)
{
	int from = pool[pick(POOL)], to = pool[pick(POOL)];

	if (from < 0)
		return;
	if (pick(2))
		keep(dup(from));
	else if (to >= 0)
		dup2(from, to);
}

static void send_some(void)
{
	int fd = pool[pick(POOL)];

	if (fd >= 0)
		send(fd, "some", 4, MSG_DONTWAIT);
}

/* A child that has it all, sends, and ends without closing. */
static void inherit(void)
{
	unsigned int i;
	pid_t pid;

	nr_children = reap(nr_children);
	if (nr_children >= CHILDREN_MAX)
		return;
	pid = spawn();
	if (pid > 0)
		nr_children++;
	if (pid)
		return;
	for (i = 0; i < 4; i++)
		send_some();
	if (!pick(4))
		execl("/bin/true", "true", NULL);
	_exit(0);
}

static void party(void)
{
	static void (* const acts[])(void) = {
		make, make, pass, pass, receive, receive, take, replace,
		send_some, inherit,
	};

	memset(pool, -1, sizeof(pool));
	while (going())
		acts[pick(sizeof(acts) / sizeof(*acts))]();
	_exit(0);
}

void storm_fds(void)
{
	unsigned int i;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, post))
		exit(1);
	for (i = 0; i < PARTIES; i++) {
		parties[i] = spawn();
		if (!parties[i])
			party();
	}
	/* Parties that end in the middle of it are replaced. */
	while (going()) {
		usleep(200000);
		i = pick(PARTIES);
		kill(parties[i], SIGKILL);
		waitpid(parties[i], NULL, 0);
		parties[i] = spawn();
		if (!parties[i])
			party();
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
}
