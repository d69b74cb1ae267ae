// SPDX-License-Identifier: GPL-2.0
/* The ABI of the events: their fields, which may be added to, not changed. */
#include "decode.h"

#include <netinet/in.h>
#include <string.h>

/**
 * struct field - what readers rely on
 * @name: the name
 * @size: in bytes
 * @is_signed: whether it is below 0 at times; -1 where kernels differ
 * @is_array: whether it is one, and no number in the host's byte order
 */
struct field {
	const char *name;
	int size;
	int is_signed;
	int is_array;
};

/* The sign of char is the kernel's choice: unsigned since 6.2. */
#define COMM		{ "comm", 16, -1, 1 }
#define ADDRESS(name)	{ name, sizeof(struct sockaddr_in6), 0, 1 }

static const struct field packet_fields[] = {
	{ "dir",	1, 0, 0 },
	{ "family",	2, 0, 0 },
	{ "proto",	1, 0, 0 },
	{ "sport",	2, 0, 0 },
	{ "dport",	2, 0, 0 },
	ADDRESS("saddr"),
	ADDRESS("daddr"),
	{ "len",	4, 0, 0 },
	{ "tcp_flags",	1, 0, 0 },
	{ "gso_segs",	2, 0, 0 },
	{ "pid",	4, 1, 0 },
	COMM,
	{ "uid",	4, 0, 0 },
	{ "source",	1, 0, 0 },
	{ "shared",	1, 0, 0 },
	{ "ino",	8, 0, 0 },
	{ "netns",	4, 0, 0 },
	{ "cgroup",	8, 0, 0 },
	{ "ifindex",	4, 1, 0 },
	{ NULL }
};

static const struct field socket_fields[] = {
	{ "reason",	1, 0, 0 },
	{ "pid",	4, 1, 0 },
	COMM,
	{ "uid",	4, 0, 0 },
	{ "fd",		4, 1, 0 },
	{ "family",	2, 0, 0 },
	{ "proto",	2, 0, 0 },
	{ "state",	1, 0, 0 },
	{ "sport",	2, 0, 0 },
	{ "dport",	2, 0, 0 },
	ADDRESS("saddr"),
	ADDRESS("daddr"),
	{ "ino",	8, 0, 0 },
	{ "netns",	4, 0, 0 },
	{ "cgroup",	8, 0, 0 },
	{ NULL }
};

static const struct field exit_fields[] = {
	{ "pid",	4, 1, 0 },
	{ "ppid",	4, 1, 0 },
	COMM,
	{ "uid",	4, 0, 0 },
	{ "exit_code",	1, 0, 0 },
	{ "signal",	1, 0, 0 },
	{ "core",	1, 0, 0 },
	{ "threads",	4, 0, 0 },
	{ "start_time",	8, 0, 0 },
	{ "run_time",	8, 0, 0 },
	{ "utime",	8, 0, 0 },
	{ "stime",	8, 0, 0 },
	{ "sum_exec",	8, 0, 0 },
	{ "min_flt",	8, 0, 0 },
	{ "maj_flt",	8, 0, 0 },
	{ "max_rss",	8, 0, 0 },
	{ "sockets",	4, 0, 0 },
	{ "rx_packets",	8, 0, 0 },
	{ "rx_bytes",	8, 0, 0 },
	{ "tx_packets",	8, 0, 0 },
	{ "tx_bytes",	8, 0, 0 },
	{ "net_since",	8, 0, 0 },
	{ "ns_pid",	4, 1, 0 },
	{ "cgroup",	8, 0, 0 },
	{ NULL }
};

static const struct {
	const char *event;
	const struct field *fields;
} events[] = {
	{ "kmon_packet",	packet_fields },
	{ "kmon_socket",	socket_fields },
	{ "kmon_process_exit",	exit_fields },
};

static const char *path;
static struct decoder dec;
static const struct field *fields;

static int open_format(void **state)
{
	size_t i;

	(void)state;
	decoder_open(&dec, path);
	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (!strcmp(dec.event->name, events[i].event))
			fields = events[i].fields;
	return fields ? 0 : -1;
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
}

static void has_flag(const struct tep_format_field *field,
		     enum tep_format_flags flag, int wanted, const char *word)
{
	if (!(field->flags & flag) != !wanted)
		fail_msg("%s is%s %s", field->name, wanted ? " not" : "", word);
}

static void has_fields(void **state)
{
	const struct tep_format_field *field;
	const struct field *want;

	(void)state;
	for (want = fields; want->name; want++) {
		field = decoder_field(&dec, want->name);
		if (field->size != want->size)
			fail_msg("%s has %d bytes, not %d", field->name,
				 field->size, want->size);
		has_flag(field, TEP_FIELD_IS_ARRAY, want->is_array, "an array");
		if (want->is_signed >= 0)
			has_flag(field, TEP_FIELD_IS_SIGNED, want->is_signed,
				 "signed");
	}
}

static void is_aligned(void **state)
{
	const struct tep_format_field *field;
	const struct field *want;

	(void)state;
	for (want = fields; want->name; want++) {
		field = decoder_field(&dec, want->name);
		if (!want->is_array && field->offset % field->size)
			fail_msg("%s is at offset %d", field->name,
				 field->offset);
	}
}

static void comm_is_text(void **state)
{
	(void)state;
	has_flag(decoder_field(&dec, "comm"), TEP_FIELD_IS_STRING, 1, "text");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "libtraceevent understands the format", parses, NULL, NULL, NULL },
		{ "every field has its size, sign and shape", has_fields, NULL, NULL, NULL },
		{ "every number lies at a multiple of its size", is_aligned, NULL, NULL, NULL },
		{ "comm is text", comm_is_text, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("fields", tests, open_format,
					   close_format) != 0;
}
