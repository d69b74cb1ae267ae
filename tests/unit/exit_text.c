// SPDX-License-Identifier: GPL-2.0
/* How records of kmon_process_exit read. */
#include "decode.h"

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

static void exited(void **state)
{
	static const struct {
		const char *name;
		int64_t value;
	} values[] = {
		{ "pid", 184 }, { "ppid", 183 }, { "ns_pid", 7 },
		{ "uid", 1000 }, { "exit_code", 255 }, { "threads", 4 },
		{ "run_time", 400943570 }, { "utime", 120000000 },
		{ "stime", 188000000 }, { "sum_exec", 325635086 },
		{ "min_flt", 668 }, { "maj_flt", 66 }, { "max_rss", 10988 },
		{ "sockets", 2 }, { "rx_packets", 4 }, { "rx_bytes", 255 },
		{ "tx_packets", 6 }, { "tx_bytes", 78 },
		{ "net_since", 12439404320 }, { "start_time", 12710251160 },
		{ "cgroup", 1 },
	};
	size_t i;

	(void)state;
	decoder_clear(&dec);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		decoder_set(&dec, values[i].name, values[i].value);
	decoder_set_bytes(&dec, "comm", "curl", sizeof("curl"));
	assert_string_equal(decoder_text(&dec),
		"pid=184 comm=curl ppid=183 uid=1000 exit_code=255 signal=0 "
		"core=0 threads=4 run_time=400943570 utime=120000000 "
		"stime=188000000 sum_exec=325635086 min_flt=668 maj_flt=66 "
		"max_rss=10988 sockets=2 rx_packets=4 rx_bytes=255 "
		"tx_packets=6 tx_bytes=78 net_since=12439404320 "
		"start_time=12710251160 ns_pid=7 cgroup=1");
}

static void killed(void **state)
{
	(void)state;
	decoder_clear(&dec);
	decoder_set(&dec, "pid", 185);
	decoder_set(&dec, "ppid", 1);
	decoder_set(&dec, "signal", 11);
	decoder_set(&dec, "core", 1);
	decoder_set(&dec, "threads", 1);
	decoder_set_bytes(&dec, "comm", "two words", sizeof("two words"));
	assert_string_equal(decoder_text(&dec),
		"pid=185 comm=two words ppid=1 uid=0 exit_code=0 signal=11 "
		"core=1 threads=1 run_time=0 utime=0 stime=0 sum_exec=0 "
		"min_flt=0 maj_flt=0 max_rss=0 sockets=0 rx_packets=0 "
		"rx_bytes=0 tx_packets=0 tx_bytes=0 net_since=0 start_time=0 "
		"ns_pid=0 cgroup=0");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "a process that exited reads as it should", exited, NULL, NULL, NULL },
		{ "a process that was killed reads as it should", killed, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("exit_text", tests, open_format,
					   close_format) != 0;
}
