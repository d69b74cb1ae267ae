// SPDX-License-Identifier: GPL-2.0
/* How records of kmon_packet read. */
#include "decode.h"

#include <netinet/in.h>
#include <string.h>

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
	decoder_set_end(&dec, 's', "127.0.0.1", 40000);
	decoder_set_end(&dec, 'd', "127.0.0.1", 80);
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
	decoder_set_end(&dec, 's', "2001:db8::1", 53);
	decoder_set_end(&dec, 'd', "::1", 40000);
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
	decoder_set_end(&dec, 's', "255.255.255.255", 65535);
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
	return cmocka_run_group_tests_name("packet_text", tests, open_format,
					   close_format) != 0;
}
