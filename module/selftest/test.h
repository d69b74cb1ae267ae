/* SPDX-License-Identifier: GPL-2.0 */
/* What the self-tests share: claims, and sockets to make them with. */
#ifndef _SELFTEST_TEST_H
#define _SELFTEST_TEST_H

#include <kmon/ksocket.h>
#include <linux/un.h>

/**
 * struct test - a claim, and what tries it
 * @claim: what is true if it passes
 * @run: tries it with EXPECT()
 */
struct test {
	const char *claim;
	void (*run)(void);
};

/* Lists of tests, each ended by one without a claim. */
extern const struct test handle_tests[];
extern const struct test stream_tests[];
extern const struct test dgram_tests[];
extern const struct test option_tests[];
extern const struct test convert_tests[];
extern const struct test close_tests[];

/**
 * expect() - one condition of the claim that is being tried
 * @good: whether it holds
 * @what: its text
 * @got: a number that says more
 * @file: where
 * @line: likewise
 *
 * Return: @good.
 */
bool expect(bool good, const char *what, long got, const char *file, int line);

#define EXPECT(condition) \
	expect(condition, #condition, 0, __FILE__, __LINE__)

/* Equality of two numbers, of which the first is shown where they differ. */
#define EXPECT_EQ(got, wanted)						\
({									\
	long _got = (got), _wanted = (wanted);				\
									\
	expect(_got == _wanted, #got " == " #wanted, _got, __FILE__,	\
	       __LINE__);						\
})

/**
 * union address - of any family
 * @sa: what the calls take
 * @in: AF_INET
 * @in6: AF_INET6
 * @un: AF_UNIX
 */
union address {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
};

/* The families that everything is tried with. */
extern const int families[];
#define NR_FAMILIES 3

/**
 * local() - an address of this machine that is free
 * @addr: gets it
 * @family: one of @families
 *
 * Return: its size.
 */
int local(union address *addr, int family);

/**
 * bound() - a new socket at a free address of this machine
 * @family: one of @families
 * @type: of the socket
 * @addr: gets the address
 * @len: gets its size
 *
 * Return: the socket.
 */
ksocket_t bound(int family, int type, union address *addr, int *len);

/**
 * struct pair - a connection to ourselves
 * @listener: what it was accepted from
 * @client: the end that has connected
 * @server: the other one
 */
struct pair {
	ksocket_t listener;
	ksocket_t client;
	ksocket_t server;
};

/**
 * pair_open() - connect to ourselves
 * @p: filled in
 * @family: one of @families
 *
 * Return: whether that worked.
 */
bool pair_open(struct pair *p, int family);

/**
 * pair_close() - close what is open of a pair
 * @p: the pair
 */
void pair_close(struct pair *p);

#endif /* _SELFTEST_TEST_H */
