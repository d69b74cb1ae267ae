// SPDX-License-Identifier: GPL-2.0
/* Processes that end in every way there is, a few at a time. */
#include "storm.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_MAX 12
#define THREADS 4

static void *sleeps(void *unused)
{
	pause();
	return unused;
}

static void *ends_soon(void *unused)
{
	usleep(pick(2000));
	return unused;
}

static void *ends_all(void *unused)
{
	usleep(pick(2000));
	exit(3);
	return unused;
}

static void *executes(void *unused)
{
	execl("/bin/true", "true", NULL);
	return unused;
}

/* A table of descriptors of its own, with sockets in it. */
static void *own_files(void *unused)
{
	unsigned int i;

	unshare(CLONE_FILES);
	for (i = 0; i < 4; i++)
		any_socket();
	usleep(pick(2000));
	return unused;
}

static void threads(void *(*most)(void *), void *(*last)(void *))
{
	pthread_t thread;
	unsigned int i;

	for (i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, i ? most : last, NULL);
}

static void plain(void)
{
	_exit(pick(256));
}

static void killed(void)
{
	static const int signals[] = { SIGKILL, SIGTERM, SIGSEGV, SIGABRT };

	kill(getpid(), signals[pick(4)]);
	pause();
}

static void with_sockets(void)
{
	unsigned int i;
	int ends[2];

	for (i = 0; i < 8; i++)
		any_socket();
	connection(ends);
	/* A grandchild that outlives its parent with all of them. */
	if (pick(2) && !fork()) {
		usleep(pick(5000));
		_exit(0);
	}
	_exit(0);
}

static void another_thread_exits(void)
{
	threads(sleeps, ends_all);
	pause();
}

static void leader_first(void)
{
	threads(ends_soon, own_files);
	pthread_exit(NULL);
}

static void thread_executes(void)
{
	threads(sleeps, executes);
	pause();
}

static void threads_killed(void)
{
	threads(own_files, sleeps);
	usleep(pick(1000));
	kill(getpid(), SIGKILL);
	pause();
}

static void vforks(void)
{
	pid_t pid = vfork();

	if (!pid) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	_exit(0);
}

static void in_namespaces(void)
{
	pid_t pid;

	if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET))
		_exit(1);
	pid = fork();
	if (!pid) {
		any_socket();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	_exit(0);
}

static void renamed(void)
{
	prctl(PR_SET_NAME, pick(2) ? "a\nb\\c\x1b[m" : "");
	_exit(0);
}

void storm_procs(void)
{
	static void (* const acts[])(void) = {
		plain, plain, killed, with_sockets, another_thread_exits,
		leader_first, thread_executes, threads_killed, vforks,
		in_namespaces, renamed,
	};
	unsigned int nr = 0;

	while (going()) {
		nr = reap(nr);
		if (nr >= CHILDREN_MAX) {
			usleep(1000);
			continue;
		}
		switch (spawn()) {
		case 0:
			acts[pick(sizeof(acts) / sizeof(*acts))]();
			_exit(0);
		case -1:
			usleep(10000);
			break;
		default:
			nr++;
		}
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
}
