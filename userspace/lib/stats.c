// SPDX-License-Identifier: GPL-2.0
/* The module's counters: the file kmon/stats. */
#include "stats.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEBUGFS "/sys/kernel/debug"

int kmon_debugfs_open(const char *name, struct kmon_error *error)
{
	char path[128];
	int fd, err;

	snprintf(path, sizeof(path), DEBUGFS "/kmon/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	err = errno;
	if ((err == EACCES || err == EPERM) && geteuid())
		return kmon_error_set(error, -err, "%s is root's: try sudo",
				      path);
	if (err != ENOENT)
		return kmon_error_set(error, -err, "cannot open %s: %s", path,
				      strerror(err));
	if (access("/sys/module/kmon", F_OK))
		return kmon_error_set(error, -err,
				      "the kernel module is not loaded: try modprobe kmon");
	return kmon_error_set(error, -err,
			      "there is no %s: try mount -t debugfs nodev " DEBUGFS,
			      path);
}

int kmon_stats_read(struct kmon_stats *stats, struct kmon_error *error)
{
	int fd = kmon_debugfs_open("stats", error);
	char line[128];
	FILE *file;

	stats->nr = 0;
	if (fd < 0)
		return fd;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return kmon_error_set(error, -ENOMEM, "no memory");
	}
	while (stats->nr < KMON_STATS_MAX && fgets(line, sizeof(line), file)) {
		struct kmon_stat *stat = &stats->stats[stats->nr];

		if (sscanf(line, "%47s %" SCNu64, stat->name,
			   &stat->value) == 2)
			stats->nr++;
	}
	fclose(file);
	if (stats->nr)
		return 0;
	return kmon_error_set(error, -EPROTO, "there is nothing in kmon/stats");
}

bool kmon_stats_find(const struct kmon_stats *stats, const char *name,
		     uint64_t *value)
{
	int i;

	for (i = 0; i < stats->nr; i++) {
		if (strcmp(stats->stats[i].name, name))
			continue;
		*value = stats->stats[i].value;
		return true;
	}
	return false;
}
