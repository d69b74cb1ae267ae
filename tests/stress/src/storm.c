// SPDX-License-Identifier: GPL-2.0
/* Processes, descriptors or connections without end, until the time is up. */
#include "storm.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static time_t end;
static uint64_t chance;

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Leaves some of the machine to the others: a millisecond in about four. */
bool going(void)
{
	static struct timespec last;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	if ((ts.tv_sec - last.tv_sec) * 1000 +
	    (ts.tv_nsec - last.tv_nsec) / 1000000 >= 3) {
		usleep(1000);
		last = ts;
	}
	return ts.tv_sec < end;
}

/* xorshift64: the same seed gives the same storm, as far as one process goes. */
unsigned int pick(unsigned int n)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return (chance >> 32) % n;
}

pid_t spawn(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	chance = (chance ^ (uint64_t)getpid() * 0x9e3779b97f4a7c15ull) | 1;
	return 0;
}

unsigned int reap(unsigned int nr)
{
	while (nr && waitpid(-1, NULL, WNOHANG) > 0)
		nr--;
	return nr;
}

static socklen_t any_loopback(struct sockaddr_storage *addr, int family)
{
	memset(addr, 0, sizeof(*addr));
	addr->ss_family = family;
	if (family == AF_INET6) {
		((struct sockaddr_in6 *)addr)->sin6_addr = in6addr_loopback;
		return sizeof(struct sockaddr_in6);
	}
	((struct sockaddr_in *)addr)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sizeof(struct sockaddr_in);
}

int any_socket(void)
{
	int family = pick(2) ? AF_INET : AF_INET6;
	struct sockaddr_storage addr;
	socklen_t len;
	int fd;

	fd = socket(family, pick(2) ? SOCK_STREAM : SOCK_DGRAM, 0);
	len = any_loopback(&addr, family);
	if (fd >= 0 && !pick(3))
		bind(fd, (struct sockaddr *)&addr, len);
	return fd;
}

bool connection(int ends[2])
{
	int family = pick(2) ? AF_INET : AF_INET6;
	struct sockaddr_storage addr;
	socklen_t len = any_loopback(&addr, family);
	int listener = socket(family, SOCK_STREAM, 0);

	ends[0] = socket(family, SOCK_STREAM, 0);
	ends[1] = -1;
	if (listener >= 0 && ends[0] >= 0 &&
	    !bind(listener, (struct sockaddr *)&addr, len) &&
	    !listen(listener, 8) &&
	    !getsockname(listener, (struct sockaddr *)&addr, &len) &&
	    !connect(ends[0], (struct sockaddr *)&addr, len))
		ends[1] = accept(listener, NULL, NULL);
	close(listener);
	if (ends[1] >= 0)
		return true;
	close(ends[0]);
	return false;
}

static const struct {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{ "procs", storm_procs },
	{ "fds", storm_fds },
	{ "conns", storm_conns },
};

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc != 4) {
		fprintf(stderr, "usage: storm procs|fds|conns SECONDS SEED\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	end = now() + atoi(argv[2]);
	chance = strtoul(argv[3], NULL, 0) * 0x9e3779b97f4a7c15ull | 1;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(argv[1], kinds[i].name))
			continue;
		kinds[i].run();
		return 0;
	}
	fprintf(stderr, "storm: unknown kind '%s'\n", argv[1]);
	return 2;
}
