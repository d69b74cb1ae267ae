// SPDX-License-Identifier: GPL-2.0
/*
 * The ground truth: what a process itself does with its sockets, and when.
 *
 * Preloaded into a process, it stands before the C library's calls, asks the
 * clock before and after each, and writes what the call did to the log that
 * truth_log.c keeps. Of the kernel it asks nothing that kmon does. Times are ns of
 * CLOCK_MONOTONIC, sockets are named by inode number, processes by
 * "PID.START", so that a pid which is used again is another process.
 *
 *	have INO WHO T0 T1		WHO got its first descriptor of the socket
 *	gone INO WHO T0 T1		WHO gave up its last one; T1 0: see "done"
 *	from INO LISTENER		the socket was accepted from that listener
 *	name INO PROTO NETNS LOCAL REMOTE T0	packets of the socket
 *					("*4:PORT", "*6:PORT", "*:PORT": any address)
 *	call INO WHO T0 T1		WHO was inside a call that may send
 *	comm WHO T0 T1 NAME		WHO has this name
 *	end WHO T0			WHO begins to end, or to execute a program
 *	done WHO T1			that is complete
 *	dead PID T1			so is the end of whoever had this pid
 */
#include "truth_log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The C library's function of that name, behind ours. */
#define REAL(name) ({							\
	static __typeof__(name) *real;					\
	if (!real)							\
		real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);	\
	real;								\
})

int socket(int family, int type, int protocol)
{
	uint64_t t0 = truth_now();
	int fd = REAL(socket)(family, type, protocol);

	truth_have(fd, t0);
	return fd;
}

static void accepted(int fd, int listener, uint64_t t0)
{
	if (fd < 0)
		return;
	truth_have(fd, t0);
	truth_from(fd, listener);
	truth_name(fd, NULL, 0, t0);
}

int accept(int listener, __SOCKADDR_ARG addr, socklen_t *restrict len)
{
	uint64_t t0 = truth_now();
	int fd = REAL(accept)(listener, addr, len);

	accepted(fd, listener, t0);
	truth_call(listener, t0);
	return fd;
}

int accept4(int listener, __SOCKADDR_ARG addr, socklen_t *restrict len,
	    int flags)
{
	uint64_t t0 = truth_now();
	int fd = REAL(accept4)(listener, addr, len, flags);

	accepted(fd, listener, t0);
	truth_call(listener, t0);
	return fd;
}

int bind(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	uint64_t t0 = truth_now();
	int err = REAL(bind)(fd, addr, len);

	truth_name(fd, NULL, 0, t0);
	return err;
}

int connect(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	uint64_t t0 = truth_now();
	int err = REAL(connect)(fd, addr, len);

	truth_name(fd, addr.__sockaddr__, len, t0);
	truth_call(fd, t0);
	return err;
}

int listen(int fd, int backlog)
{
	uint64_t t0 = truth_now();
	int err = REAL(listen)(fd, backlog);

	truth_name(fd, NULL, 0, t0);
	return err;
}

int shutdown(int fd, int how)
{
	uint64_t t0 = truth_now();
	int err = REAL(shutdown)(fd, how);

	truth_call(fd, t0);
	return err;
}

/* What follows sends, or may: the first send gives a UDP socket its port. */
static ssize_t sent(int fd, uint64_t t0, ssize_t result)
{
	truth_port(fd, t0);
	truth_call(fd, t0);
	return result;
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	uint64_t t0 = truth_now();

	return sent(fd, t0, REAL(send)(fd, buf, len, flags));
}

ssize_t sendto(int fd, const void *buf, size_t len, int flags,
	       __CONST_SOCKADDR_ARG addr, socklen_t addrlen)
{
	uint64_t t0 = truth_now();

	return sent(fd, t0, REAL(sendto)(fd, buf, len, flags, addr, addrlen));
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	uint64_t t0 = truth_now();

	return sent(fd, t0, REAL(sendmsg)(fd, msg, flags));
}

int sendmmsg(int fd, struct mmsghdr *msg, unsigned int nr, int flags)
{
	uint64_t t0 = truth_now();

	return sent(fd, t0, REAL(sendmmsg)(fd, msg, nr, flags));
}

ssize_t write(int fd, const void *buf, size_t len)
{
	uint64_t t0 = truth_now();

	return sent(fd, t0, REAL(write)(fd, buf, len));
}

/* Receiving may send too: acknowledgements, from this context. */
static ssize_t received(int fd, uint64_t t0, ssize_t result,
			const struct sockaddr *from, socklen_t len)
{
	if (result >= 0 && from)
		truth_flow(fd, from, len);
	truth_call(fd, t0);
	return result;
}

ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	uint64_t t0 = truth_now();

	return received(fd, t0, REAL(recv)(fd, buf, len, flags), NULL, 0);
}

ssize_t read(int fd, void *buf, size_t len)
{
	uint64_t t0 = truth_now();

	return received(fd, t0, REAL(read)(fd, buf, len), NULL, 0);
}

ssize_t recvfrom(int fd, void *restrict buf, size_t len, int flags,
		 __SOCKADDR_ARG addr, socklen_t *restrict addrlen)
{
	uint64_t t0 = truth_now();
	ssize_t got = REAL(recvfrom)(fd, buf, len, flags, addr, addrlen);

	return received(fd, t0, got, addr.__sockaddr__,
			addrlen ? *addrlen : 0);
}

/* Descriptors that came with the message. */
static void take_rights(struct msghdr *msg, uint64_t t0)
{
	struct cmsghdr *cmsg;
	int fd;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; CMSG_LEN((i + 1) * sizeof(fd)) <= cmsg->cmsg_len; i++) {
			memcpy(&fd, CMSG_DATA(cmsg) + i * sizeof(fd), sizeof(fd));
			truth_have(fd, t0);
		}
	}
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	uint64_t t0 = truth_now();
	ssize_t got = REAL(recvmsg)(fd, msg, flags);

	if (got >= 0)
		take_rights(msg, t0);
	return received(fd, t0, got, msg->msg_name, msg->msg_namelen);
}

int close(int fd)
{
	struct truth_gone gone = truth_leave(fd);
	int err = REAL(close)(fd);

	truth_gone(&gone);
	return err;
}

int dup(int fd)
{
	uint64_t t0 = truth_now();
	int new = REAL(dup)(fd);

	truth_have(new, t0);
	return new;
}

int dup2(int fd, int new)
{
	uint64_t t0 = truth_now();
	struct truth_gone gone = truth_leave(new);
	int err = REAL(dup2)(fd, new);

	truth_gone(&gone);
	truth_have(err, t0);
	return err;
}

int dup3(int fd, int new, int flags)
{
	uint64_t t0 = truth_now();
	struct truth_gone gone = truth_leave(new);
	int err = REAL(dup3)(fd, new, flags);

	truth_gone(&gone);
	truth_have(err, t0);
	return err;
}

static int copied(int cmd, int fd, uint64_t t0)
{
	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC)
		truth_have(fd, t0);
	return fd;
}

int fcntl(int fd, int cmd, ...)
{
	uint64_t t0 = truth_now();
	va_list args;
	void *arg;

	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	return copied(cmd, REAL(fcntl)(fd, cmd, arg), t0);
}

int fcntl64(int fd, int cmd, ...)
{
	uint64_t t0 = truth_now();
	va_list args;
	void *arg;

	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	return copied(cmd, REAL(fcntl64)(fd, cmd, arg), t0);
}

pid_t fork(void)
{
	uint64_t t0 = truth_now();
	pid_t pid = REAL(fork)();

	if (!pid)
		truth_child(t0);
	return pid;
}

int execve(const char *path, char *const argv[], char *const envp[])
{
	truth_end();
	return REAL(execve)(path, argv, envp);
}

int execv(const char *path, char *const argv[])
{
	truth_end();
	return REAL(execv)(path, argv);
}

void _exit(int status)
{
	truth_end();
	REAL(_exit)(status);
	__builtin_unreachable();
}

__attribute__((destructor)) static void leave(void)
{
	truth_end();
}

static pid_t reaped(pid_t pid)
{
	if (pid > 0)
		truth_dead(pid);
	return pid;
}

pid_t wait(int *status)
{
	return reaped(REAL(wait)(status));
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	return reaped(REAL(waitpid)(pid, status, options));
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	return reaped(REAL(wait4)(pid, status, options, usage));
}

/* The name of the process is its leader's. */
int prctl(int option, ...)
{
	uint64_t t0 = truth_now();
	unsigned long arg[4];
	va_list args;
	int err;

	va_start(args, option);
	for (int i = 0; i < 4; i++)
		arg[i] = va_arg(args, unsigned long);
	va_end(args);
	err = REAL(prctl)(option, arg[0], arg[1], arg[2], arg[3]);
	if (!err && option == PR_SET_NAME && gettid() == getpid())
		truth_comm(t0);
	return err;
}

int setns(int fd, int type)
{
	int err = REAL(setns)(fd, type);

	truth_netns();
	return err;
}

int unshare(int flags)
{
	int err = REAL(unshare)(flags);

	truth_netns();
	return err;
}
