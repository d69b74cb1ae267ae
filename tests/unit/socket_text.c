// SPDX-License-Identifier: GPL-2.0
/* How records of kmon_socket read. */
#include "decode.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
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

static void make_listener(void)
{
	decoder_clear(&dec);
	decoder_set(&dec, "reason", KMON_REASON_EXISTING);
	decoder_set(&dec, "proto", IPPROTO_TCP);
	decoder_set(&dec, "state", TCP_LISTEN);
	decoder_set_end(&dec, 's', "::1", 80);
	decoder_set_end(&dec, 'd', "::", 0);
	decoder_set(&dec, "pid", 172);
	decoder_set_bytes(&dec, "comm", "nginx", sizeof("nginx"));
	decoder_set(&dec, "uid", 33);
	decoder_set(&dec, "fd", 6);
	decoder_set(&dec, "ino", 10903);
	decoder_set(&dec, "netns", 4026531840);
	decoder_set(&dec, "cgroup", 1);
}

static void listener(void **state)
{
	(void)state;
	make_listener();
	assert_string_equal(decoder_text(&dec),
		"existing tcp listening [::1]:80 > [::]:0 pid=172 comm=nginx "
		"uid=33 fd=6 ino=10903 netns=4026531840 cgroup=1");
}

static void unconnected_udp(void **state)
{
	(void)state;
	make_listener();
	decoder_set(&dec, "reason", KMON_REASON_CREATED);
	decoder_set(&dec, "proto", IPPROTO_UDP);
	decoder_set(&dec, "state", TCP_CLOSE);
	decoder_set_end(&dec, 's', "0.0.0.0", 0);
	decoder_set_end(&dec, 'd', "0.0.0.0", 0);
	decoder_set(&dec, "fd", -1);
	assert_string_equal(decoder_text(&dec),
		"created udp unconnected 0.0.0.0:0 > 0.0.0.0:0 pid=172 "
		"comm=nginx uid=33 fd=-1 ino=10903 netns=4026531840 cgroup=1");
}

static void all_reasons(void **state)
{
	static const char * const names[] = {
		[KMON_REASON_EXISTING]	= "existing ",
		[KMON_REASON_CREATED]	= "created ",
		[KMON_REASON_ACCEPTED]	= "accepted ",
		[KMON_REASON_CLOSED]	= "closed ",
		[KMON_REASON_INHERITED]	= "inherited ",
		[KMON_REASON_RECEIVED]	= "received ",
		[KMON_REASON_END]	= "end ",
	};
	size_t i;

	(void)state;
	make_listener();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		decoder_set(&dec, "reason", i);
		if (strncmp(decoder_text(&dec), names[i], strlen(names[i])))
			fail_msg("no \"%s\" before \"%s\"", names[i],
				 decoder_text(&dec));
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "a listener reads as it should", listener, NULL, NULL, NULL },
		{ "a new UDP socket reads as it should", unconnected_udp, NULL, NULL, NULL },
		{ "every reason has its name", all_reasons, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("socket_text", tests, open_format,
					   close_format) != 0;
}
