// SPDX-License-Identifier: GPL-2.0
/* Lines of kmon/sockets become events, or are refused. */
#include "decode.h"
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int parse(const char *line, int port, struct kmon_event *ev)
{
	char *copy = strdup(line);
	int got = kmon_sockets_parse(copy, port, ev);

	free(copy);
	return got;
}

static void whole(void **state)
{
	struct kmon_event ev;
	struct kmon_socket *s = &ev.socket;

	(void)state;
	assert_int_equal(parse("4026531840 tcp ESTAB 10.0.2.15:43128 192.168.255.1:443 1000 178 5 217 3 two words",
			       -1, &ev), 1);
	assert_int_equal(ev.type, KMON_EVENT_SOCKET);
	assert_int_equal(s->netns, 4026531840);
	assert_int_equal(s->proto, IPPROTO_TCP);
	assert_int_equal(s->state, 1);
	assert_int_equal(s->family, AF_INET);
	assert_int_equal(s->saddr.in.sin_addr.s_addr, inet_addr("10.0.2.15"));
	assert_int_equal(ntohs(s->saddr.in.sin_port), 43128);
	assert_int_equal(s->sport, 43128);
	assert_int_equal(s->daddr.in.sin_addr.s_addr, inet_addr("192.168.255.1"));
	assert_int_equal(s->dport, 443);
	assert_int_equal(s->uid, 1000);
	assert_int_equal(s->pid, 178);
	assert_int_equal(s->fd, 5);
	assert_int_equal(s->ino, 217);
	assert_int_equal(s->cgroup, 3);
	assert_string_equal(s->comm, "two words");
}

static void ipv6(void **state)
{
	struct in6_addr addr;
	struct kmon_event ev;

	(void)state;
	assert_int_equal(parse("1 udp UNCONN [fe80::1]:53 [::]:0 -1 -1 -1 0 0 -",
			       -1, &ev), 1);
	inet_pton(AF_INET6, "fe80::1", &addr);
	assert_memory_equal(&ev.socket.saddr.in6.sin6_addr, &addr, sizeof(addr));
	assert_int_equal(ev.socket.sport, 53);
	assert_int_equal(ev.socket.family, AF_INET6);
	assert_int_equal(ev.socket.pid, -1);
	assert_int_equal(ev.socket.fd, -1);
	assert_int_equal(ev.socket.uid, UINT32_MAX);
	assert_string_equal(ev.socket.comm, "");
}

static void by_port(void **state)
{
	const char *line = "1 tcp LISTEN [::]:80 [::]:0 0 1 3 9 0 -";
	struct kmon_event ev;

	(void)state;
	assert_int_equal(parse(line, 80, &ev), 1);
	assert_string_equal(ev.socket.comm, "-");
	assert_int_equal(parse(line, 8, &ev), 0);
	assert_int_equal(parse(line, 0, &ev), 0);
}

static void escaped(void **state)
{
	struct kmon_event ev;

	(void)state;
	assert_int_equal(parse("1 other - 1.2.3.4:0 0.0.0.0:0 0 1 3 9 0 a\\012b\\134c\\",
			       -1, &ev), 1);
	assert_string_equal(ev.socket.comm, "a\nb\\c\\");
	assert_int_equal(parse("1 raw - 1.2.3.4:0 0.0.0.0:0 0 1 3 9 0 012345678901234567890",
			       -1, &ev), 1);
	assert_string_equal(ev.socket.comm, "012345678901234");
}

static void refused(void **state)
{
	static const char *const lines[] = {
		"", " ", "1 tcp LISTEN", "1 tcp LISTEN [::]:80 [::]:0 0 1 3 9 0 ",
		"x tcp LISTEN [::]:80 [::]:0 0 1 3 9 0 a",
		"1 tcp NEWS [::]:80 [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN [::]80 [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN [::]:80x [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN [x]:80 [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN 1.2.3:80 [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN 1.2.3.256:80 [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN 1.2.3.4:65536 [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN 1.2.3.4:80: [::]:0 0 1 3 9 0 a",
		"1 tcp LISTEN [::]:80 [::]:0 0 p 3 9 0 a",
		"1 tcp LISTEN [::]:80 [::]:0 0 1 - 9 0 a",
		"1 tcp LISTEN [::]:80 [::]:0  1 3 9 0 a",
	};
	struct kmon_event ev;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (parse(lines[i], -1, &ev) != -EBADMSG)
			fail_msg("'%s' was accepted", lines[i]);
}

/* Any piece of a line, and any byte of it another. */
static void damaged(void **state)
{
	static const char line[] = "4026531840 tcp ESTAB [::1]:43128 192.168.255.1:443 1000 178 5 217 3 a\\012";
	struct kmon_event ev;
	char copy[sizeof(line)];
	size_t i;
	int c;

	(void)state;
	for (i = 0; i < sizeof(line); i++) {
		memcpy(copy, line, i);
		copy[i] = '\0';
		parse(copy, -1, &ev);
		for (c = 1; c < 256; c++) {
			memcpy(copy, line, sizeof(line));
			copy[i] = c;
			copy[sizeof(line) - 1] = '\0';
			parse(copy, 443, &ev);
			parse(copy, -1, &ev);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "a line has all its words", whole, NULL, NULL, NULL },
		{ "a line of IPv6, of nobody", ipv6, NULL, NULL, NULL },
		{ "only those with the port", by_port, NULL, NULL, NULL },
		{ "a name is as it was before it was escaped", escaped, NULL, NULL, NULL },
		{ "what is no such line is refused", refused, NULL, NULL, NULL },
		{ "no damage does any harm", damaged, NULL, NULL, NULL },
	};

	return cmocka_run_group_tests_name("sockets", tests, NULL, NULL) != 0;
}
