/* SPDX-License-Identifier: GPL-2.0 */
/* The files that list sockets: kmon/sockets and /proc/open_ports. */
#ifndef _KMON_SOCKET_FILES_H
#define _KMON_SOCKET_FILES_H

/**
 * kmon_socket_files_init() - create both
 *
 * Context: process. Return: 0 or a negative errno, with neither left behind.
 */
int kmon_socket_files_init(void);

/**
 * kmon_socket_files_exit() - remove /proc/open_ports
 *
 * Waits for readers that are inside; later reads of a file that is still open
 * fail. kmon/sockets goes with the directory.
 *
 * Context: process.
 */
void kmon_socket_files_exit(void);

#endif /* _KMON_SOCKET_FILES_H */
