// SPDX-License-Identifier: GPL-2.0
/* kmon watch: packets, sockets and process exits as they happen. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "command.h"
#include "filter.h"
#include "format.h"
#include "output.h"
#include "session.h"
#include "watch_options.h"

/**
 * struct watch - a run
 * @opt: what is wanted
 * @session_opt: and what that is for the session
 * @session: gives the events
 * @filter: says which are wanted
 * @rough: bits of the types of which the kernel lets more pass
 * @format: makes text of them
 * @out: and this is written
 * @child: the command, where there is one
 * @child_status: what became of it, as of waitpid(); 0 while it runs
 * @signals: a signalfd
 * @timer: a timerfd, or -1
 * @interrupts: signals that asked for the end
 * @shown: events that were written, losses not counted
 * @lost: records that were lost
 */
struct watch {
	struct watch_options opt;
	struct kmon_session_options session_opt;
	struct kmon_session *session;
	struct kmon_filter *filter;
	unsigned int rough;
	struct kmon_formatter format;
	struct output out;
	struct child child;
	int child_status;
	int signals;
	int timer;
	int interrupts;
	unsigned long shown;
	uint64_t lost;
};

/* Signals and time are descriptors: one place waits for everything. */
static int catch_signals(struct watch *w, struct kmon_error *error)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGQUIT);
	/* Unless nohup keeps it from us. */
	if (signal(SIGHUP, SIG_DFL) == SIG_IGN)
		signal(SIGHUP, SIG_IGN);
	else
		sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals >= 0)
		return 0;
	return kmon_error_set(error, -errno, "signalfd: %s", strerror(errno));
}

/* From when everything is recorded. */
static int start_timer(struct watch *w, struct kmon_error *error)
{
	struct itimerspec spec = {
		.it_value.tv_sec = w->opt.seconds,
		.it_value.tv_nsec = (w->opt.seconds - (long)w->opt.seconds) * 1e9,
	};

	w->timer = -1;
	if (!w->opt.seconds)
		return 0;
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (w->timer >= 0 && !timerfd_settime(w->timer, 0, &spec, NULL))
		return 0;
	return kmon_error_set(error, -errno, "timerfd: %s", strerror(errno));
}

static int open_output(struct watch *w, struct kmon_error *error)
{
	int fd = STDOUT_FILENO;

	if (w->opt.output) {
		fd = open(w->opt.output,
			  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (fd < 0)
			return kmon_error_set(error, -errno,
					      "cannot write to %s: %s",
					      w->opt.output, strerror(errno));
	}
	output_init(&w->out, fd);
	kmon_formatter_init(&w->format, !w->opt.output && wants_colour());
	return 0;
}

/* Leave to the kernel what it can do; events that never pass stay disabled. */
static int choose_events(struct watch *w, struct kmon_error *error)
{
	static char texts[KMON_EVENT_FORK][KMON_FILTER_MAX];
	struct kmon_session_options *opt = &w->session_opt;
	enum kmon_filter_share share;
	int type;

	opt->buffer_kib = w->opt.buffer_kib;
	for (type = 0; type < KMON_EVENT_FORK; type++) {
		if (!(w->opt.events & 1U << type))
			continue;
		share = kmon_filter_kernel(w->filter, type, texts[type],
					   sizeof(texts[type]));
		if (share == KMON_FILTER_NEVER)
			continue;
		opt->events |= 1U << type;
		opt->filters[type] = texts[type];
		if (share == KMON_FILTER_ROUGH)
			w->rough |= 1U << type;
	}
	if (!opt->events)
		return kmon_error_set(error, -EINVAL,
				      "no event has all that the filter asks for");
	/* Who belongs to a command is known from forks. */
	if (w->opt.command)
		opt->events |= 1U << KMON_EVENT_FORK;
	return 0;
}

static int open_session(struct watch *w, struct kmon_error *error)
{
	int err;

	w->session = kmon_session_open(&w->session_opt, error);
	if (!w->session)
		return -errno;
	err = start_timer(w, error);
	if (!err && w->opt.existing)
		err = kmon_session_enumerate(w->session, error);
	if (err)
		return err;
	return w->child.pid ? child_go(&w->child, w->opt.command[0], error) : 0;
}

/*
 * The first one stops the recording, and what was recorded is still shown; the
 * second ends that too.
 *
 * Return: whether to end at once.
 */
static bool interrupted(struct watch *w)
{
	struct signalfd_siginfo info;

	while (read(w->signals, &info, sizeof(info)) == sizeof(info))
		w->interrupts++;
	if (w->interrupts)
		kmon_session_stop(w->session);
	return w->interrupts > 1;
}

static int flush(struct watch *w)
{
	int err;

	while ((err = output_flush(&w->out, w->signals)) == -EAGAIN)
		if (interrupted(w))
			return -EINTR;
	return err;
}

/* Return: 0 or a negative errno. */
static int show(struct watch *w, const struct kmon_event *ev)
{
	char *line = output_room(&w->out, KMON_FORMAT_MAX);
	int err = line ? 0 : flush(w);

	if (err)
		return err;
	if (!line)
		line = output_room(&w->out, KMON_FORMAT_MAX);
	output_add(&w->out, w->opt.json ?
			kmon_format_json(&w->format, ev, line) :
			kmon_format_text(&w->format, ev, line));
	return 0;
}

static bool is_wanted(struct watch *w, const struct kmon_event *ev)
{
	if (w->child.family && !child_is_family(&w->child, ev))
		return false;
	return !(w->rough & 1U << ev->type) ||
	       kmon_filter_match(w->filter, ev);
}

/* So many events are shown before signals are looked for again. */
#define DRAIN_MAX 1000

/*
 * Show what there is, up to a point. Return: 1 where there may be more, 0 where
 * there is nothing now, -ENODATA at the end, or another negative errno.
 */
static int drain(struct watch *w)
{
	struct kmon_event ev;
	int i, err, got = 1;

	for (i = 0; i < DRAIN_MAX; i++) {
		got = kmon_session_next(w->session, &ev);
		if (got <= 0)
			return got;
		if (ev.type == KMON_EVENT_LOST)
			w->lost += ev.lost.count;
		else if (!is_wanted(w, &ev))
			continue;
		else
			w->shown++;
		err = show(w, &ev);
		if (err)
			return err;
		if (w->opt.count && w->shown == w->opt.count)
			return -ENODATA;
	}
	return got;
}

/* What to wait for: an index of the array in loop(). */
enum { FD_SESSION, FD_SIGNALS, FD_TIMER, FD_CHILD, FD_OUTPUT, NR_FDS };

static int loop(struct watch *w)
{
	struct pollfd fds[NR_FDS] = {
		[FD_SESSION] = { kmon_session_fd(w->session), POLLIN, 0 },
		[FD_SIGNALS] = { w->signals, POLLIN, 0 },
		[FD_TIMER] = { w->timer, POLLIN, 0 },
		[FD_CHILD] = { w->child.pid ? w->child.fd : -1, POLLIN, 0 },
		/* Nothing to be asked for: that nobody reads is always told. */
		[FD_OUTPUT] = { w->out.fd, 0, 0 },
	};
	int err, got;

	for (;;) {
		got = drain(w);
		err = got == 1 ? 0 : got && got != -ENODATA ? got : flush(w);
		if (err)
			return err;
		if (got < 0)
			return 0;
		if (poll(fds, NR_FDS, got ? 0 : -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[FD_SIGNALS].revents && interrupted(w))
			return -EINTR;
		if (fds[FD_TIMER].revents || fds[FD_CHILD].revents)
			kmon_session_stop(w->session);
		if (fds[FD_TIMER].revents)
			fds[FD_TIMER].fd = -1;
		if (fds[FD_CHILD].revents) {
			w->child_status = child_status(&w->child);
			fds[FD_CHILD].fd = -1;
		}
		if (fds[FD_OUTPUT].revents & (POLLERR | POLLHUP))
			return -EPIPE;
	}
}

static int header(struct watch *w)
{
	if (w->opt.json)
		return 0;
	output_add(&w->out,
		   kmon_format_header(output_room(&w->out, KMON_FORMAT_MAX)));
	return flush(w);
}

/* What is not to be seen in the output. */
static void report(const struct watch *w)
{
	int status = w->child_status;

	if (w->lost)
		fprintf(stderr,
			"kmon: %llu records were lost, %lu shown: try a larger --buffer, or a filter\n",
			(unsigned long long)w->lost, w->shown);
	if (WIFSIGNALED(status))
		fprintf(stderr, "kmon: '%s' was ended by signal %d\n",
			w->opt.command[0], WTERMSIG(status));
	else if (WEXITSTATUS(status))
		fprintf(stderr, "kmon: '%s' ended with status %d\n",
			w->opt.command[0], WEXITSTATUS(status));
}

static int run(struct watch *w, struct kmon_error *error)
{
	int err;

	err = catch_signals(w, error);
	if (!err)
		err = open_output(w, error);
	if (!err && w->opt.command)
		err = child_prepare(&w->child, w->opt.command, error);
	if (!err)
		err = open_session(w, error);
	if (err)
		return err;
	err = header(w);
	if (!err)
		err = loop(w);
	if (err == -EPIPE)
		err = 0;
	if (err == -EINTR)
		kmon_error_set(error, err,
			       "interrupted: what was still recorded is not shown");
	else if (err)
		kmon_error_set(error, err, "%s", strerror(-err));
	report(w);
	return err;
}

int cmd_watch(int argc, char **argv)
{
	static struct watch w;
	struct kmon_error error = { "" };
	int err;

	watch_options_parse(argc, argv, &w.opt);
	w.filter = select_filter(&w.opt.select, &error);
	if (!w.filter || choose_events(&w, &error)) {
		failed(&error);
		kmon_filter_free(w.filter);
		return STATUS_USAGE;
	}
	err = run(&w, &error);
	kmon_session_close(w.session);
	child_free(&w.child);
	kmon_filter_free(w.filter);
	return err ? failed(&error) : STATUS_OK;
}
