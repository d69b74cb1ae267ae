// SPDX-License-Identifier: GPL-2.0
/*
 * A process that does with sockets what it is told, one command a line.
 *
 * usage: actor NAME [SOCKET=FD...]
 * Commands come on standard input, answers go to standard output: "ok" and
 * what there is to tell, or "error" and why. Its name is also its comm.
 * $ACTOR_DIR has a pair of fifos, NAME.in and NAME.out, for each actor, and
 * the UNIX sockets over which they pass descriptors. Other than with common
 * programs, each step can be made to happen before the next one begins.
 */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_SOCKETS 32
#define MAX_WORDS 12
#define MAX_DATA 65536

static struct {
	char name[16];
	int fd;
} sockets[MAX_SOCKETS];

static const char *dir;
static int mailbox = -1;
static sem_t leader_may_exit;

__attribute__((format(printf, 1, 2)))
static void answer(const char *format, ...)
{
	char line[256] = "ok ";
	va_list args;

	va_start(args, format);
	vsnprintf(line + 3, sizeof(line) - 4, format, args);
	va_end(args);
	dprintf(STDOUT_FILENO, "%s\n", line);
}

static void answer_error(const char *what)
{
	dprintf(STDOUT_FILENO, "error %s: %s\n", what, strerrorname_np(errno));
}

/* For calls that return a negative number on error and nothing of interest. */
static void answer_call(int result, const char *what)
{
	if (result < 0)
		answer_error(what);
	else
		answer("%d", result);
}

/* Where the socket of that name is, -1 for none; "" finds a free place. */
static int place_of(const char *name)
{
	for (int i = 0; i < MAX_SOCKETS; i++)
		if (!strcmp(sockets[i].name, name))
			return i;
	return -1;
}

static int fd_of(const char *name)
{
	int i = place_of(name);

	return i < 0 ? -1 : sockets[i].fd;
}

static void keep(const char *name, int fd)
{
	int i = place_of("");

	if (i < 0)
		die("too many sockets");
	snprintf(sockets[i].name, sizeof(sockets[i].name), "%s", name);
	sockets[i].fd = fd;
}

/* socket S tcp4|tcp6|udp4|udp6 */
static void do_socket(char **word)
{
	int family = strchr(word[2], '6') ? AF_INET6 : AF_INET;
	int type = word[2][0] == 't' ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(family, type, 0);

	if (fd >= 0)
		keep(word[1], fd);
	answer_call(fd, "socket");
}

/* option S reuseaddr|reuseport|nonblock */
static void do_option(char **word)
{
	int option = strcmp(word[2], "reuseport") ? SO_REUSEADDR : SO_REUSEPORT;
	int fd = fd_of(word[1]), one = 1;

	if (!strcmp(word[2], "nonblock"))
		answer_call(fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl");
	else
		answer_call(setsockopt(fd, SOL_SOCKET, option, &one,
				       sizeof(one)), word[2]);
}

/* bind S ADDRESS PORT */
static void do_bind(char **word)
{
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, word[2], atoi(word[3]));

	answer_call(bind(fd_of(word[1]), (struct sockaddr *)&addr, len),
		    "bind");
}

/* listen S */
static void do_listen(char **word)
{
	answer_call(listen(fd_of(word[1]), 64), "listen");
}

/* connect S ADDRESS PORT: answers the local port */
static void do_connect(char **word)
{
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, word[2], atoi(word[3]));
	int fd = fd_of(word[1]);

	if (connect(fd, (struct sockaddr *)&addr, len) < 0) {
		answer_error("connect");
		return;
	}
	len = sizeof(addr);
	getsockname(fd, (struct sockaddr *)&addr, &len);
	answer("%d", port_of(&addr));
}

/* accept LISTENER S: answers the peer's port */
static void do_accept(char **word)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof(addr);
	int fd = accept(fd_of(word[1]), (struct sockaddr *)&addr, &len);

	if (fd < 0) {
		answer_error("accept");
		return;
	}
	keep(word[2], fd);
	answer("%d", port_of(&addr));
}

/* send S BYTES */
static void do_send(char **word)
{
	static const char data[MAX_DATA];

	answer_call(send(fd_of(word[1]), data, atoi(word[2]), MSG_NOSIGNAL),
		    "send");
}

/* sendto S ADDRESS PORT BYTES */
static void do_sendto(char **word)
{
	static const char data[MAX_DATA];
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, word[2], atoi(word[3]));

	answer_call(sendto(fd_of(word[1]), data, atoi(word[4]), MSG_NOSIGNAL,
			   (struct sockaddr *)&addr, len), "sendto");
}

/* recv S: answers how many bytes came and from which port */
static void do_recv(char **word)
{
	struct sockaddr_storage addr = {};
	socklen_t len = sizeof(addr);
	char data[MAX_DATA];
	ssize_t got;

	got = recvfrom(fd_of(word[1]), data, sizeof(data), 0,
		       (struct sockaddr *)&addr, &len);
	if (got < 0)
		answer_error("recv");
	else
		answer("%zd %d", got, port_of(&addr));
}

/* fill S: sends until the peer's window is full; answers how much it was */
static void do_fill(char **word)
{
	static const char data[MAX_DATA];
	size_t sum = 0;
	ssize_t put;

	while ((put = send(fd_of(word[1]), data, sizeof(data),
			   MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
		sum += put;
	if (errno == EAGAIN)
		answer("%zu", sum);
	else
		answer_error("send");
}

/* drain S: receives until the end; answers how much it was */
static void do_drain(char **word)
{
	char data[MAX_DATA];
	size_t sum = 0;
	ssize_t got;

	while ((got = recv(fd_of(word[1]), data, sizeof(data), 0)) > 0)
		sum += got;
	if (got < 0)
		answer_error("recv");
	else
		answer("%zu", sum);
}

/* shutdown S: no more will be sent */
static void do_shutdown(char **word)
{
	answer_call(shutdown(fd_of(word[1]), SHUT_WR), "shutdown");
}

/* close S */
static void do_close(char **word)
{
	int i = place_of(word[1]);

	answer_call(close(fd_of(word[1])), "close");
	if (i >= 0)
		sockets[i].name[0] = '\0';
}

static int channel(const char *name, const char *end, int flags)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s.%s", dir, name, end);
	fd = open(path, flags);
	if (fd < 0)
		die(path);
	return fd;
}

/* Takes the name, and the UNIX socket at which others pass descriptors. */
static void become(const char *name)
{
	char path[256];

	prctl(PR_SET_NAME, name);
	snprintf(path, sizeof(path), "%s/%s.sock", dir, name);
	if (mailbox >= 0)
		close(mailbox);
	mailbox = mailbox_at(path);
}

/* fork NAME: the child is an actor of its own; answers its pid */
static void do_fork(char **word)
{
	pid_t pid = fork();

	if (pid) {
		answer_call(pid, "fork");
		return;
	}
	dup2(channel(word[1], "in", O_RDONLY), STDIN_FILENO);
	dup2(channel(word[1], "out", O_WRONLY), STDOUT_FILENO);
	become(word[1]);
}

/* inetd S: as inetd does, runs cat with S as its 0, 1 and 2; answers its pid */
static void do_inetd(char **word)
{
	int fd = fd_of(word[1]);
	pid_t pid = fork();

	if (pid) {
		answer_call(pid, "fork");
		return;
	}
	for (int i = 0; i <= 2; i++)
		dup2(fd, i);
	close_range(3, ~0U, 0);
	execlp("cat", "cat", NULL);
	_exit(127);
}

/* exec NAME: the same program and sockets, the name of another */
static void do_exec(char **word)
{
	char *argv[MAX_SOCKETS + 3] = { "actor", word[1] };
	char path[256];
	int argc = 2;

	for (int i = 0; i < MAX_SOCKETS; i++)
		if (sockets[i].name[0] &&
		    asprintf(&argv[argc], "%s=%d", sockets[i].name,
			     sockets[i].fd) > 0)
			argc++;
	snprintf(path, sizeof(path), "%s/%s", dir, word[1]);
	if (symlink("/proc/self/exe", path) && errno != EEXIST)
		answer_error(path);
	execv(path, argv);
	answer_error("exec");
}

/* name NEW: by prctl, of this thread */
static void do_name(char **word)
{
	answer_call(prctl(PR_SET_NAME, word[1]), "prctl");
}

/* pass S NAME: sends the descriptor to the other actor and keeps its own */
static void do_pass(char **word)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s.sock", dir, word[2]);
	answer_call(send_fd(mailbox, path, fd_of(word[1])), "pass");
}

/* take S: receives a descriptor that was passed to this actor */
static void do_take(char **word)
{
	int fd = receive_fd(mailbox);

	if (fd >= 0)
		keep(word[1], fd);
	answer_call(fd, "take");
}

static void serve(void);

static void *thread_main(void *unused)
{
	answer("%d", gettid());
	serve();
	exit(0);
}

/*
 * thread: from here on, another thread than the leader does what this actor
 * is told; answers its id
 */
static void do_thread(char **word)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, thread_main, NULL))
		die("thread");
	sem_wait(&leader_may_exit);
	pthread_exit(NULL);
}

/* leaderexit: ends the leader, which has told another thread to take over */
static void do_leaderexit(char **word)
{
	answer_call(sem_post(&leader_may_exit), "leaderexit");
}

/* exit */
static void do_exit(char **word)
{
	answer("bye");
	exit(0);
}

static const struct command {
	const char *name;
	int nr_args;
	void (*run)(char **word);
} commands[] = {
	{ "socket", 2, do_socket },	{ "option", 2, do_option },
	{ "bind", 3, do_bind },		{ "listen", 1, do_listen },
	{ "connect", 3, do_connect },	{ "accept", 2, do_accept },
	{ "send", 2, do_send },		{ "sendto", 4, do_sendto },
	{ "recv", 1, do_recv },		{ "fill", 1, do_fill },
	{ "drain", 1, do_drain },	{ "shutdown", 1, do_shutdown },
	{ "close", 1, do_close },	{ "fork", 1, do_fork },
	{ "inetd", 1, do_inetd },	{ "exec", 1, do_exec },
	{ "name", 1, do_name },		{ "pass", 2, do_pass },
	{ "take", 1, do_take },		{ "thread", 0, do_thread },
	{ "leaderexit", 0, do_leaderexit }, { "exit", 0, do_exit },
};

static void obey(char *line)
{
	char *word[MAX_WORDS] = {}, *rest = line;
	int nr = 0;

	while (nr < MAX_WORDS && (word[nr] = strtok_r(rest, " \n", &rest)))
		nr++;
	for (size_t i = 0; nr && i < sizeof(commands) / sizeof(*commands); i++) {
		if (!strcmp(commands[i].name, word[0]) &&
		    commands[i].nr_args == nr - 1) {
			commands[i].run(word);
			return;
		}
	}
	errno = EINVAL;
	answer_error(nr ? word[0] : "nothing");
}

/* One read(2) a byte: a child or a thread may take over after any line. */
static void serve(void)
{
	char line[256];
	size_t len = 0;

	while (read(STDIN_FILENO, &line[len], 1) == 1) {
		if (len < sizeof(line) - 2 && line[len] != '\n') {
			len++;
			continue;
		}
		line[len] = '\0';
		len = 0;
		obey(line);
	}
}

int main(int argc, char **argv)
{
	dir = getenv("ACTOR_DIR");
	if (argc < 2 || !dir) {
		fputs("usage: ACTOR_DIR=DIR actor NAME\n", stderr);
		return 2;
	}
	sem_init(&leader_may_exit, 0, 0);
	for (int i = 2; i < argc; i++) {
		char *name = strtok(argv[i], "=");
		keep(name, atoi(strtok(NULL, "=")));
	}
	become(argv[1]);
	answer("%d", getpid());
	serve();
	return 0;
}
