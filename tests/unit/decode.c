// SPDX-License-Identifier: GPL-2.0
/* Makes records of a saved event format and has libtraceevent read them. */
#include "decode.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <trace-seq.h>

static size_t read_file(const char *path, char *buf, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t len;

	if (!file)
		fail_msg("cannot open %s", path);
	len = fread(buf, 1, size, file);
	fclose(file);
	assert_in_range(len, 1, size - 1);
	return len;
}

void decoder_open(struct decoder *dec, const char *path)
{
	char format[DECODER_FORMAT_MAX];

	decoder_read(path, format);
	decoder_open_text(dec, format);
}

void decoder_read(const char *path, char *format)
{
	format[read_file(path, format, DECODER_FORMAT_MAX)] = '\0';
}

void decoder_open_text(struct decoder *dec, const char *format)
{
	dec->tep = tep_alloc();
	assert_non_null(dec->tep);
	tep_set_long_size(dec->tep, 8);
	tep_set_page_size(dec->tep, 4096);
	assert_int_equal(tep_parse_event(dec->tep, format, strlen(format),
					 "kmon"),
			 TEP_ERRNO__SUCCESS);
	assert_int_equal(tep_get_events_count(dec->tep), 1);
	dec->event = tep_get_first_event(dec->tep);
	assert_non_null(dec->event);
	decoder_clear(dec);
}

void decoder_close(struct decoder *dec)
{
	tep_free(dec->tep);
	dec->tep = NULL;
}

void decoder_clear(struct decoder *dec)
{
	const struct tep_format_field *field;

	memset(dec->data, 0, sizeof(dec->data));
	dec->size = 0;
	for (field = dec->event->format.fields; field; field = field->next)
		if (dec->size < field->offset + field->size)
			dec->size = field->offset + field->size;
	assert_in_range(dec->size, 1, sizeof(dec->data));
	decoder_set(dec, "common_type", dec->event->id);
}

const struct tep_format_field *decoder_field(const struct decoder *dec,
					     const char *name)
{
	const struct tep_format_field *field;

	field = tep_find_any_field(dec->event, name);
	if (!field)
		fail_msg("there is no field %s", name);
	return field;
}

void decoder_set(struct decoder *dec, const char *name, int64_t value)
{
	const struct tep_format_field *field = decoder_field(dec, name);

	/* The low bytes come first: the formats are of a little-endian kernel. */
	assert_in_range(field->size, 1, sizeof(value));
	memcpy((char *)dec->data + field->offset, &value, field->size);
}

void decoder_set_bytes(struct decoder *dec, const char *name,
		       const void *bytes, size_t len)
{
	const struct tep_format_field *field = decoder_field(dec, name);

	assert_in_range(len, 0, field->size);
	memcpy((char *)dec->data + field->offset, bytes, len);
}

void decoder_set_end(struct decoder *dec, char end, const char *addr,
		     uint16_t port)
{
	const char *addr_name = end == 's' ? "saddr" : "daddr";
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };

	decoder_set(dec, end == 's' ? "sport" : "dport", port);
	in.sin_port = htons(port);
	in6.sin6_port = htons(port);
	if (inet_pton(AF_INET, addr, &in.sin_addr) == 1) {
		decoder_set(dec, "family", AF_INET);
		decoder_set_bytes(dec, addr_name, &in, sizeof(in));
		return;
	}
	assert_int_equal(inet_pton(AF_INET6, addr, &in6.sin6_addr), 1);
	decoder_set(dec, "family", AF_INET6);
	decoder_set_bytes(dec, addr_name, &in6, sizeof(in6));
}

static struct tep_record record_of(struct decoder *dec)
{
	return (struct tep_record){
		.data = dec->data,
		.size = dec->size,
		.record_size = dec->size,
	};
}

const char *decoder_text(struct decoder *dec)
{
	struct tep_record record = record_of(dec);
	static char text[1024];
	struct trace_seq seq;

	trace_seq_init(&seq);
	tep_print_event(dec->tep, &seq, &record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&seq);
	snprintf(text, sizeof(text), "%s", seq.buffer);
	trace_seq_destroy(&seq);
	return text;
}

int decoder_matches(struct decoder *dec, const char *filter)
{
	struct tep_record record = record_of(dec);
	struct tep_event_filter *tep_filter = tep_filter_alloc(dec->tep);
	char text[256], why[256];
	int match;

	assert_non_null(tep_filter);
	snprintf(text, sizeof(text), "%s: %s", dec->event->name, filter);
	match = tep_filter_add_filter_str(tep_filter, text);
	if (match != TEP_ERRNO__SUCCESS) {
		tep_filter_strerror(tep_filter, match, why, sizeof(why));
		tep_filter_free(tep_filter);
		fail_msg("filter %s: %s", text, why);
	}
	match = tep_filter_match(tep_filter, &record);
	tep_filter_free(tep_filter);
	return match == TEP_ERRNO__FILTER_MATCH;
}
