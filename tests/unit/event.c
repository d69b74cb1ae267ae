// SPDX-License-Identifier: GPL-2.0
/* Records become structs, of whatever kernel they are, or are refused. */
#include "decode.h"
#include "event.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *path;
static struct decoder dec;
static enum kmon_event_type type;

static enum kmon_event_type type_of(const char *name)
{
	int i;

	for (i = 0; i < KMON_NR_RECORDS; i++)
		if (!strcmp(kmon_event_name(i), name))
			return i;
	fail_msg("no type of record is called %s", name);
	return 0;
}

static int open_format(void **state)
{
	(void)state;
	decoder_open(&dec, path);
	type = type_of(dec.event->name);
	return 0;
}

static int close_format(void **state)
{
	(void)state;
	decoder_close(&dec);
	return 0;
}

static struct kmon_decoder *decoder(const struct decoder *of)
{
	struct kmon_error error = { "" };
	struct kmon_decoder *made;

	made = kmon_decoder_new(of->tep, 1U << type, &error);
	if (!made)
		fail_msg("no decoder: %s", error.text);
	return made;
}

/* Bytes that differ from field to field. */
static void fill(struct decoder *of)
{
	const struct kmon_field *field = kmon_event_fields(type);
	unsigned char bytes[64], seed = 1;

	decoder_clear(of);
	for (; field->name; field++, seed++) {
		memset(bytes, seed, sizeof(bytes));
		decoder_set_bytes(of, field->name, bytes, field->size);
	}
}

static void check(const struct kmon_event *ev)
{
	const struct kmon_field *field = kmon_event_fields(type);
	unsigned char bytes[64], seed = 1;

	for (; field->name; field++, seed++) {
		memset(bytes, seed, sizeof(bytes));
		if (field->kind == KMON_KIND_TEXT)
			bytes[field->size - 1] = '\0';
		if (memcmp(kmon_event_data(ev, field), bytes, field->size))
			fail_msg("%s is not what it was", field->name);
	}
}

static void decodes(void **state)
{
	struct kmon_decoder *made = decoder(&dec);
	struct kmon_event ev;

	(void)state;
	fill(&dec);
	assert_int_equal(kmon_decode(made, dec.data, dec.size, &ev), 0);
	assert_int_equal(ev.type, type);
	check(&ev);
	kmon_decoder_free(made);
}

/* In memory of just that size, so that reading beyond it is found out. */
static void truncated(void **state)
{
	struct kmon_decoder *made = decoder(&dec);
	struct kmon_event ev;
	int size;

	(void)state;
	fill(&dec);
	for (size = 0; size < dec.size; size++) {
		void *copy = malloc(size ? size : 1);

		memcpy(copy, dec.data, size);
		assert_int_equal(kmon_decode(made, copy, size, &ev), -EBADMSG);
		free(copy);
	}
	kmon_decoder_free(made);
}

static void foreign(void **state)
{
	struct kmon_decoder *made = decoder(&dec);
	struct kmon_event ev;

	(void)state;
	fill(&dec);
	decoder_set(&dec, "common_type", dec.event->id + 1);
	assert_int_equal(kmon_decode(made, dec.data, dec.size, &ev), -ENOENT);
	decoder_set(&dec, "common_type", 0);
	assert_int_equal(kmon_decode(made, dec.data, dec.size, &ev), -ENOENT);
	kmon_decoder_free(made);
}

static void numbers(void **state)
{
	const struct kmon_field *field = kmon_event_fields(type);
	struct kmon_decoder *made = decoder(&dec);
	struct kmon_event ev;

	(void)state;
	for (; field->name; field++) {
		if (field->kind == KMON_KIND_TEXT ||
		    field->kind == KMON_KIND_ADDRESS)
			continue;
		decoder_clear(&dec);
		decoder_set(&dec, field->name, -1);
		assert_int_equal(kmon_decode(made, dec.data, dec.size, &ev), 0);
		assert_int_equal(kmon_event_number(&ev, field),
				 field->kind == KMON_KIND_SIGNED ?
					 UINT64_MAX :
					 UINT64_MAX >> (64 - 8 * field->size));
	}
	kmon_decoder_free(made);
}

static const char *within(const char *line, const char *end, const char *word)
{
	const char *at = strstr(line, word);

	return at && at < end ? at : NULL;
}

/* A field in front of the event's own, which move to where there is room. */
static void move_fields(const char *format, char *moved, int by)
{
	const char *line = format, *next, *at;
	bool added = false;

	for (; *line; line = next) {
		next = strchr(line, '\n');
		next = next ? next + 1 : line + strlen(line);
		at = within(line, next, "offset:");
		if (!at || within(line, next, "common_")) {
			moved += sprintf(moved, "%.*s", (int)(next - line), line);
			continue;
		}
		if (!added)
			moved += sprintf(moved,
					 "\tfield:__u64 added;\toffset:8;\tsize:8;\tsigned:0;\n");
		added = true;
		moved += sprintf(moved, "%.*soffset:%d%.*s", (int)(at - line),
				 line, atoi(at + 7) + by,
				 (int)(next - strchr(at, ';')), strchr(at, ';'));
	}
}

static void added_field(void **state)
{
	char format[DECODER_FORMAT_MAX], moved[DECODER_FORMAT_MAX];
	struct kmon_decoder *made;
	struct decoder other;
	struct kmon_event ev;

	(void)state;
	decoder_read(path, format);
	move_fields(format, moved, 8);
	decoder_open_text(&other, moved);
	decoder_field(&other, "added");
	made = decoder(&other);
	fill(&other);
	assert_int_equal(kmon_decode(made, other.data, other.size, &ev), 0);
	check(&ev);
	kmon_decoder_free(made);
	decoder_close(&other);
}

static void refuses(const char *from, const char *to, const char *why)
{
	char format[DECODER_FORMAT_MAX], changed[DECODER_FORMAT_MAX];
	struct kmon_error error = { "" };
	struct decoder other;
	char *at;

	decoder_read(path, format);
	at = strstr(format, from);
	assert_non_null(at);
	sprintf(changed, "%.*s%s%s", (int)(at - format), format, to,
		at + strlen(from));
	decoder_open_text(&other, changed);
	assert_null(kmon_decoder_new(other.tep, 1U << type, &error));
	assert_int_equal(errno, EPROTO);
	if (!strstr(error.text, why))
		fail_msg("'%s' does not say '%s'", error.text, why);
	decoder_close(&other);
}

static void missing_field(void **state)
{
	(void)state;
	refuses(" pid;", " dip;", "has no field pid");
}

static void other_size(void **state)
{
	(void)state;
	refuses("size:16;", "size:8;", "field comm");
}

static void no_event(void **state)
{
	struct kmon_error error = { "" };

	(void)state;
	assert_null(kmon_decoder_new(dec.tep, 1U << KMON_EVENT_FORK, &error));
	assert_int_equal(errno, ENOENT);
	assert_string_equal(error.text,
			    "there is no event sched:sched_process_fork");
}

/* Other numbers in a format, and records of any length and content. */
static void hostile(void **state)
{
	char format[DECODER_FORMAT_MAX];
	struct kmon_error error = { "" };
	struct kmon_decoder *of;
	struct kmon_event ev;
	struct tep_handle *tep;
	int round, i, size;
	char *at, *end, *data;

	(void)state;
	srand(1);
	for (round = 0; round < 2000; round++) {
		decoder_read(path, format);
		end = strstr(format, "print fmt");
		/* Digits alone: libtraceevent leaks what it does not understand. */
		at = strstr(format + rand() % (end - format),
			    rand() % 2 ? "offset:" : "size:");
		if (!at || at > end)
			continue;
		at += strcspn(at, "0123456789");
		*at = '0' + rand() % 10;
		tep = tep_alloc();
		tep_set_loglevel(TEP_LOG_NONE);
		tep_parse_event(tep, format, strlen(format), "kmon");
		of = kmon_decoder_new(tep, 1U << type, &error);
		for (i = 0; of && i < 20; i++) {
			size = rand() % 400;
			data = malloc(size + 1);
			memset(data, rand(), size);
			if (size > 1)
				memcpy(data, &dec.event->id, 2);
			kmon_decode(of, data, size, &ev);
			free(data);
		}
		kmon_decoder_free(of);
		tep_free(tep);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "every field gets where it belongs, and a name ends", decodes, NULL, NULL, NULL },
		{ "a record that is cut off anywhere is refused", truncated, NULL, NULL, NULL },
		{ "another event's record is refused", foreign, NULL, NULL, NULL },
		{ "numbers have their size and sign", numbers, NULL, NULL, NULL },
		{ "fields may be added and moved", added_field, NULL, NULL, NULL },
		{ "a format without a field is refused by its name", missing_field, NULL, NULL, NULL },
		{ "a field of another size is refused", other_size, NULL, NULL, NULL },
		{ "no number in a format does any harm", hostile, NULL, NULL, NULL },
		{ "an event that is not there is told", no_event, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("event", tests, open_format,
					   close_format) != 0;
}
