/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the current process has a file open. */
#ifndef _KMON_OWNER_FILES_H
#define _KMON_OWNER_FILES_H

#include <linux/types.h>

struct file;
struct files_struct;

/**
 * enum kmon_has - an answer
 * @KMON_HAS_NOT: no descriptor of it leads there
 * @KMON_HAS: at least one does
 * @KMON_HAS_UNSURE: its tables are too many or too large to look through here
 */
enum kmon_has { KMON_HAS_NOT, KMON_HAS, KMON_HAS_UNSURE };

/**
 * kmon_files_has() - whether the current process still has a file open
 * @file: the file, compared only
 * @closed: the files table in which a descriptor of it was just closed, NULL
 *	    where none was
 *
 * Only pointers are compared. @closed is another table than the current one
 * where the kernel takes down somebody's: a fork that failed, a table that an
 * exec has replaced, the last thread of an exiting process.
 *
 * Context: process, no spinlock of a files table held.
 * Return: enum kmon_has.
 */
enum kmon_has kmon_files_has(const struct file *file,
			     const struct files_struct *closed);

/**
 * kmon_files_of_others() - whether another thread of this process may have files
 *
 * Context: process. Return: false where each other one has given them up.
 */
bool kmon_files_of_others(void);

#endif /* _KMON_OWNER_FILES_H */
