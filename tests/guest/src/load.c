// SPDX-License-Identifier: GPL-2.0
/*
 * Short-lived clients against a TCP server of many processes, with the truth.
 *
 * usage: load fork|prefork 4|6 PORT CLIENTS PARALLEL
 * Each client is a process of its own: connect, send, read, exit. With "fork"
 * the server forks a child per connection and closes its descriptor; with
 * "prefork" eight children accept on one listener. At the end it prints who
 * held which connection when, as the processes wrote it down themselves:
 *
 *	SIDE FAMILY PORT#N PID COMM GAIN-ENTER GAIN-RETURN LOSE-ENTER LOSE-RETURN
 *
 * SIDE is client, server or, with port 0, listener. PORT is the client's, and N
 * counts the connections that had it, as the kernel soon gives it away again.
 * The times (CLOCK_MONOTONIC, us) are those of the calls that gave the process
 * the socket and took it away.
 */
#include "common.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUEST 100
#define REPLY 200
#define WORKERS 8
#define PIDS (1 << 22)
#define MAX_HOLDS 100000

enum { GAIN_ENTER, GAIN_RETURN, LOSE_ENTER, LOSE_RETURN };

struct hold {
	const char *side;
	int port;
	pid_t pid;
	uint64_t time[4];
};

/* Shared by all processes; what each appends is read after they have ended. */
static struct {
	atomic_int ready;
	atomic_int served;
	atomic_int nr_holds;
	struct hold holds[MAX_HOLDS];
	uint64_t reaped[PIDS];
} *truth;

static int family, port, nr_clients, parallel;

static void note(const char *side, int peer, pid_t pid, const uint64_t *time)
{
	int i = atomic_fetch_add(&truth->nr_holds, 1);

	if (i >= MAX_HOLDS)
		die("too many holds");
	truth->holds[i].side = side;
	truth->holds[i].port = peer;
	truth->holds[i].pid = pid;
	memcpy(truth->holds[i].time, time, sizeof(truth->holds[i].time));
}

/* The end of a hold: by close, or by the exit that the parent sees. */
static void let_go(const char *side, int peer, int fd, bool closing,
		   uint64_t *time)
{
	time[LOSE_ENTER] = now_us();
	if (closing) {
		close(fd);
		time[LOSE_RETURN] = now_us();
	}
	note(side, peer, getpid(), time);
}

/* Reaps children. Return: whether there was one; false when none is left. */
static bool reap(int options)
{
	int status;
	pid_t pid = waitpid(-1, &status, options);

	if (pid <= 0)
		return false;
	truth->reaped[pid] = now_us();
	if (status && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)) {
		fprintf(stderr, "load: a process failed: status %d\n", status);
		exit(1);
	}
	return true;
}

static void client(int number)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);
	uint64_t time[4] = { now_us() };
	char data[REPLY] = {};
	int fd;

	prctl(PR_SET_NAME, "client");
	fd = connect_to(family, port);
	if (fd < 0)
		die("connect");
	time[GAIN_RETURN] = now_us();
	getsockname(fd, (struct sockaddr *)&addr, &len);
	if (!write_all(fd, data, REQUEST) || !read_all(fd, data, REPLY))
		die("client");
	let_go("client", port_of(&addr), fd, number % 2, time);
	_exit(0);
}

/* Every third waits for the client's end, so that both sides close first. */
static void answer(int fd, int number)
{
	char data[REPLY] = {};

	if (!read_all(fd, data, REQUEST) || !write_all(fd, data, REPLY))
		die("server");
	if (number % 3 == 0)
		read_all(fd, data, 1);
}

static int accept_peer(int listener, int *peer, uint64_t *time)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);
	int fd;

	time[GAIN_ENTER] = now_us();
	fd = accept(listener, (struct sockaddr *)&addr, &len);
	if (fd < 0)
		die("accept");
	time[GAIN_RETURN] = now_us();
	*peer = port_of(&addr);
	return fd;
}

/* A child of the forking server, from the fork that began at a given time. */
static void child(int listener, int fd, int peer, int number, uint64_t start)
{
	uint64_t conn[4] = { start, now_us() }, listening[4] = { start, now_us() };

	let_go("listener", 0, listener, true, listening);
	answer(fd, number);
	let_go("server", peer, fd, number % 2, conn);
	_exit(0);
}

static void fork_server(int listener)
{
	uint64_t conn[4], start;
	int fd, peer;

	for (int i = 0; i < nr_clients; i++) {
		fd = accept_peer(listener, &peer, conn);
		start = now_us();
		if (!fork())
			child(listener, fd, peer, i, start);
		let_go("server", peer, fd, true, conn);
		while (reap(WNOHANG))
			;
	}
}

static void worker(int listener)
{
	uint64_t conn[4];
	int fd, peer;

	note("listener", 0, getpid(), (uint64_t[4]){ 0, 0, UINT64_MAX, UINT64_MAX });
	atomic_fetch_add(&truth->ready, 1);
	for (int i = 0;; i++) {
		fd = accept_peer(listener, &peer, conn);
		answer(fd, i);
		let_go("server", peer, fd, true, conn);
		atomic_fetch_add(&truth->served, 1);
	}
}

static void prefork_server(int listener)
{
	pid_t workers[WORKERS];

	for (int i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		if (!workers[i])
			worker(listener);
	}
	while (atomic_load(&truth->served) < nr_clients)
		usleep(1000);
	for (int i = 0; i < WORKERS; i++)
		kill(workers[i], SIGTERM);
}

static void server(bool prefork)
{
	int listener;

	prctl(PR_SET_NAME, "server");
	listener = listen_on(family, port);
	note("listener", 0, getpid(), (uint64_t[4]){ 0, 0, UINT64_MAX, UINT64_MAX });
	atomic_fetch_add(&truth->ready, 1);
	if (prefork)
		prefork_server(listener);
	else
		fork_server(listener);
	while (reap(0))
		;
	exit(0);
}

/*
 * Which of the connections that had its port a hold is of. The client's end of
 * one begins after the server has accepted it and before the port is free.
 */
static int generation(const struct hold *hold)
{
	int nr = atomic_load(&truth->nr_holds), n = 1;
	const struct hold *other = truth->holds;

	for (; nr--; other++)
		if (other->port == hold->port && !strcmp(other->side, "client") &&
		    other->time[LOSE_ENTER] < hold->time[GAIN_RETURN])
			n++;
	return n;
}

static void print_truth(void)
{
	const struct hold *hold = truth->holds;
	uint64_t end;

	for (int i = atomic_load(&truth->nr_holds); i--; hold++) {
		end = hold->time[LOSE_RETURN] ?: truth->reaped[hold->pid];
		printf("%s %d %d#%d %d %s %lu %lu %lu %lu\n", hold->side, family,
		       hold->port, hold->port ? generation(hold) : 0, hold->pid,
		       hold->side[0] == 'c' ? "client" : "server",
		       hold->time[GAIN_ENTER], hold->time[GAIN_RETURN],
		       hold->time[LOSE_ENTER], end);
	}
}

int main(int argc, char **argv)
{
	bool prefork;

	if (argc != 6) {
		fputs("usage: load fork|prefork 4|6 PORT CLIENTS PARALLEL\n",
		      stderr);
		return 2;
	}
	family = atoi(argv[2]);
	port = atoi(argv[3]);
	nr_clients = atoi(argv[4]);
	parallel = atoi(argv[5]);
	truth = mmap(NULL, sizeof(*truth), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (truth == MAP_FAILED)
		die("mmap");
	prefork = !strcmp(argv[1], "prefork");
	if (!fork())
		server(prefork);
	while (atomic_load(&truth->ready) < (prefork ? WORKERS + 1 : 1))
		usleep(1000);
	for (int i = 0; i < nr_clients; i++) {
		if (i >= parallel)
			reap(0);
		if (!fork())
			client(i);
	}
	while (reap(0))
		;
	print_truth();
	return 0;
}
