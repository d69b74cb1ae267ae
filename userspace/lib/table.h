/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets as lines of a table, in the manner of ss. */
#ifndef _KMON_LIB_TABLE_H
#define _KMON_LIB_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

/* No line is longer. */
#define KMON_TABLE_MAX 512

/**
 * kmon_table_header() - the line above them
 * @buf: of KMON_TABLE_MAX bytes; gets no 0 at the end
 *
 * Return: its length, the newline included.
 */
size_t kmon_table_header(char *buf);

/**
 * kmon_table_row() - a socket
 * @s: the socket
 * @colour: with the escape sequences of a terminal
 * @buf: of KMON_TABLE_MAX bytes; gets no 0 at the end
 *
 * Return: its length, the newline included.
 */
size_t kmon_table_row(const struct kmon_socket *s, bool colour, char *buf);

#endif /* _KMON_LIB_TABLE_H */
