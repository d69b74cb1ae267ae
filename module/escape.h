/* SPDX-License-Identifier: GPL-2.0 */
/* Names of processes in our own text. */
#ifndef _KMON_ESCAPE_H
#define _KMON_ESCAPE_H

#include <linux/sched.h>

/* Every byte of a name may become a backslash and three digits. */
#define KMON_ESCAPED_LEN (4 * TASK_COMM_LEN)

/**
 * kmon_escape() - make a process's name safe to print
 * @to: room for it, of KMON_ESCAPED_LEN bytes
 * @comm: the name as the process has chosen it
 *
 * Control bytes and the backslash become \ooo, so that no name can begin a
 * line of its own or pretend to be an escape.
 *
 * Context: any. Return: the text, terminated: @to, or @comm if it is safe.
 */
const char *kmon_escape(char *to, const char *comm);

#endif /* _KMON_ESCAPE_H */
