// SPDX-License-Identifier: GPL-2.0
/* Filters: what the kernel is given, what is matched here, and that both agree. */
#include "decode.h"
#include "filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *path;
static struct decoder dec;
static struct kmon_decoder *made;

static int open_format(void **state)
{
	struct kmon_error error = { "" };

	(void)state;
	decoder_open(&dec, path);
	made = kmon_decoder_new(dec.tep, 1U << KMON_EVENT_PACKET, &error);
	return made ? 0 : -1;
}

static int close_format(void **state)
{
	(void)state;
	kmon_decoder_free(made);
	decoder_close(&dec);
	return 0;
}

static struct kmon_filter *filter(const char *text)
{
	struct kmon_error error = { "" };
	struct kmon_filter *new = kmon_filter_new(text, &error);

	if (!new)
		fail_msg("'%s': %s", text, error.text);
	return new;
}

static void kernel(const char *text, enum kmon_event_type type,
		   enum kmon_filter_share share, const char *wanted)
{
	struct kmon_filter *of = filter(text);
	char buf[KMON_FILTER_MAX];

	assert_int_equal(kmon_filter_kernel(of, type, buf, sizeof(buf)), share);
	if (share != KMON_FILTER_NEVER)
		assert_string_equal(buf, wanted);
	kmon_filter_free(of);
}

static void kernel_text(void **state)
{
	enum kmon_event_type p = KMON_EVENT_PACKET, s = KMON_EVENT_SOCKET,
			     e = KMON_EVENT_EXIT;

	(void)state;
	kernel("", p, KMON_FILTER_EXACT, "");
	kernel("", s, KMON_FILTER_EXACT, "");
	kernel("pid == 12", e, KMON_FILTER_EXACT, "pid == 12");
	kernel("pid == 12", s, KMON_FILTER_EXACT, "pid == 12 || reason == 6");
	kernel("comm == nginx", p, KMON_FILTER_EXACT, "comm == \"nginx\"");
	kernel("comm ~ 'ng*'", p, KMON_FILTER_EXACT, "comm ~ \"ng*\"");
	kernel("!(comm ~ 'ng*')", p, KMON_FILTER_EXACT, "!(comm ~ \"ng*\")");
	kernel("dir == out", p, KMON_FILTER_EXACT, "dir == 1");
	kernel("dir == out", e, KMON_FILTER_NEVER, "");
	kernel("port == 443", p, KMON_FILTER_EXACT,
	       "(sport == 443 || dport == 443)");
	kernel("port != 443", p, KMON_FILTER_EXACT,
	       "(sport != 443 && dport != 443)");
	kernel("!(port == 443)", p, KMON_FILTER_EXACT,
	       "(sport != 443 && dport != 443)");
	kernel("!(pid == 1 && len < 2)", p, KMON_FILTER_EXACT,
	       "(pid != 1 || len >= 2)");
	kernel("tcp_flags & SYN|RST", p, KMON_FILTER_EXACT, "tcp_flags & 6");
	/* What the kernel cannot do is left out, so that more passes. */
	kernel("addr == 10.0.0.0/8", p, KMON_FILTER_ROUGH, "");
	kernel("addr == ::1 && pid == 1", p, KMON_FILTER_ROUGH, "(pid == 1)");
	kernel("addr == ::1 || pid == 1", p, KMON_FILTER_ROUGH, "");
	kernel("!(addr == ::1 || pid == 1)", p, KMON_FILTER_ROUGH, "(pid != 1)");
	kernel("comm == 'a\"b' && len > 0", p, KMON_FILTER_ROUGH, "(len > 0)");
	/* What a record does not have never holds, negated or not. */
	kernel("dport == 1 || pid == 1", e, KMON_FILTER_EXACT, "(pid == 1)");
	kernel("!(dport == 1)", e, KMON_FILTER_NEVER, "");
	kernel("signal == 11", p, KMON_FILTER_NEVER, "");
}

static void refused(void **state)
{
	static const char *const texts[] = {
		"pid", "pid ==", "== 1", "pid == x", "pid == 1 &&", "(pid == 1",
		"pid == 1)", "pid == 1 pid == 2", "nothing == 1", "dport == 65536",
		"dport == -1", "pid == 99999999999", "comm == \"open", "comm < x",
		"pid ~ 1*", "addr == 1.2.3", "addr == 1.2.3.4/33", "addr == ::/129",
		"addr < ::1", "addr == 1.2.3.4/", "dir == up", "!", "\"pid\" == 1",
		"pid == ''", "port == http", "()", "parent_pid == 1", "pid & ",
		"comm == 'a name that is much longer than any name of a process can ever be'",
	};
	struct kmon_error error = { "" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		error.text[0] = '\0';
		errno = 0;
		if (kmon_filter_new(texts[i], &error))
			fail_msg("'%s' was accepted", texts[i]);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(strncmp(error.text, "filter: ", 8), 0);
	}
}

static bool matches(const char *text)
{
	struct kmon_filter *of = filter(text);
	struct kmon_event ev;
	bool match;

	assert_int_equal(kmon_decode(made, dec.data, dec.size, &ev), 0);
	match = kmon_filter_match(of, &ev);
	kmon_filter_free(of);
	return match;
}

static void addresses(void **state)
{
	(void)state;
	decoder_clear(&dec);
	decoder_set_end(&dec, 's', "10.1.2.3", 1000);
	decoder_set_end(&dec, 'd', "192.168.1.255", 80);
	assert_true(matches("saddr == 10.1.2.3"));
	assert_true(matches("addr == 10.0.0.0/8"));
	assert_true(matches("addr == 192.168.1.128/25"));
	assert_false(matches("addr == 192.168.1.0/25"));
	assert_true(matches("addr != 192.168.1.0/25"));
	assert_false(matches("addr != 10.0.0.0/8"));
	assert_true(matches("addr == 0.0.0.0/0"));
	assert_false(matches("addr == ::/0"));
	assert_true(matches("addr == ::ffff:10.1.2.3"));
	decoder_clear(&dec);
	decoder_set_end(&dec, 's', "2001:db8::1", 1000);
	decoder_set_end(&dec, 'd', "::ffff:127.0.0.1", 80);
	assert_true(matches("addr == 2001:db8::/32"));
	assert_true(matches("addr == [2001:db8::1]"));
	assert_false(matches("saddr == 2001:db8::2/127"));
	assert_true(matches("daddr == 127.0.0.0/8"));
	assert_false(matches("daddr == ::/0"));
	decoder_set_bytes(&dec, "saddr", "\x77\x77", 2);
	assert_false(matches("saddr == 0.0.0.0/0 || saddr == ::/0"));
}

static void always(void **state)
{
	struct kmon_filter *of = filter("pid == 1");
	struct kmon_event ev = { .type = KMON_EVENT_LOST };

	(void)state;
	assert_true(kmon_filter_match(of, &ev));
	ev.type = KMON_EVENT_SOCKET;
	assert_false(kmon_filter_match(of, &ev));
	ev.socket.reason = KMON_REASON_END;
	assert_true(kmon_filter_match(of, &ev));
	kmon_filter_free(of);
}

/* A random expression; deeper ones are rarer. */
static void grow(char *text, int depth)
{
	static const char *const ops[] = { "==", "!=", "<", "<=", ">", ">=" };
	static const char *const numbers[] = { "pid", "len", "sport", "dport",
					       "uid", "port", "proto" };

	text += strlen(text);
	if (depth && rand() % 3) {
		strcat(text, rand() % 3 ? "(" : "!(");
		grow(text, depth - 1);
		strcat(text, rand() % 2 ? " && " : " || ");
		grow(text, depth - 1);
		strcat(text, ")");
	} else if (rand() % 5) {
		sprintf(text, "%s %s %d", numbers[rand() % 7], ops[rand() % 6],
			rand() % 4);
	} else {
		sprintf(text, "comm %s \"%c\"", ops[rand() % 2],
			'a' + rand() % 3);
	}
}

static void random_record(void)
{
	static const char *const names[] = { "pid", "len", "sport", "dport",
					     "uid", "proto" };
	const char comm[2] = { 'a' + rand() % 3 };
	size_t i;

	decoder_clear(&dec);
	for (i = 0; i < 6; i++)
		decoder_set(&dec, names[i], rand() % 4);
	decoder_set_bytes(&dec, "comm", comm, sizeof(comm));
}

/* libtraceevent takes the kernel's language, and is nobody of ours. */
static void agree(void **state)
{
	char text[4096], buf[KMON_FILTER_MAX];
	struct kmon_filter *of;
	int round;

	(void)state;
	srand(1);
	for (round = 0; round < 3000; round++) {
		text[0] = '\0';
		grow(text, 3);
		of = filter(text);
		assert_int_equal(kmon_filter_kernel(of, KMON_EVENT_PACKET, buf,
						    sizeof(buf)),
				 KMON_FILTER_EXACT);
		kmon_filter_free(of);
		random_record();
		if (matches(text) != decoder_matches(&dec, buf))
			fail_msg("'%s' is not '%s'", text, buf);
	}
}

/* From anybody: nothing may happen but that it is refused. */
static void any_text(void **state)
{
	static const char *const pieces[] = {
		"pid", "comm", "addr", "port", "==", "!=", "<", "~", "&", "&&",
		"||", "|", "!", "(", ")", "1", "0x", "-", "\"", "'", "nginx",
		"10.0.0.0/8", "[::1]", "::/0", " ", "tcp_flags", "SYN", "/",
		"[", "]", "\377", "\n",
	};
	struct kmon_error error = { "" };
	struct kmon_filter *of;
	char *text, buf[KMON_FILTER_MAX];
	int round, i;

	(void)state;
	srand(2);
	for (round = 0; round < 100000; round++) {
		text = calloc(1, 1024);
		for (i = rand() % 20; i; i--)
			strcat(text, pieces[rand() % 32]);
		of = kmon_filter_new(text, &error);
		if (of)
			kmon_filter_kernel(of, KMON_EVENT_SOCKET, buf,
					   sizeof(buf));
		kmon_filter_free(of);
		free(text);
	}
}

static void too_long(void **state)
{
	char *text = calloc(1, 100000), buf[KMON_FILTER_MAX];
	struct kmon_error error = { "" };
	struct kmon_filter *of;
	int i;

	(void)state;
	memset(text, '(', 5000);
	assert_null(kmon_filter_new(text, &error));
	memset(text, '!', 5000);
	assert_null(kmon_filter_new(text, &error));
	strcpy(text, "pid == 1");
	for (i = 0; i < 1000; i++)
		strcat(text, " || pid == 1");
	assert_null(kmon_filter_new(text, &error));
	/* Understood, but more than a kernel takes: all is matched here. */
	strcpy(text, "comm == '012345678901234'");
	for (i = 0; i < 120; i++)
		strcat(text, " || comm == '012345678901234567890123456789012345678'");
	of = filter(text);
	assert_int_equal(kmon_filter_kernel(of, KMON_EVENT_PACKET, buf,
					    sizeof(buf)), KMON_FILTER_ROUGH);
	assert_string_equal(buf, "");
	kmon_filter_free(of);
	free(text);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "the kernel gets what it can do", kernel_text, NULL, NULL, NULL },
		{ "what makes no sense is refused", refused, NULL, NULL, NULL },
		{ "addresses and prefixes match", addresses, NULL, NULL, NULL },
		{ "losses and the marker always pass", always, NULL, NULL, NULL },
		{ "the match here is the kernel's", agree, NULL, NULL, NULL },
		{ "no text does any harm", any_text, NULL, NULL, NULL },
		{ "neither does a long one", too_long, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("filter", tests, open_format,
					   close_format) != 0;
}
