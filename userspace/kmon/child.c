// SPDX-License-Identifier: GPL-2.0
/* The command after "--", and the processes that come from it. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* No thread id is higher: the kernel's PID_MAX_LIMIT. */
#define TID_LIMIT (4 << 20)

static void set_family(struct child *child, int32_t tid, bool member)
{
	uint64_t bit = 1ULL << (tid & 63);

	if (tid <= 0 || tid >= TID_LIMIT)
		return;
	if (member)
		child->family[tid / 64] |= bit;
	else
		child->family[tid / 64] &= ~bit;
}

static bool is_family(const struct child *child, int32_t tid)
{
	return tid > 0 && tid < TID_LIMIT &&
	       child->family[tid / 64] >> (tid & 63) & 1;
}

static void become(char **argv, int go, int failed)
{
	sigset_t none;
	char byte;
	int err;

	/* The end of this pipe is what it waits for; a byte never comes. */
	if (read(go, &byte, 1))
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	err = errno;
	if (write(failed, &err, sizeof(err)) < 0)
		_exit(127);
	_exit(127);
}

int child_prepare(struct child *child, char **argv, struct kmon_error *error)
{
	int go[2], failed[2];

	*child = (struct child){ .fd = -1, .go = -1, .failed = -1 };
	child->family = calloc(TID_LIMIT / 64, sizeof(*child->family));
	if (!child->family || pipe2(go, O_CLOEXEC))
		return kmon_error_set(error, -errno, "%s", strerror(errno));
	if (pipe2(failed, O_CLOEXEC)) {
		close(go[0]);
		close(go[1]);
		return kmon_error_set(error, -errno, "%s", strerror(errno));
	}
	child->pid = fork();
	if (!child->pid) {
		close(go[1]);
		become(argv, go[0], failed[1]);
	}
	close(go[0]);
	close(failed[1]);
	child->go = go[1];
	child->failed = failed[0];
	if (child->pid < 0) {
		child->pid = 0;
		return kmon_error_set(error, -errno, "cannot fork: %s",
				      strerror(errno));
	}
	child->fd = pidfd_open(child->pid, 0);
	if (child->fd < 0)
		return kmon_error_set(error, -errno, "pidfd_open: %s",
				      strerror(errno));
	set_family(child, child->pid, true);
	return 0;
}

int child_go(struct child *child, const char *name, struct kmon_error *error)
{
	ssize_t len;
	int err;

	close(child->go);
	child->go = -1;
	do
		len = read(child->failed, &err, sizeof(err));
	while (len < 0 && errno == EINTR);
	if (len != sizeof(err))
		return 0;
	return kmon_error_set(error, -err, "cannot run '%s': %s", name,
			      strerror(err));
}

int child_status(struct child *child)
{
	int status = 0;

	waitpid(child->pid, &status, 0);
	child->pid = 0;
	return status;
}

void child_free(struct child *child)
{
	if (!child->family)
		return;
	if (child->pid > 0 && child->go >= 0) {
		kill(child->pid, SIGKILL);
		child_status(child);
	}
	if (child->go >= 0)
		close(child->go);
	if (child->failed >= 0)
		close(child->failed);
	if (child->fd >= 0)
		close(child->fd);
	free(child->family);
	memset(child, 0, sizeof(*child));
}

/* A thread id of the family's that is given out again is not in it any more. */
static void note_fork(struct child *child, const struct kmon_fork *fork)
{
	set_family(child, fork->child, is_family(child, fork->parent));
}

bool child_is_family(struct child *child, const struct kmon_event *ev)
{
	switch (ev->type) {
	case KMON_EVENT_PACKET:
		return is_family(child, ev->packet.pid);
	case KMON_EVENT_SOCKET:
		return is_family(child, ev->socket.pid);
	case KMON_EVENT_EXIT:
		return is_family(child, ev->exit.pid);
	case KMON_EVENT_FORK:
		note_fork(child, &ev->fork);
		return false;
	case KMON_EVENT_LOST:
		return true;
	}
	return false;
}
