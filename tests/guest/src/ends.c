// SPDX-License-Identifier: GPL-2.0
/*
 * Processes of many threads that end in a given way, all at the same time.
 *
 * usage: ends PROCESSES THREADS WAY [NUMBER]
 *	exit CODE	the leader calls exit(3) while the others wait
 *	together CODE	each thread ends by itself, the leader with CODE
 *	group CODE	each thread calls exit_group(2) at the same moment
 *	first CODE	the leader ends by itself, later a worker calls exit(3)
 *	last CODE	the leader ends first, with CODE; the workers by themselves
 *	exec		a worker executes true(1)
 *	vfork		the leader does, in a child of vfork(2)
 *	kill SIGNAL	the leader gets the signal
 *
 * Prints what wait(2) and itself know of each process, in the words of its
 * kmon_process_exit record. The processes' name is the way that they go.
 */
#include "common.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shared by all threads of all processes; the last one lets all go. */
static pthread_barrier_t *gate;

static const char *way;
static int nr_threads, number;

static bool is(const char *name)
{
	return !strcmp(way, name);
}

/* This thread alone; the C library's would end the process with the last. */
static void end_thread(int code)
{
	syscall(SYS_exit, code);
}

/* Whether the leader has ended and is only waiting for the others. */
static bool leader_has_ended(void)
{
	char path[64], line[256] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		die(path);
	fclose(file);
	state = strrchr(line, ')');
	return state && state[2] == 'Z';
}

static void execute(void)
{
	execlp("true", "true", NULL);
	_exit(127);
}

/* cppcheck-suppress constParameter ; what pthread_create() wants */
static void *worker(void *first)
{
	pthread_barrier_wait(gate);
	if (is("together") || is("last"))
		end_thread(3);
	if (is("group"))
		syscall(SYS_exit_group, number);
	if (is("first") && first) {
		while (!leader_has_ended())
			usleep(1000);
		exit(number);
	}
	if (is("exec") && first)
		execute();
	for (;;)
		pause();
}

static void spawn_workers(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 4 * PTHREAD_STACK_MIN);
	for (int i = 1; i < nr_threads; i++)
		if (pthread_create(&thread, &attr, worker,
				   i == 1 ? gate : NULL))
			die("thread");
}

static void lead(void)
{
	prctl(PR_SET_NAME, way);
	spawn_workers();
	pthread_barrier_wait(gate);
	if (is("exit"))
		exit(number);
	if (is("together") || is("last"))
		end_thread(number);
	if (is("group"))
		syscall(SYS_exit_group, number);
	if (is("first"))
		end_thread(1);
	if (is("vfork")) {
		if (!vfork())
			execute();
		wait(NULL);
		_exit(0);
	}
	if (is("kill"))
		kill(getpid(), number);
	for (;;)
		pause();
}

static pthread_barrier_t *make_gate(unsigned int nr)
{
	pthread_barrier_t *barrier;
	pthread_barrierattr_t attr;

	barrier = mmap(NULL, sizeof(*barrier), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (barrier == MAP_FAILED)
		die("mmap");
	pthread_barrierattr_init(&attr);
	pthread_barrierattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(barrier, &attr, nr);
	return barrier;
}

static void tell(pid_t pid, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	int core = WIFSIGNALED(status) && WCOREDUMP(status);

	printf("pid=%d comm=%s ppid=%d uid=%u exit_code=%d signal=%d core=%d threads=%d\n",
	       pid, is("exec") ? "true" : way, getpid(), getuid(), code, sig,
	       core, nr_threads);
}

int main(int argc, char **argv)
{
	int nr, status;
	pid_t pid;

	if (argc < 4) {
		fprintf(stderr, "usage: ends PROCESSES THREADS WAY [NUMBER]\n");
		return 2;
	}
	nr = atoi(argv[1]);
	nr_threads = atoi(argv[2]);
	way = argv[3];
	number = argc > 4 ? atoi(argv[4]) : 0;
	gate = make_gate(nr * nr_threads);
	for (int i = 0; i < nr; i++) {
		pid = fork();
		if (pid < 0)
			die("fork");
		if (!pid)
			lead();
	}
	while ((pid = wait(&status)) > 0)
		tell(pid, status);
	return 0;
}
