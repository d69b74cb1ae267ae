/* SPDX-License-Identifier: GPL-2.0 */
/* What the guest tests' programs share: addresses, sockets, time. */
#ifndef KMON_TEST_COMMON_H
#define KMON_TEST_COMMON_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Ends the program with the reason why, errno's text included. */
void die(const char *what) __attribute__((noreturn));

/* CLOCK_MONOTONIC in microseconds, the unit of the trace clock "mono". */
uint64_t now_us(void);

/*
 * address() - from text: "127.0.0.1" or "::1" and a port in host byte order
 * Return: the length of the address, 0 where the text is none.
 */
socklen_t address(struct sockaddr_storage *addr, const char *text, int port);

/* The port of an address, host byte order. */
int port_of(const struct sockaddr_storage *addr);

/* The loopback address of "4" or "6". */
const char *loopback(int family);

/* A TCP socket that listens on the family's loopback address; dies on error. */
int listen_on(int family, int port);

/* A TCP socket connected to that; -1 with errno on error. */
int connect_to(int family, int port);

/* Reads or writes all of it. Return: whether it came that far. */
bool read_all(int fd, void *buf, size_t len);
bool write_all(int fd, const void *buf, size_t len);

/* A UNIX socket at which others pass descriptors; dies on error. */
int mailbox_at(const char *path);

/* Passes a descriptor to the mailbox at path. Return: -1 with errno on error. */
int send_fd(int from, const char *path, int fd);

/* Return: a descriptor that was passed to the mailbox, -1 with errno on error. */
int receive_fd(int mailbox);

#endif /* KMON_TEST_COMMON_H */
