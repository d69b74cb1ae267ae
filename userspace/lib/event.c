// SPDX-License-Identifier: GPL-2.0
/* Trace records as C structs: the only place that knows their fields. */
#include "event.h"

#include <errno.h>
#include <event-parse.h>
#include <stdlib.h>
#include <string.h>

const struct kmon_symbol kmon_dirs[] = {
	{ KMON_DIR_IN,			"in" },
	{ KMON_DIR_OUT,			"out" },
	{ 0, NULL }
};

const struct kmon_symbol kmon_sources[] = {
	{ KMON_SOURCE_SENDER,		"sender" },
	{ KMON_SOURCE_SOCKET,		"socket" },
	{ KMON_SOURCE_LISTENER,		"listener" },
	{ KMON_SOURCE_TOMBSTONE,	"tombstone" },
	{ KMON_SOURCE_KERNEL,		"kernel" },
	{ KMON_SOURCE_FORWARDED,	"forwarded" },
	{ KMON_SOURCE_FRAGMENT,		"fragment" },
	{ KMON_SOURCE_NONE,		"none" },
	{ KMON_SOURCE_UNKNOWN,		"unknown" },
	{ 0, NULL }
};

/* The first name of a value is the one that is printed. */
const struct kmon_symbol kmon_protos[] = {
	{ IPPROTO_TCP,			"tcp" },
	{ IPPROTO_UDP,			"udp" },
	{ IPPROTO_ICMP,			"icmp" },
	{ IPPROTO_ICMPV6,		"icmp6" },
	{ IPPROTO_SCTP,			"sctp" },
	{ IPPROTO_UDPLITE,		"udplite" },
	{ IPPROTO_RAW,			"raw" },
	{ 0, NULL }
};

const struct kmon_symbol kmon_reasons[] = {
	{ KMON_REASON_EXISTING,		"existing" },
	{ KMON_REASON_CREATED,		"created" },
	{ KMON_REASON_ACCEPTED,		"accepted" },
	{ KMON_REASON_CLOSED,		"closed" },
	{ KMON_REASON_INHERITED,	"inherited" },
	{ KMON_REASON_RECEIVED,		"received" },
	{ KMON_REASON_END,		"end" },
	{ 0, NULL }
};

/* The states of TCP, by the names that ss takes; of others, 1 and 7. */
const struct kmon_symbol kmon_states[] = {
	{ 0,				"-" },
	{ 1,				"established" },
	{ 2,				"syn-sent" },
	{ 3,				"syn-recv" },
	{ 4,				"fin-wait-1" },
	{ 5,				"fin-wait-2" },
	{ 6,				"time-wait" },
	{ 7,				"unconnected" },
	{ 8,				"close-wait" },
	{ 9,				"last-ack" },
	{ 10,				"listening" },
	{ 11,				"closing" },
	{ 12,				"syn-recv" },
	{ 13,				"bound" },
	{ 0, NULL }
};

const struct kmon_symbol kmon_tcp_flags[] = {
	{ 0x01,				"FIN" },
	{ 0x02,				"SYN" },
	{ 0x04,				"RST" },
	{ 0x08,				"PSH" },
	{ 0x10,				"ACK" },
	{ 0x20,				"URG" },
	{ 0x40,				"ECE" },
	{ 0x80,				"CWR" },
	{ 0, NULL }
};

#define FIELD(type, member, as, kind, names)				\
	{ as, offsetof(struct kmon_event, type.member),			\
	  sizeof(((struct kmon_event *)NULL)->type.member), kind, names }
#define UNSIGNED(type, member)						\
	FIELD(type, member, #member, KMON_KIND_UNSIGNED, NULL)
#define SIGNED(type, member)						\
	FIELD(type, member, #member, KMON_KIND_SIGNED, NULL)
#define SYMBOL(type, member, names)					\
	FIELD(type, member, #member, KMON_KIND_SYMBOL, names)
#define FLAGS(type, member, names)					\
	FIELD(type, member, #member, KMON_KIND_FLAGS, names)
#define TEXT(type, member)						\
	FIELD(type, member, #member, KMON_KIND_TEXT, NULL)
#define ADDRESS(type, member)						\
	FIELD(type, member, #member, KMON_KIND_ADDRESS, NULL)
#define END { NULL, 0, 0, 0, NULL }

static const struct kmon_field packet_fields[] = {
	SYMBOL(packet, dir, kmon_dirs),
	SIGNED(packet, pid),
	TEXT(packet, comm),
	UNSIGNED(packet, uid),
	SYMBOL(packet, source, kmon_sources),
	UNSIGNED(packet, shared),
	UNSIGNED(packet, family),
	SYMBOL(packet, proto, kmon_protos),
	ADDRESS(packet, saddr),
	UNSIGNED(packet, sport),
	ADDRESS(packet, daddr),
	UNSIGNED(packet, dport),
	UNSIGNED(packet, len),
	FLAGS(packet, tcp_flags, kmon_tcp_flags),
	UNSIGNED(packet, gso_segs),
	UNSIGNED(packet, ino),
	UNSIGNED(packet, netns),
	UNSIGNED(packet, cgroup),
	SIGNED(packet, ifindex),
	END
};

static const struct kmon_field socket_fields[] = {
	SYMBOL(socket, reason, kmon_reasons),
	SIGNED(socket, pid),
	TEXT(socket, comm),
	UNSIGNED(socket, uid),
	SIGNED(socket, fd),
	UNSIGNED(socket, family),
	SYMBOL(socket, proto, kmon_protos),
	SYMBOL(socket, state, kmon_states),
	ADDRESS(socket, saddr),
	UNSIGNED(socket, sport),
	ADDRESS(socket, daddr),
	UNSIGNED(socket, dport),
	UNSIGNED(socket, ino),
	UNSIGNED(socket, netns),
	UNSIGNED(socket, cgroup),
	END
};

static const struct kmon_field exit_fields[] = {
	SIGNED(exit, pid),
	TEXT(exit, comm),
	SIGNED(exit, ppid),
	UNSIGNED(exit, uid),
	UNSIGNED(exit, exit_code),
	UNSIGNED(exit, signal),
	UNSIGNED(exit, core),
	UNSIGNED(exit, threads),
	UNSIGNED(exit, start_time),
	UNSIGNED(exit, run_time),
	UNSIGNED(exit, utime),
	UNSIGNED(exit, stime),
	UNSIGNED(exit, sum_exec),
	UNSIGNED(exit, min_flt),
	UNSIGNED(exit, maj_flt),
	UNSIGNED(exit, max_rss),
	UNSIGNED(exit, sockets),
	UNSIGNED(exit, rx_packets),
	UNSIGNED(exit, rx_bytes),
	UNSIGNED(exit, tx_packets),
	UNSIGNED(exit, tx_bytes),
	UNSIGNED(exit, net_since),
	SIGNED(exit, ns_pid),
	UNSIGNED(exit, cgroup),
	END
};

static const struct kmon_field fork_fields[] = {
	FIELD(fork, parent, "parent_pid", KMON_KIND_SIGNED, NULL),
	FIELD(fork, child, "child_pid", KMON_KIND_SIGNED, NULL),
	END
};

#define MAX_FIELDS 24

/*
 * Where the name is that has to be ended, since the record's may be all bytes;
 * 0 for none.
 */
static const struct {
	const char *system;
	const char *name;
	const struct kmon_field *fields;
	size_t comm;
} types[KMON_NR_RECORDS] = {
	[KMON_EVENT_PACKET] = { "kmon", "kmon_packet", packet_fields,
				offsetof(struct kmon_event, packet.comm) },
	[KMON_EVENT_SOCKET] = { "kmon", "kmon_socket", socket_fields,
				offsetof(struct kmon_event, socket.comm) },
	[KMON_EVENT_EXIT] = { "kmon", "kmon_process_exit", exit_fields,
			      offsetof(struct kmon_event, exit.comm) },
	[KMON_EVENT_FORK] = { "sched", "sched_process_fork", fork_fields, 0 },
};

const struct kmon_field *kmon_event_fields(enum kmon_event_type type)
{
	return types[type].fields;
}

const struct kmon_field *kmon_event_field(enum kmon_event_type type,
					  const char *name)
{
	const struct kmon_field *field;

	for (field = types[type].fields; field->name; field++)
		if (!strcmp(field->name, name))
			return field;
	return NULL;
}

uint64_t kmon_event_number(const struct kmon_event *ev,
			   const struct kmon_field *field)
{
	const void *data = kmon_event_data(ev, field);

	switch (field->size) {
	case 1:
		return *(const uint8_t *)data;
	case 2:
		return *(const uint16_t *)data;
	case 4:
		if (field->kind == KMON_KIND_SIGNED)
			return *(const int32_t *)data;
		return *(const uint32_t *)data;
	default:
		return *(const uint64_t *)data;
	}
}

const char *kmon_symbol_name(const struct kmon_symbol *symbols, uint32_t value)
{
	for (; symbols->name; symbols++)
		if (symbols->value == value)
			return symbols->name;
	return NULL;
}

const char *kmon_event_system(enum kmon_event_type type)
{
	return types[type].system;
}

const char *kmon_event_name(enum kmon_event_type type)
{
	return types[type].name;
}

/* Bytes that lie together in the record and in struct kmon_event. */
struct copy {
	uint16_t from;
	uint16_t to;
	uint16_t len;
};

/**
 * struct layout - where the fields are in the records of one event
 * @id: the type that such a record bears; 0 where it is not wanted
 * @size: a shorter record is not whole
 * @nr: of @copies
 * @copies: what to copy
 */
struct layout {
	uint16_t id;
	uint16_t size;
	unsigned int nr;
	struct copy copies[MAX_FIELDS];
};

struct kmon_decoder {
	struct layout layouts[KMON_NR_RECORDS];
};

/* Sorted by where they are in the record, so that neighbours meet. */
static void add_copy(struct layout *layout, struct copy copy)
{
	unsigned int i = layout->nr++;

	for (; i && layout->copies[i - 1].from > copy.from; i--)
		layout->copies[i] = layout->copies[i - 1];
	layout->copies[i] = copy;
	if (layout->size < copy.from + copy.len)
		layout->size = copy.from + copy.len;
}

static void merge_copies(struct layout *layout)
{
	struct copy *last = layout->copies;
	unsigned int i;

	for (i = 1; i < layout->nr; i++) {
		const struct copy *copy = &layout->copies[i];

		if (last->from + last->len == copy->from &&
		    last->to + last->len == copy->to)
			last->len += copy->len;
		else
			*++last = *copy;
	}
	layout->nr = last - layout->copies + 1;
}

static int add_field(struct layout *layout, struct tep_event *event,
		     const struct kmon_field *field, struct kmon_error *error)
{
	struct tep_format_field *found = tep_find_field(event, field->name);

	if (!found)
		return kmon_error_set(error, -EPROTO,
				      "event %s has no field %s: another version of kmon",
				      event->name, field->name);
	if (found->size != field->size || found->offset < 0 ||
	    found->offset + found->size > UINT16_MAX)
		return kmon_error_set(error, -EPROTO,
				      "field %s of event %s has %d bytes, not %d: another version of kmon",
				      field->name, event->name, found->size,
				      field->size);
	add_copy(layout, (struct copy){ found->offset, field->offset,
					field->size });
	return 0;
}

static int add_layout(struct kmon_decoder *dec, struct tep_handle *tep,
		      enum kmon_event_type type, struct kmon_error *error)
{
	struct layout *layout = &dec->layouts[type];
	const struct kmon_field *field;
	struct tep_event *event;
	int err;

	event = tep_find_event_by_name(tep, types[type].system,
				       types[type].name);
	if (!event)
		return kmon_error_set(error, -ENOENT, "there is no event %s:%s",
				      types[type].system, types[type].name);
	if (event->id <= 0 || event->id > UINT16_MAX)
		return kmon_error_set(error, -EPROTO, "event %s has id %d",
				      event->name, event->id);
	for (field = types[type].fields; field->name; field++) {
		err = add_field(layout, event, field, error);
		if (err)
			return err;
	}
	merge_copies(layout);
	layout->id = event->id;
	return 0;
}

struct kmon_decoder *kmon_decoder_new(struct tep_handle *tep,
				      unsigned int wanted,
				      struct kmon_error *error)
{
	struct kmon_decoder *dec = calloc(1, sizeof(*dec));
	int type, err = -ENOMEM;

	if (!dec) {
		kmon_error_set(error, err, "no memory");
		goto out;
	}
	err = 0;
	if (tep_is_file_bigendian(tep) != tep_is_local_bigendian(tep))
		err = kmon_error_set(error, -EPROTO,
				     "records of the other byte order");
	for (type = 0; !err && type < KMON_NR_RECORDS; type++)
		if (wanted & 1U << type)
			err = add_layout(dec, tep, type, error);
	if (!err)
		return dec;
out:
	kmon_decoder_free(dec);
	errno = -err;
	return NULL;
}

void kmon_decoder_free(struct kmon_decoder *dec)
{
	free(dec);
}

int kmon_decode(const struct kmon_decoder *dec, const void *data, size_t size,
		struct kmon_event *ev)
{
	const struct layout *layout = dec->layouts;
	unsigned int type, i;
	uint16_t id;

	if (size < sizeof(id))
		return -EBADMSG;
	memcpy(&id, data, sizeof(id));
	for (type = 0; type < KMON_NR_RECORDS; type++, layout++)
		if (layout->id == id)
			break;
	if (type == KMON_NR_RECORDS || !id)
		return -ENOENT;
	if (size < layout->size)
		return -EBADMSG;
	ev->type = type;
	for (i = 0; i < layout->nr; i++)
		memcpy((char *)ev + layout->copies[i].to,
		       (const char *)data + layout->copies[i].from,
		       layout->copies[i].len);
	if (types[type].comm)
		((char *)ev)[types[type].comm + KMON_COMM_LEN - 1] = '\0';
	return 0;
}
