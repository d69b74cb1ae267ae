// SPDX-License-Identifier: GPL-2.0
/* What readers rely on in the format of kmon_packet, and how records read. */
#include "decode.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <kmon.h>

static const char *path;
static struct decoder dec;

static int open_format(void **state)
{
	(void)state;
	decoder_open(&dec, path);
	return 0;
}

static int close_format(void **state)
{
	(void)state;
	decoder_close(&dec);
	return 0;
}

static void parses(void **state)
{
	(void)state;
	assert_false(dec.event->flags & TEP_EVENT_FL_FAILED);
	assert_string_equal(dec.event->name, "kmon_packet");
}

/* The ABI, as design and header have it; fields may be added, not changed. */
static const struct {
	const char *name;
	int size;
	int is_signed;
	int is_array;
} fields[] = {
	{ "dir",	1, 0, 0 },
	{ "family",	2, 0, 0 },
	{ "proto",	1, 0, 0 },
	{ "sport",	2, 0, 0 },
	{ "dport",	2, 0, 0 },
	{ "saddr",	sizeof(struct sockaddr_in6), 0, 1 },
	{ "daddr",	sizeof(struct sockaddr_in6), 0, 1 },
	{ "len",	4, 0, 0 },
	{ "tcp_flags",	1, 0, 0 },
	{ "gso_segs",	2, 0, 0 },
	{ "pid",	4, 1, 0 },
	{ "comm",	16, -1, 1 },	/* sign of char: the kernel's choice */
	{ "uid",	4, 0, 0 },
	{ "source",	1, 0, 0 },
	{ "shared",	1, 0, 0 },
	{ "ino",	8, 0, 0 },
	{ "netns",	4, 0, 0 },
	{ "cgroup",	8, 0, 0 },
	{ "ifindex",	4, 1, 0 },
};

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

static void has_fields(void **state)
{
	const struct tep_format_field *field;
	size_t i;

	(void)state;
	for (i = 0; i < NR_FIELDS; i++) {
		field = decoder_field(&dec, fields[i].name);
		if (field->size != fields[i].size)
			fail_msg("%s has %d bytes, not %d", field->name,
				 field->size, fields[i].size);
		if (!(field->flags & TEP_FIELD_IS_ARRAY) != !fields[i].is_array)
			fail_msg("%s is%s an array", field->name,
				 fields[i].is_array ? " not" : "");
		if (fields[i].is_signed >= 0 &&
		    !(field->flags & TEP_FIELD_IS_SIGNED) != !fields[i].is_signed)
			fail_msg("%s is%s signed", field->name,
				 fields[i].is_signed ? " not" : "");
	}
}

static void is_aligned(void **state)
{
	const struct tep_format_field *field;
	size_t i;

	(void)state;
	for (i = 0; i < NR_FIELDS; i++) {
		field = decoder_field(&dec, fields[i].name);
		if (!fields[i].is_array && field->offset % field->size)
			fail_msg("%s is at offset %d", field->name,
				 field->offset);
	}
}

static void comm_is_text(void **state)
{
	(void)state;
	assert_true(decoder_field(&dec, "comm")->flags & TEP_FIELD_IS_STRING);
}

/* The port is in the address and, as a number, in a field of its own. */
static void set_end(const char *addr_name, const char *port_name,
		    const char *addr, uint16_t port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };

	decoder_set(&dec, port_name, port);
	in.sin_port = htons(port);
	in6.sin6_port = htons(port);
	if (inet_pton(AF_INET, addr, &in.sin_addr) == 1) {
		decoder_set(&dec, "family", AF_INET);
		decoder_set_bytes(&dec, addr_name, &in, sizeof(in));
		return;
	}
	assert_int_equal(inet_pton(AF_INET6, addr, &in6.sin6_addr), 1);
	decoder_set(&dec, "family", AF_INET6);
	decoder_set_bytes(&dec, addr_name, &in6, sizeof(in6));
}

static void set_owner(int pid, const char *comm, unsigned int uid, int source)
{
	decoder_set(&dec, "pid", pid);
	decoder_set_bytes(&dec, "comm", comm, strlen(comm) + 1);
	decoder_set(&dec, "uid", uid);
	decoder_set(&dec, "source", source);
}

/* A request, going out; each test changes what it is about. */
static void make_request(void)
{
	decoder_clear(&dec);
	set_end("saddr", "sport", "127.0.0.1", 40000);
	set_end("daddr", "dport", "127.0.0.1", 80);
	set_owner(1234, "curl", 1000, KMON_SOURCE_SENDER);
	decoder_set(&dec, "dir", KMON_DIR_OUT);
	decoder_set(&dec, "proto", IPPROTO_TCP);
	decoder_set(&dec, "len", 73);
	decoder_set(&dec, "tcp_flags", 0x18);
	decoder_set(&dec, "gso_segs", 1);
	decoder_set(&dec, "ino", 4711);
	decoder_set(&dec, "netns", 4026531840);
	decoder_set(&dec, "cgroup", 1);
	decoder_set(&dec, "ifindex", 1);
}

static void tcp_over_ipv4(void **state)
{
	(void)state;
	make_request();
	assert_string_equal(decoder_text(&dec),
		"out tcp 127.0.0.1:40000 > 127.0.0.1:80 len=73 "
		"flags=PSH|ACK segs=1 pid=1234 comm=curl source=sender "
		"shared=0 uid=1000 ino=4711 netns=4026531840 cgroup=1 "
		"ifindex=1");
}

static void udp_over_ipv6(void **state)
{
	(void)state;
	make_request();
	set_end("saddr", "sport", "2001:db8::1", 53);
	set_end("daddr", "dport", "::1", 40000);
	set_owner(77, "resolver", 65534, KMON_SOURCE_SOCKET);
	decoder_set(&dec, "dir", KMON_DIR_IN);
	decoder_set(&dec, "proto", IPPROTO_UDP);
	decoder_set(&dec, "tcp_flags", 0);
	assert_string_equal(decoder_text(&dec),
		"in udp [2001:db8::1]:53 > [::1]:40000 len=73 "
		"flags= segs=1 pid=77 comm=resolver source=socket "
		"shared=0 uid=65534 ino=4711 netns=4026531840 cgroup=1 "
		"ifindex=1");
}

static void kernel_owner(void **state)
{
	(void)state;
	make_request();
	set_owner(0, "kernel", 0, KMON_SOURCE_KERNEL);
	decoder_set(&dec, "ino", 0);
	decoder_set(&dec, "cgroup", 0);
	assert_string_equal(decoder_text(&dec),
		"out tcp 127.0.0.1:40000 > 127.0.0.1:80 len=73 "
		"flags=PSH|ACK segs=1 pid=0 comm=kernel source=kernel "
		"shared=0 uid=0 ino=0 netns=4026531840 cgroup=0 ifindex=1");
}

static void unknown_owner(void **state)
{
	(void)state;
	make_request();
	set_owner(-1, "", UINT32_MAX, KMON_SOURCE_UNKNOWN);
	decoder_set(&dec, "ino", 0);
	decoder_set(&dec, "cgroup", 0);
	assert_string_equal(decoder_text(&dec),
		"out tcp 127.0.0.1:40000 > 127.0.0.1:80 len=73 "
		"flags=PSH|ACK segs=1 pid=-1 comm= source=unknown "
		"shared=0 uid=4294967295 ino=0 netns=4026531840 cgroup=0 "
		"ifindex=1");
}

static void largest_values(void **state)
{
	(void)state;
	make_request();
	set_end("saddr", "sport", "255.255.255.255", 65535);
	set_owner(INT32_MAX, "fifteen-bytes-x", UINT32_MAX,
		  KMON_SOURCE_TOMBSTONE);
	decoder_set(&dec, "len", UINT32_MAX);
	decoder_set(&dec, "gso_segs", UINT16_MAX);
	decoder_set(&dec, "shared", 1);
	decoder_set(&dec, "ino", -1);
	decoder_set(&dec, "netns", UINT32_MAX);
	decoder_set(&dec, "cgroup", -1);
	decoder_set(&dec, "ifindex", INT32_MAX);
	assert_string_equal(decoder_text(&dec),
		"out tcp 255.255.255.255:65535 > 127.0.0.1:80 len=4294967295 "
		"flags=PSH|ACK segs=65535 pid=2147483647 comm=fifteen-bytes-x "
		"source=tombstone shared=1 uid=4294967295 "
		"ino=18446744073709551615 netns=4294967295 "
		"cgroup=18446744073709551615 ifindex=2147483647");
}

static void all_flags(void **state)
{
	static const struct {
		int flags;
		const char *text;
	} cases[] = {
		{ 0x02, " flags=SYN " },
		{ 0x12, " flags=SYN|ACK " },
		{ 0x14, " flags=RST|ACK " },
		{ 0xff, " flags=FIN|SYN|RST|PSH|ACK|URG|ECE|CWR " },
	};
	size_t i;

	(void)state;
	make_request();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		decoder_set(&dec, "tcp_flags", cases[i].flags);
		if (!strstr(decoder_text(&dec), cases[i].text))
			fail_msg("no \"%s\" in \"%s\"", cases[i].text,
				 decoder_text(&dec));
	}
}

static void all_sources(void **state)
{
	static const char * const names[KMON_NR_SOURCES] = {
		[KMON_SOURCE_SENDER]	= " source=sender ",
		[KMON_SOURCE_SOCKET]	= " source=socket ",
		[KMON_SOURCE_LISTENER]	= " source=listener ",
		[KMON_SOURCE_TOMBSTONE]	= " source=tombstone ",
		[KMON_SOURCE_KERNEL]	= " source=kernel ",
		[KMON_SOURCE_FORWARDED]	= " source=forwarded ",
		[KMON_SOURCE_FRAGMENT]	= " source=fragment ",
		[KMON_SOURCE_NONE]	= " source=none ",
		[KMON_SOURCE_UNKNOWN]	= " source=unknown ",
	};
	int i;

	(void)state;
	make_request();
	for (i = 0; i < KMON_NR_SOURCES; i++) {
		assert_non_null(names[i]);
		decoder_set(&dec, "source", i);
		if (!strstr(decoder_text(&dec), names[i]))
			fail_msg("no \"%s\" in \"%s\"", names[i],
				 decoder_text(&dec));
	}
}

static void filters(void **state)
{
	(void)state;
	make_request();
	assert_true(decoder_matches(&dec, "comm == \"curl\" && dport == 80"));
	assert_true(decoder_matches(&dec, "pid == 1234 && len > 72"));
	assert_false(decoder_matches(&dec, "comm == \"curl\" && sport == 80"));
	set_owner(-1, "", UINT32_MAX, KMON_SOURCE_UNKNOWN);
	assert_true(decoder_matches(&dec, "source == 8 && uid == 4294967295"));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "libtraceevent understands the format", parses, NULL, NULL, NULL },
		{ "every field has its size, sign and shape", has_fields, NULL, NULL, NULL },
		{ "every number lies at a multiple of its size", is_aligned, NULL, NULL, NULL },
		{ "comm is text", comm_is_text, NULL, NULL, NULL },
		{ "TCP over IPv4 reads as it should", tcp_over_ipv4, NULL, NULL, NULL },
		{ "UDP over IPv6 reads as it should", udp_over_ipv6, NULL, NULL, NULL },
		{ "the kernel's own packet reads as it should", kernel_owner, NULL, NULL, NULL },
		{ "a packet of an unknown owner reads as it should", unknown_owner, NULL, NULL, NULL },
		{ "the largest values read as they should", largest_values, NULL, NULL, NULL },
		{ "every TCP flag has its name", all_flags, NULL, NULL, NULL },
		{ "every source has its name", all_sources, NULL, NULL, NULL },
		{ "filters compare numbers and text", filters, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("packet_format", tests, open_format,
					   close_format) != 0;
}
