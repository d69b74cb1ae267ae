// SPDX-License-Identifier: GPL-2.0
/* A tracing instance of our own: the only place that uses libtracefs. */
#include "instance.h"

#include <errno.h>
#include <event-parse.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <tracefs.h>
#include <unistd.h>

/*
 * Instances of ours are told from anybody else's by this and a number. Whether
 * one is still in use, the lock on its directory says: the kernel drops that
 * with the process, however it ends, and no reused pid confuses it.
 */
#define NAME_PREFIX "kmon-"

/**
 * struct kmon_instance - an instance that is ours
 * @tracefs: the library's
 * @dir: its directory, locked as long as this lives
 */
struct kmon_instance {
	struct tracefs_instance *tracefs;
	int dir;
};

int kmon_instance_check(struct kmon_error *error)
{
	const char *dir = tracefs_tracing_dir();

	if (!dir || access(dir, R_OK | W_OK | X_OK)) {
		if (geteuid())
			return kmon_error_set(error, -EPERM,
					      "tracing is root's: try sudo");
		return kmon_error_set(error, -ENOENT,
				      "there is no tracefs: try mount -t tracefs nodev /sys/kernel/tracing");
	}
	if (tracefs_dir_exists(NULL, "events/kmon"))
		return 0;
	return kmon_error_set(error, -ENOENT,
			      "the kernel module is not loaded: try modprobe kmon");
}

/* A descriptor of the instance's directory, or a negative errno. */
static int open_dir(struct tracefs_instance *tracefs)
{
	char *path = tracefs_instance_get_dir(tracefs);
	int fd;

	if (!path)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	tracefs_put_tracing_file(path);
	return fd;
}

/* Whether the directory is still there under the instance's name. */
static bool still_there(struct tracefs_instance *tracefs, int dir)
{
	int again = open_dir(tracefs);
	struct stat was, is;
	bool same;

	if (again < 0)
		return false;
	same = !fstat(dir, &was) && !fstat(again, &is) &&
	       was.st_ino == is.st_ino && was.st_dev == is.st_dev;
	close(again);
	return same;
}

/*
 * Lock the instance. Return: a descriptor that holds the lock; -EWOULDBLOCK
 * where it is another's, -ENOENT where it was just removed.
 */
static int lock_instance(struct tracefs_instance *tracefs)
{
	int dir = open_dir(tracefs);

	if (dir < 0)
		return dir;
	if (flock(dir, LOCK_EX | LOCK_NB)) {
		close(dir);
		return -EWOULDBLOCK;
	}
	if (still_there(tracefs, dir))
		return dir;
	close(dir);
	return -ENOENT;
}

/* Remove an instance that nobody has locked. */
static int remove_stale(const char *name)
{
	struct tracefs_instance *tracefs;
	int dir, err;

	tracefs = tracefs_instance_alloc(NULL, name);
	if (!tracefs)
		return -ENOMEM;
	dir = lock_instance(tracefs);
	err = dir < 0 ? dir : 0;
	if (!err && tracefs_instance_destroy(tracefs))
		err = -EBUSY;
	if (dir >= 0)
		close(dir);
	tracefs_instance_free(tracefs);
	return err;
}

static bool is_ours(const char *name)
{
	size_t len = strlen(NAME_PREFIX);

	if (strncmp(name, NAME_PREFIX, len) || !name[len])
		return false;
	return !name[len + strspn(name + len, "0123456789")];
}

/* What cannot be removed is in use, or the next session's to remove. */
static void remove_all_stale(void)
{
	char **names = tracefs_instances(NULL);
	char **name;

	for (name = names; name && *name; name++)
		if (is_ours(*name))
			remove_stale(*name);
	tracefs_list_free(names);
}

/* Between being made and being locked, it may look stale to another process. */
static int create(struct kmon_instance *instance, const char *name,
		  struct kmon_error *error)
{
	int tries;

	for (tries = 0; tries < 10; tries++) {
		instance->tracefs = tracefs_instance_create(name);
		if (!instance->tracefs)
			return kmon_error_set(error, -errno,
					      "cannot create tracing instance '%s': %s",
					      name, strerror(errno));
		if (tracefs_instance_is_new(instance->tracefs)) {
			instance->dir = lock_instance(instance->tracefs);
			if (instance->dir >= 0)
				return 0;
		} else if (remove_stale(name) == -EWOULDBLOCK) {
			return kmon_error_set(error, -EBUSY,
					      "tracing instance '%s' is in use by another process",
					      name);
		}
		tracefs_instance_free(instance->tracefs);
		instance->tracefs = NULL;
	}
	return kmon_error_set(error, -EBUSY,
			      "cannot take over tracing instance '%s'", name);
}

struct kmon_instance *kmon_instance_new(const char *name,
					struct kmon_error *error)
{
	struct kmon_instance *instance = calloc(1, sizeof(*instance));
	char own[32];
	int err;

	if (!instance) {
		kmon_error_set(error, -ENOMEM, "no memory");
		return NULL;
	}
	instance->dir = -1;
	/* What the library would write on stderr is said better here. */
	tracefs_set_loglevel(TEP_LOG_NONE);
	remove_all_stale();
	snprintf(own, sizeof(own), NAME_PREFIX "%d", getpid());
	err = create(instance, name ? name : own, error);
	if (!err)
		return instance;
	kmon_instance_free(instance);
	errno = -err;
	return NULL;
}

void kmon_instance_free(struct kmon_instance *instance)
{
	if (!instance)
		return;
	if (instance->dir >= 0) {
		/* Busy while somebody else reads it: then the next one's. */
		tracefs_instance_destroy(instance->tracefs);
		close(instance->dir);
	}
	if (instance->tracefs)
		tracefs_instance_free(instance->tracefs);
	free(instance);
}

int kmon_instance_dir(const struct kmon_instance *instance)
{
	return instance->dir;
}

int kmon_instance_set(struct kmon_instance *instance, const char *file,
		      const char *text, struct kmon_error *error)
{
	if (tracefs_instance_file_write(instance->tracefs, file, text) >= 0)
		return 0;
	return kmon_error_set(error, -errno, "cannot write '%s' to %s: %s",
			      text, file, strerror(errno));
}

int kmon_instance_filter(struct kmon_instance *instance,
			 enum kmon_event_type type, const char *filter,
			 struct kmon_error *error)
{
	if (tracefs_event_file_write(instance->tracefs,
				     kmon_event_system(type),
				     kmon_event_name(type), "filter",
				     filter) >= 0)
		return 0;
	return kmon_error_set(error, -errno,
			      "the kernel refuses the filter '%s' for %s: %s",
			      filter, kmon_event_name(type), strerror(errno));
}

int kmon_instance_enable(struct kmon_instance *instance,
			 enum kmon_event_type type, struct kmon_error *error)
{
	int err;

	if (!tracefs_event_enable(instance->tracefs, kmon_event_system(type),
				  kmon_event_name(type)))
		return 0;
	err = errno;
	return kmon_error_set(error, -err, "cannot enable %s: %s%s",
			      kmon_event_name(type), strerror(err),
			      err == EBUSY ?
				      ": is the sysctl kernel.ftrace_enabled 0?" :
				      "");
}

void kmon_instance_disable(struct kmon_instance *instance,
			   enum kmon_event_type type)
{
	/* An event that cannot be disabled goes with the instance. */
	tracefs_event_disable(instance->tracefs, kmon_event_system(type),
			      kmon_event_name(type));
}

static int add_format(struct tep_handle *tep, int type,
		      struct kmon_error *error)
{
	const char *system = kmon_event_system(type);
	const char *name = kmon_event_name(type);
	char *format;
	int size, err;

	format = tracefs_event_file_read(NULL, system, name, "format", &size);
	if (!format)
		return kmon_error_set(error, -errno,
				      "cannot read the format of %s: %s", name,
				      strerror(errno));
	err = tep_parse_event(tep, format, size, system);
	free(format);
	if (!err)
		return 0;
	return kmon_error_set(error, -EPROTO,
			      "cannot understand the format of %s", name);
}

struct kmon_decoder *kmon_instance_decoder(unsigned int events,
					   struct kmon_error *error)
{
	struct tep_handle *tep = tep_alloc();
	struct kmon_decoder *dec = NULL;
	int type, err = tep ? 0 : -ENOMEM;

	for (type = 0; !err && type < KMON_NR_RECORDS; type++)
		if (events & 1U << type)
			err = add_format(tep, type, error);
	if (!err)
		dec = kmon_decoder_new(tep, events, error);
	else
		errno = -err;
	tep_free(tep);
	return dec;
}
