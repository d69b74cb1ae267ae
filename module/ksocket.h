/* SPDX-License-Identifier: GPL-2.0 */
/* The socket calls for other modules: their part in loading and unloading. */
#ifndef _KMON_MODULE_KSOCKET_H
#define _KMON_MODULE_KSOCKET_H

/**
 * kmon_ksocket_init() - create the statistics' files
 *
 * Context: process. Return: 0, or the negative errno of debugfs.
 */
int kmon_ksocket_init(void);

/**
 * kmon_ksocket_exit() - remove the files, report and close what was left open
 *
 * Context: process; no other module uses the calls any more.
 */
void kmon_ksocket_exit(void);

#endif /* _KMON_MODULE_KSOCKET_H */
