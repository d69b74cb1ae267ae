// SPDX-License-Identifier: GPL-2.0
/* Live events: an own tracing instance, its reader, and its removal. */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpus.h"
#include "instance.h"
#include "merge.h"
#include "reader.h"
#include "stats.h"

#define BUFFER_KIB_MAX 8192
#define BUFFER_KIB_MIN 64

/**
 * struct kmon_session - an instance and its reader
 * @instance: the tracing instance
 * @events: see struct kmon_session_options
 * @stopped: the events are disabled again
 * @dec: takes records apart
 * @pages: queue from @reader to @merge
 * @merge: puts the records of all CPUs in order
 * @reader: fills @pages
 */
struct kmon_session {
	struct kmon_instance *instance;
	unsigned int events;
	bool stopped;
	struct kmon_decoder *dec;
	struct kmon_pages *pages;
	struct kmon_merge *merge;
	struct kmon_reader *reader;
};

static unsigned int default_buffer_kib(void)
{
	unsigned int nr = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int kib = KMON_SESSION_BUFFERS_MIB * 1024 / (nr ? nr : 1);

	if (kib < BUFFER_KIB_MIN)
		return BUFFER_KIB_MIN;
	return kib < BUFFER_KIB_MAX ? kib : BUFFER_KIB_MAX;
}

/* A default that memory is too short for is halved; a wish is not. */
static int set_buffer(struct kmon_session *s, unsigned int wish,
		      unsigned int *kib, struct kmon_error *error)
{
	char text[16];
	int err;

	*kib = wish ? wish : default_buffer_kib();
	for (;;) {
		snprintf(text, sizeof(text), "%u", *kib);
		err = kmon_instance_set(s->instance, "buffer_size_kb", text,
					error);
		if (err != -ENOMEM || wish || *kib <= BUFFER_KIB_MIN)
			return err;
		*kib /= 2;
	}
}

/*
 * One clock for all CPUs, and the one that start times are of. A reader is
 * woken up by the first record, not by a share of the buffer: with any share
 * some kernels never do.
 */
static int set_up(struct kmon_session *s, unsigned int wish, unsigned int *kib,
		  struct kmon_error *error)
{
	int err = kmon_instance_set(s->instance, "trace_clock", "mono", error);

	if (!err)
		err = kmon_instance_set(s->instance, "buffer_percent", "0",
					error);
	if (!err)
		err = set_buffer(s, wish, kib, error);
	return err;
}

static bool is_wanted(const struct kmon_session *s, int type)
{
	return s->events & 1U << type;
}

static int set_filters(struct kmon_session *s, const char *const *filters,
		       struct kmon_error *error)
{
	int type, err = 0;

	for (type = 0; !err && type < KMON_NR_RECORDS; type++)
		if (is_wanted(s, type) && filters[type] && *filters[type])
			err = kmon_instance_filter(s->instance, type,
						   filters[type], error);
	return err;
}

static int enable(struct kmon_session *s, struct kmon_error *error)
{
	int type, err = 0;

	for (type = 0; !err && type < KMON_NR_RECORDS; type++)
		if (is_wanted(s, type))
			err = kmon_instance_enable(s->instance, type, error);
	return err;
}

static int start_reading(struct kmon_session *s, unsigned int kib,
			 struct kmon_error *error)
{
	s->pages = kmon_pages_new((size_t)KMON_SESSION_QUEUE_MIB << 20);
	if (s->pages)
		s->merge = kmon_merge_new(s->pages, s->dec,
					  kmon_cpus_possible());
	if (!s->merge)
		return kmon_error_set(error, -errno, "%s", strerror(errno));
	s->reader = kmon_reader_start(kmon_instance_dir(s->instance),
				      (size_t)kib << 10, s->pages, error);
	return s->reader ? 0 : -errno;
}

/* Without debugfs there is no number, but the formats are looked at. */
static int check_version(struct kmon_error *error)
{
	struct kmon_stats stats;
	uint64_t version;

	if (kmon_stats_read(&stats, error) ||
	    !kmon_stats_find(&stats, "abi_version", &version) ||
	    version == KMON_ABI_VERSION)
		return 0;
	return kmon_error_set(error, -EPROTO,
			      "the module's records are of version %llu, this program knows %d: install both from one source",
			      (unsigned long long)version, KMON_ABI_VERSION);
}

static int set_up_session(struct kmon_session *s,
			  const struct kmon_session_options *opt,
			  struct kmon_error *error)
{
	unsigned int kib;
	int err = kmon_instance_check(error);

	if (!err)
		err = check_version(error);
	if (err)
		return err;
	s->instance = kmon_instance_new(opt->name, error);
	if (!s->instance)
		return -errno;
	s->dec = kmon_instance_decoder(s->events, error);
	if (!s->dec)
		return -errno;
	err = set_up(s, opt->buffer_kib, &kib, error);
	if (!err)
		err = set_filters(s, opt->filters, error);
	if (!err)
		err = start_reading(s, kib, error);
	if (!err)
		err = enable(s, error);
	return err;
}

struct kmon_session *kmon_session_open(const struct kmon_session_options *opt,
				       struct kmon_error *error)
{
	struct kmon_session *s = calloc(1, sizeof(*s));
	int err;

	if (!s) {
		kmon_error_set(error, -ENOMEM, "no memory");
		errno = ENOMEM;
		return NULL;
	}
	s->events = opt->events;
	err = set_up_session(s, opt, error);
	if (!err)
		return s;
	kmon_session_close(s);
	errno = -err;
	return NULL;
}

int kmon_session_enumerate(struct kmon_session *s, struct kmon_error *error)
{
	static const char *const files[] = {
		"/sys/kernel/debug/kmon/enumerate",
		"/sys/module/kmon/parameters/enumerate",
	};
	int i, fd, err = -ENOENT;

	/* Either will do; the second is there under lockdown, too. */
	(void)s;
	for (i = 0; i < 2; i++) {
		fd = open(files[i], O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		err = write(fd, "1\n", 2) == 2 ? 0 : -errno;
		close(fd);
		if (!err)
			return 0;
	}
	return kmon_error_set(error, err, "cannot enumerate the sockets: %s",
			      strerror(-err));
}

int kmon_session_fd(const struct kmon_session *s)
{
	return kmon_pages_fd(s->pages);
}

int kmon_session_next(struct kmon_session *s, struct kmon_event *ev)
{
	return kmon_merge_next(s->merge, ev);
}

static void disable(struct kmon_session *s)
{
	int type;

	for (type = KMON_NR_RECORDS - 1; type >= 0; type--)
		if (is_wanted(s, type))
			kmon_instance_disable(s->instance, type);
}

void kmon_session_stop(struct kmon_session *s)
{
	if (s->stopped)
		return;
	s->stopped = true;
	disable(s);
	kmon_reader_stop(s->reader);
}

void kmon_session_close(struct kmon_session *s)
{
	if (!s)
		return;
	kmon_reader_free(s->reader);
	kmon_merge_free(s->merge);
	kmon_pages_free(s->pages);
	kmon_decoder_free(s->dec);
	kmon_instance_free(s->instance);
	free(s);
}
