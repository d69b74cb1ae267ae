// SPDX-License-Identifier: GPL-2.0
/* kmon watch: packets, sockets and process exits as they happen. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "command.h"
#include "format.h"
#include "output.h"
#include "session.h"

#define ALL_EVENTS							\
	(1U << KMON_EVENT_PACKET | 1U << KMON_EVENT_SOCKET |		\
	 1U << KMON_EVENT_EXIT)

/**
 * struct options - of the command line
 * @events: bits of enum kmon_event_type; 0 for all
 * @json: objects, not columns
 * @existing: also the sockets that there are already
 * @count: events after which to stop; 0 for no limit
 * @seconds: after which to stop; 0 for no limit
 * @buffer_kib: of the kernel's buffers, of each CPU; 0 for the default
 * @output: file to write to; NULL for standard output
 * @command: what comes behind "--"; NULL for nothing
 */
struct options {
	unsigned int events;
	bool json;
	bool existing;
	unsigned long count;
	double seconds;
	unsigned int buffer_kib;
	const char *output;
	char **command;
};

/**
 * struct watch - a run
 * @opt: what is wanted
 * @session: gives the events
 * @format: makes text of them
 * @out: and this is written
 * @child: the command, where there is one
 * @signals: a signalfd
 * @timer: a timerfd, or -1
 * @interrupts: signals that asked for the end
 * @shown: events that were written, losses not counted
 * @lost: records that were lost
 */
struct watch {
	struct options opt;
	struct kmon_session *session;
	struct kmon_formatter format;
	struct output out;
	struct child child;
	int signals;
	int timer;
	int interrupts;
	unsigned long shown;
	uint64_t lost;
};

static const struct argp_option argp_options[] = {
	{ "events", 'e', "LIST", 0,
	  "Only these of packet, socket, exit; separated by commas", 0 },
	{ "json", 'j', NULL, 0, "One JSON object a line", 0 },
	{ "existing", 'x', NULL, 0,
	  "Begin with the sockets that there are already", 0 },
	{ "count", 'n', "COUNT", 0, "Stop after COUNT events", 0 },
	{ "time", 't', "SECONDS", 0, "Stop after SECONDS", 0 },
	{ "output", 'o', "FILE", 0, "Write to FILE", 0 },
	{ "buffer", 'b', "KIB", 0, "Size of the kernel's buffer of each CPU",
	  0 },
	{ 0 }
};

static unsigned long number(struct argp_state *state, const char *arg,
			    unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || !value || value > max)
		argp_error(state, "'%s' is not a number from 1 to %lu", arg,
			   max);
	return value;
}

static double seconds(struct argp_state *state, const char *arg)
{
	double value;
	char *end;

	value = strtod(arg, &end);
	if (end == arg || *end || !(value >= 0.001 && value <= 1e9))
		argp_error(state, "'%s' is not a number of seconds", arg);
	return value;
}

static unsigned int events(struct argp_state *state, const char *arg)
{
	static const struct {
		const char *name;
		enum kmon_event_type type;
	} names[] = {
		{ "packet", KMON_EVENT_PACKET },
		{ "socket", KMON_EVENT_SOCKET },
		{ "exit", KMON_EVENT_EXIT },
	};
	unsigned int bits = 0;
	size_t i, len;

	for (; *arg; arg += len + (arg[len] == ',')) {
		len = strcspn(arg, ",");
		for (i = 0; i < 3; i++)
			if (strlen(names[i].name) == len &&
			    !strncmp(arg, names[i].name, len))
				break;
		if (i == 3)
			argp_error(state,
				   "'%.*s' is no event: packet, socket or exit",
				   (int)len, arg);
		else
			bits |= 1U << names[i].type;
	}
	return bits;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opt = state->input;

	switch (key) {
	case 'e':
		opt->events |= events(state, arg);
		return 0;
	case 'j':
		opt->json = true;
		return 0;
	case 'x':
		opt->existing = true;
		return 0;
	case 'n':
		opt->count = number(state, arg, ULONG_MAX);
		return 0;
	case 't':
		opt->seconds = seconds(state, arg);
		return 0;
	case 'o':
		opt->output = arg;
		return 0;
	case 'b':
		opt->buffer_kib = number(state, arg, 1 << 20);
		return 0;
	case ARGP_KEY_ARG:
		if (!state->quoted || state->next <= state->quoted)
			argp_error(state, "'%s' was not expected", arg);
		opt->command = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse,
	.args_doc = "[-- COMMAND [ARG...]]",
	.doc = "Shows packets, sockets and process exits as they happen, with the process behind each.",
};

/* The timer and the signals are descriptors: one place waits for everything. */
static int prepare(struct watch *w, struct kmon_error *error)
{
	struct itimerspec spec = {
		.it_value.tv_sec = w->opt.seconds,
		.it_value.tv_nsec = (w->opt.seconds - (long)w->opt.seconds) * 1e9,
	};
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->signals < 0)
		return kmon_error_set(error, -errno, "signalfd: %s",
				      strerror(errno));
	w->timer = -1;
	if (!w->opt.seconds)
		return 0;
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (w->timer < 0 || timerfd_settime(w->timer, 0, &spec, NULL))
		return kmon_error_set(error, -errno, "timerfd: %s",
				      strerror(errno));
	return 0;
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

static int open_session(struct watch *w, struct kmon_error *error)
{
	struct kmon_session_options opt = {
		.events = w->opt.events,
		.buffer_kib = w->opt.buffer_kib,
	};
	int err;

	/* Who belongs to the command is known from forks. */
	if (w->opt.command)
		opt.events |= 1U << KMON_EVENT_FORK;
	w->session = kmon_session_open(&opt, error);
	if (!w->session)
		return -errno;
	if (w->opt.existing) {
		err = kmon_session_enumerate(w->session, error);
		if (err)
			return err;
	}
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
	return !w->child.family || child_is_family(&w->child, ev);
}

/* Show all that there is. Return: as kmon_session_next(), never 1. */
static int drain(struct watch *w)
{
	struct kmon_event ev;
	int err, got;

	while ((got = kmon_session_next(w->session, &ev)) > 0) {
		if (ev.type == KMON_EVENT_LOST)
			w->lost += ev.lost.count;
		else if (!is_wanted(w, &ev))
			continue;
		else if (w->opt.count && w->shown == w->opt.count)
			continue;
		else
			w->shown++;
		err = show(w, &ev);
		if (err)
			return err;
		if (w->opt.count && w->shown == w->opt.count)
			kmon_session_stop(w->session);
	}
	return got;
}

static int loop(struct watch *w)
{
	struct pollfd fds[] = {
		{ kmon_session_fd(w->session), POLLIN, 0 },
		{ w->signals, POLLIN, 0 },
		{ w->timer, POLLIN, 0 },
		{ w->child.pid ? w->child.fd : -1, POLLIN, 0 },
		/* Nothing to be asked for: that nobody reads is always told. */
		{ w->out.fd, 0, 0 },
	};
	int err, got;

	for (;;) {
		got = drain(w);
		err = got && got != -ENODATA ? got : flush(w);
		if (err)
			return err;
		if (got)
			return 0;
		if (poll(fds, 5, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[1].revents && interrupted(w))
			return -EINTR;
		if (fds[2].revents || fds[3].revents) {
			kmon_session_stop(w->session);
			fds[2].fd = fds[3].fd = -1;
			fds[2].revents = fds[3].revents = 0;
		}
		if (fds[4].revents & POLLERR)
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
static void report(struct watch *w)
{
	int status;

	if (w->lost)
		fprintf(stderr,
			"kmon: %llu records were lost, %lu shown: try a larger --buffer, or a filter\n",
			(unsigned long long)w->lost, w->shown);
	if (!w->child.pid || w->interrupts)
		return;
	status = child_status(&w->child);
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

	err = prepare(w, error);
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
	struct kmon_error error;
	int err;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &w.opt);
	if (!w.opt.events)
		w.opt.events = ALL_EVENTS;
	err = run(&w, &error);
	kmon_session_close(w.session);
	child_free(&w.child);
	return err ? failed(&error) : STATUS_OK;
}
