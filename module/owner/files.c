// SPDX-License-Identifier: GPL-2.0
/* Whether the current process has a file open. */
#include "owner/files.h"

#include <linux/fdtable.h>
#include <linux/sched/signal.h>

/* Slots of one table, and threads of one process, that are looked at. */
#define SLOTS_MAX	65536
#define THREADS_MAX	256

static enum kmon_has in_table(struct files_struct *files,
			      const struct file *file)
{
	enum kmon_has has = KMON_HAS_NOT;
	unsigned int fd, nr;
	struct fdtable *fdt;

	rcu_read_lock();
	fdt = files_fdtable(files);
	nr = min_t(unsigned int, fdt->max_fds, SLOTS_MAX);
	if (nr < fdt->max_fds)
		has = KMON_HAS_UNSURE;
	for_each_set_bit(fd, fdt->open_fds, nr) {
		if (rcu_access_pointer(fdt->fd[fd]) == file) {
			has = KMON_HAS;
			break;
		}
	}
	rcu_read_unlock();
	return has;
}

/*
 * Threads mostly share one table. One that has unshared it could have the
 * file too; its table is not ours to look into.
 */
static bool threads_have_tables_but(const struct files_struct *files)
{
	unsigned int left = THREADS_MAX;
	const struct files_struct *other;
	struct task_struct *task;
	bool found = false;

	if (thread_group_empty(current))
		return false;
	rcu_read_lock();
	for_each_thread(current, task) {
		other = READ_ONCE(task->files);
		found = (other && other != files) || !--left;
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

bool kmon_files_of_others(void)
{
	unsigned int left = THREADS_MAX;
	struct task_struct *task;
	bool found = false;

	if (thread_group_empty(current))
		return false;
	rcu_read_lock();
	for_each_thread(current, task) {
		found = (task != current && READ_ONCE(task->files)) || !--left;
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

enum kmon_has kmon_files_has(const struct file *file,
			     const struct files_struct *closed)
{
	/* NULL from the moment at which an exiting thread gives it up. */
	struct files_struct *files = current->files;
	enum kmon_has has = KMON_HAS_NOT;

	if (files)
		has = in_table(files, file);
	if (has == KMON_HAS_NOT &&
	    threads_have_tables_but(files ?: closed))
		has = KMON_HAS_UNSURE;
	return has;
}
