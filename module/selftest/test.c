// SPDX-License-Identifier: GPL-2.0
/* Runs the self-tests of ksocket when it is loaded, which fails if one does. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "test.h"

#include <linux/module.h>
#include <linux/string.h>

static bool leak;
module_param(leak, bool, 0444);
MODULE_PARM_DESC(leak, "leave a socket open instead, which kmon is to report");

static const struct test * const lists[] = {
	handle_tests, stream_tests, dgram_tests, option_tests, convert_tests,
	close_tests,
};

static unsigned int nr_ok, nr_not_ok;
static bool failed;

bool expect(bool good, const char *what, long got, const char *file, int line)
{
	if (good)
		return true;
	failed = true;
	pr_err("# %s:%d: not true: %s (%ld)\n", kbasename(file), line, what,
	       got);
	return false;
}

static void try(const struct test *test)
{
	failed = false;
	test->run();
	if (failed)
		nr_not_ok++;
	else
		nr_ok++;
	pr_info("%s %u - %s\n", failed ? "not ok" : "ok", nr_ok + nr_not_ok,
		test->claim);
}

static noinline int leave_open(void)
{
	return ksocket(AF_INET, SOCK_DGRAM, 0) ? 0 : -ENOMEM;
}

static int __init ksocket_test_init(void)
{
	const struct test *test;
	unsigned int i;

	if (leak)
		return leave_open();
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (test = lists[i]; test->claim; test++)
			try(test);
	pr_info("%u passed, %u failed\n", nr_ok, nr_not_ok);
	return nr_not_ok ? -EINVAL : 0;
}

static void __exit ksocket_test_exit(void)
{
}

module_init(ksocket_test_init);
module_exit(ksocket_test_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Self-tests of ksocket");
