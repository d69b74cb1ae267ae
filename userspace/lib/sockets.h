/* SPDX-License-Identifier: GPL-2.0 */
/* The sockets that there are now: the file kmon/sockets. */
#ifndef _KMON_LIB_SOCKETS_H
#define _KMON_LIB_SOCKETS_H

#include "error.h"
#include "event.h"

/* Opaque: the open file. */
struct kmon_sockets;

/**
 * kmon_sockets_open() - begin with the first
 * @port: only those with this local port; -1 for all
 * @error: says why not, and what to do about it
 *
 * Return: end it with kmon_sockets_close(); NULL with errno and @error set.
 */
struct kmon_sockets *kmon_sockets_open(int port, struct kmon_error *error);

/**
 * kmon_sockets_next() - the next socket
 * @sockets: the open file
 * @ev: filled in: a KMON_EVENT_SOCKET, "existing", of this moment
 * @error: says what went wrong
 *
 * Return: 1 with @ev filled in, 0 behind the last, or a negative errno.
 */
int kmon_sockets_next(struct kmon_sockets *sockets, struct kmon_event *ev,
		      struct kmon_error *error);

/**
 * kmon_sockets_close() - the end of it
 * @sockets: may be NULL
 */
void kmon_sockets_close(struct kmon_sockets *sockets);

/**
 * kmon_sockets_parse() - one line of the file
 * @line: is cut into pieces
 * @port: only with this local port; -1 for any
 * @ev: filled in
 *
 * Return: 1 with @ev filled in; 0 for another port; -EBADMSG for a line that is
 * none of that file.
 */
int kmon_sockets_parse(char *line, int port, struct kmon_event *ev);

#endif /* _KMON_LIB_SOCKETS_H */
