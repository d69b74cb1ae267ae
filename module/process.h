/* SPDX-License-Identifier: GPL-2.0 */
/* Process exits, exactly one record each. */
#ifndef _KMON_PROCESS_H
#define _KMON_PROCESS_H

/**
 * kmon_process_start() - record exits from now on
 *
 * Context: process, may sleep; serialised by the caller; calls nest.
 * Return: 0 or the negative errno of what failed.
 */
int kmon_process_start(void);

/**
 * kmon_process_stop() - undo one kmon_process_start()
 *
 * Context: process, may sleep; serialised by the caller.
 */
void kmon_process_stop(void);

#endif /* _KMON_PROCESS_H */
