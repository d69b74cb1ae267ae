// SPDX-License-Identifier: GPL-2.0
/* Addresses from and to text. */
#include "test.h"

#include <linux/slab.h>
#include <linux/string.h>

static void text_to_v4(void)
{
	static const char * const bad[] = {
		"", " ", ".", "1", "1.2", "1.2.3", "1.2.3.", "1.2.3.4.",
		"1.2.3.4.5", "300.1.2.3", "1.2.3.256", "1.2.3.-4", "1..2.3",
		" 1.2.3.4", "1.2.3.4 ", "1.2.3.4x", "0x1.2.3.4", "01.2.3.4",
		"1.2.3.00", "::1", "localhost", "99999999999.1.1.1",
		"1.2.3.4\n",
	};
	unsigned int i;

	EXPECT(inet_addr("127.0.0.1") ==
	       (__force unsigned int)htonl(INADDR_LOOPBACK));
	EXPECT(inet_addr("1.2.3.4") ==
	       (__force unsigned int)htonl(0x01020304));
	EXPECT(inet_addr("0.0.0.0") == 0);
	EXPECT(inet_addr("255.255.255.254") ==
	       (__force unsigned int)htonl(0xfffffffe));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!EXPECT_EQ(inet_addr((char *)bad[i]), INADDR_NONE))
			pr_err("# it takes \"%s\"\n", bad[i]);
	EXPECT_EQ(inet_addr(NULL), INADDR_NONE);
}

static void v4_to_text(void)
{
	struct in_addr in = { .s_addr = htonl(0xc0000201) };
	char *text = inet_ntoa(&in);

	EXPECT(text && !strcmp(text, "192.0.2.1"));
	kfree(text);
	EXPECT(!inet_ntoa(NULL));
}

static void text_to_v6(void)
{
	static const char * const bad[] = {
		"", ":", ":::", "1", "1::2::3", "12345::", "::g", "::1 ",
		" ::1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "fe80::1%lo",
		"::1.2.3", "::1.2.3.256", "[::1]",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001",
	};
	struct in6_addr addr;
	unsigned int i;

	EXPECT_EQ(inet6_addr("::1", &addr), 0);
	EXPECT(!memcmp(&addr, &in6addr_loopback, sizeof(addr)));
	EXPECT_EQ(inet6_addr("2001:db8::a:0:1", &addr), 0);
	EXPECT(addr.s6_addr32[0] == htonl(0x20010db8) &&
	       !addr.s6_addr32[1] && addr.s6_addr32[2] == htonl(0xa) &&
	       addr.s6_addr32[3] == htonl(1));
	EXPECT_EQ(inet6_addr("::ffff:192.0.2.1", &addr), 0);
	EXPECT(addr.s6_addr32[3] == htonl(0xc0000201));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (!EXPECT_EQ(inet6_addr(bad[i], &addr), -EINVAL))
			pr_err("# it takes \"%s\"\n", bad[i]);
	EXPECT_EQ(inet6_addr(NULL, &addr), -EINVAL);
	EXPECT_EQ(inet6_addr("::1", NULL), -EINVAL);
}

static void v6_to_text(void)
{
	static const char * const texts[] = {
		"::", "::1", "2001:db8::a:0:1", "::ffff:192.0.2.1", "fe80::1",
	};
	struct in6_addr addr;
	unsigned int i;
	char *text;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		EXPECT_EQ(inet6_addr(texts[i], &addr), 0);
		text = inet6_ntoa(&addr);
		EXPECT(text && !strcmp(text, texts[i]));
		kfree(text);
	}
	EXPECT(!inet6_ntoa(NULL));
}

const struct test convert_tests[] = {
	{ "inet_addr takes four decimal numbers and nothing else", text_to_v4 },
	{ "inet_ntoa gives them back", v4_to_text },
	{ "inet6_addr takes an IPv6 address and nothing else", text_to_v6 },
	{ "inet6_ntoa gives it back in its shortest form", v6_to_text },
	{ }
};
