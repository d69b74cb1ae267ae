// SPDX-License-Identifier: GPL-2.0
/* Events as text and as JSON: what every tool of kmon prints. */
#include "format.h"

#include <signal.h>
#include <string.h>

#include "text.h"

#define NSEC_PER_SEC 1000000000LL

/* Columns of a line of text, counted from the one behind the time. */
enum column {
	COLUMN_OWNER = 10,
	COLUMN_PROTO = 33,
	COLUMN_FROM = 38,
	COLUMN_TO = 60,
	COLUMN_REST = 84,
};

/* Blue and orange are told apart by most; only losses are red, and bold. */
#define COLOUR_IN	"\033[36m"
#define COLOUR_OUT	"\033[33m"
#define COLOUR_SOCKET	"\033[34m"
#define COLOUR_EXIT	"\033[35m"
#define COLOUR_LOST	"\033[1;31m"

static int64_t now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

void kmon_formatter_init(struct kmon_formatter *f, bool colour)
{
	memset(f, 0, sizeof(*f));
	f->colour = colour;
	f->second = -1;
	f->to_realtime = now(CLOCK_REALTIME) - now(CLOCK_MONOTONIC);
}

/* The calendar is asked once a second. Return: ns within that second. */
static uint32_t set_second(struct kmon_formatter *f, uint64_t time)
{
	uint64_t real = time + f->to_realtime;
	time_t second = real / NSEC_PER_SEC;
	struct tm tm;

	if (second != f->second) {
		f->second = second;
		localtime_r(&second, &tm);
		strftime(f->clock, sizeof(f->clock), "%H:%M:%S", &tm);
		gmtime_r(&second, &tm);
		strftime(f->date, sizeof(f->date), "%Y-%m-%dT%H:%M:%S", &tm);
	}
	return real % NSEC_PER_SEC;
}

static void put_flags(struct kmon_text *t, const struct kmon_symbol *symbols,
		      uint32_t value)
{
	bool first = true;

	for (; symbols->name; symbols++) {
		if (!(value & symbols->value))
			continue;
		if (!first)
			kmon_put_char(t, '|');
		kmon_put(t, symbols->name);
		first = false;
	}
}

static void put_pair(struct kmon_text *t, const char *key, uint64_t value)
{
	kmon_put(t, key);
	kmon_put_number(t, value);
}

static void put_what(struct kmon_text *t, bool colour, const char *code,
		     const char *what)
{
	kmon_put_colour(t, colour, code);
	kmon_put(t, what);
	kmon_put_colour(t, colour, KMON_COLOUR_NONE);
	kmon_put_pad(t, COLUMN_OWNER);
}

static void put_ends(struct kmon_text *t, uint32_t proto,
		     const union kmon_addr *from, const union kmon_addr *to)
{
	kmon_put_pad(t, COLUMN_PROTO);
	kmon_put_symbol(t, kmon_protos, proto);
	kmon_put_pad(t, COLUMN_FROM);
	kmon_put_end(t, from);
	kmon_put_pad(t, COLUMN_TO);
	kmon_put_bytes(t, "> ", 2);
	kmon_put_end(t, to);
	kmon_put_pad(t, COLUMN_REST);
}

static void put_packet(struct kmon_text *t, bool colour,
		       const struct kmon_packet *p)
{
	bool out = p->dir == KMON_DIR_OUT;
	const char *dir = kmon_symbol_name(kmon_dirs, p->dir);

	put_what(t, colour, out ? COLOUR_OUT : COLOUR_IN, dir ? dir : "?");
	kmon_put_owner(t, colour, p->comm, p->pid);
	put_ends(t, p->proto, &p->saddr, &p->daddr);
	put_pair(t, "len=", p->len);
	if (p->tcp_flags) {
		kmon_put_char(t, ' ');
		put_flags(t, kmon_tcp_flags, p->tcp_flags);
	}
	if (p->gso_segs > 1)
		put_pair(t, " segs=", p->gso_segs);
	kmon_put_char(t, ' ');
	kmon_put_symbol(t, kmon_sources, p->source);
	if (p->shared)
		kmon_put(t, " shared");
}

static void put_socket(struct kmon_text *t, bool colour,
		       const struct kmon_socket *s)
{
	const char *reason = kmon_symbol_name(kmon_reasons, s->reason);

	put_what(t, colour, COLOUR_SOCKET, reason ? reason : "socket");
	if (s->reason == KMON_REASON_END) {
		kmon_put(t, "of what existed");
		return;
	}
	kmon_put_owner(t, colour, s->comm, s->pid);
	put_ends(t, s->proto, &s->saddr, &s->daddr);
	kmon_put_symbol(t, kmon_states, s->state);
	if (s->fd >= 0)
		put_pair(t, " fd=", s->fd);
}

/* A length of time that is read, not computed with: 1.234s, 56.7ms, 890us. */
static void put_span(struct kmon_text *t, const char *key, uint64_t ns)
{
	kmon_put(t, key);
	if (ns >= 1000000000) {
		kmon_put_number(t, ns / 1000000000);
		kmon_put_char(t, '.');
		kmon_put_digits(t, ns % 1000000000 / 1000000, 3);
		kmon_put_char(t, 's');
	} else if (ns >= 1000000) {
		kmon_put_number(t, ns / 1000000);
		kmon_put_char(t, '.');
		kmon_put_digits(t, ns % 1000000 / 100000, 1);
		kmon_put(t, "ms");
	} else {
		kmon_put_number(t, ns / 1000);
		kmon_put(t, "us");
	}
}

static void put_status(struct kmon_text *t, const struct kmon_exit *e)
{
	const char *name = sigabbrev_np(e->signal);

	if (!e->signal) {
		put_pair(t, "code=", e->exit_code);
		return;
	}
	kmon_put(t, "signal=");
	if (name)
		kmon_put(t, name);
	else
		kmon_put_number(t, e->signal);
	if (e->core)
		kmon_put(t, " core");
}

static void put_exit(struct kmon_text *t, bool colour,
		     const struct kmon_exit *e)
{
	put_what(t, colour, COLOUR_EXIT, "exit");
	kmon_put_owner(t, colour, e->comm, e->pid);
	kmon_put_pad(t, COLUMN_PROTO);
	put_status(t, e);
	put_span(t, " ran=", e->run_time);
	put_span(t, " cpu=", e->sum_exec);
	put_pair(t, " rss=", e->max_rss);
	put_pair(t, "KiB threads=", e->threads);
	kmon_put(t, " parent=");
	kmon_put_signed(t, e->ppid);
	if (e->sockets)
		put_pair(t, " sockets=", e->sockets);
	/* Packets are counted only while somebody wants that. */
	if (!e->net_since)
		return;
	put_pair(t, " rx=", e->rx_bytes);
	put_pair(t, "/", e->rx_packets);
	put_pair(t, " tx=", e->tx_bytes);
	put_pair(t, "/", e->tx_packets);
}

static void put_lost(struct kmon_text *t, bool colour,
		     const struct kmon_event *ev)
{
	put_what(t, colour, COLOUR_LOST, "LOST");
	kmon_put_number(t, ev->lost.count);
	put_pair(t, " records of CPU ", ev->cpu);
}

static void put_event(struct kmon_text *t, bool colour,
		      const struct kmon_event *ev)
{
	switch (ev->type) {
	case KMON_EVENT_PACKET:
		put_packet(t, colour, &ev->packet);
		break;
	case KMON_EVENT_SOCKET:
		put_socket(t, colour, &ev->socket);
		break;
	case KMON_EVENT_EXIT:
		put_exit(t, colour, &ev->exit);
		break;
	case KMON_EVENT_FORK:
		put_what(t, colour, COLOUR_EXIT, "fork");
		kmon_put_signed(t, ev->fork.parent);
		kmon_put(t, " > ");
		kmon_put_signed(t, ev->fork.child);
		break;
	case KMON_EVENT_LOST:
		put_lost(t, colour, ev);
		break;
	}
}

size_t kmon_format_info(const struct kmon_event *ev, char *buf)
{
	struct kmon_text t = { buf, buf };

	put_event(&t, false, ev);
	*t.end = '\0';
	return t.end - buf;
}

/* The time takes 16 columns; those of the rest are counted from behind it. */
size_t kmon_format_text(struct kmon_formatter *f, const struct kmon_event *ev,
			char *buf)
{
	struct kmon_text t = { buf, buf };
	uint32_t ns = set_second(f, ev->time);

	kmon_put_bytes(&t, f->clock, sizeof(f->clock) - 1);
	kmon_put_char(&t, '.');
	kmon_put_digits(&t, ns / 1000, 6);
	kmon_put_char(&t, ' ');
	t.start = t.end;
	put_event(&t, f->colour, ev);
	kmon_put_char(&t, '\n');
	return t.end - buf;
}

size_t kmon_format_header(char *buf)
{
	struct kmon_text t = { buf, buf };

	kmon_put(&t, "TIME            ");
	t.start = t.end;
	kmon_put(&t, "EVENT");
	kmon_put_pad(&t, COLUMN_OWNER);
	kmon_put(&t, "OWNER/PID");
	kmon_put_pad(&t, COLUMN_PROTO);
	kmon_put(&t, "PROTO");
	kmon_put_pad(&t, COLUMN_FROM);
	kmon_put(&t, "FROM");
	kmon_put_pad(&t, COLUMN_TO);
	kmon_put(&t, "> TO");
	kmon_put_pad(&t, COLUMN_REST);
	kmon_put(&t, "DETAILS\n");
	return t.end - buf;
}

static void put_json_value(struct kmon_text *t, const struct kmon_event *ev,
			   const struct kmon_field *field)
{
	const void *data = kmon_event_data(ev, field);
	uint64_t value;

	switch (field->kind) {
	case KMON_KIND_TEXT:
		kmon_put_json_name(t, data);
		return;
	case KMON_KIND_ADDRESS:
		kmon_put_char(t, '"');
		kmon_put_address(t, data);
		kmon_put_char(t, '"');
		return;
	}
	value = kmon_event_number(ev, field);
	switch (field->kind) {
	case KMON_KIND_SIGNED:
		kmon_put_signed(t, value);
		break;
	case KMON_KIND_SYMBOL:
		kmon_put_char(t, '"');
		kmon_put_symbol(t, field->symbols, value);
		kmon_put_char(t, '"');
		break;
	case KMON_KIND_FLAGS:
		kmon_put_char(t, '"');
		put_flags(t, field->symbols, value);
		kmon_put_char(t, '"');
		break;
	default:
		kmon_put_number(t, value);
	}
}

static void put_json_fields(struct kmon_text *t, const struct kmon_event *ev)
{
	const struct kmon_field *field = kmon_event_fields(ev->type);

	for (; field->name; field++) {
		kmon_put_bytes(t, ",\"", 2);
		kmon_put(t, field->name);
		kmon_put_bytes(t, "\":", 2);
		put_json_value(t, ev, field);
	}
}

size_t kmon_format_json(struct kmon_formatter *f, const struct kmon_event *ev,
			char *buf)
{
	static const char *const names[] = {
		[KMON_EVENT_PACKET] = "packet",
		[KMON_EVENT_SOCKET] = "socket",
		[KMON_EVENT_EXIT] = "exit",
		[KMON_EVENT_FORK] = "fork",
		[KMON_EVENT_LOST] = "lost",
	};
	struct kmon_text t = { buf, buf };
	uint32_t ns = set_second(f, ev->time);

	kmon_put(&t, "{\"event\":\"");
	kmon_put(&t, names[ev->type]);
	kmon_put(&t, "\",\"time\":\"");
	kmon_put(&t, f->date);
	kmon_put_char(&t, '.');
	kmon_put_digits(&t, ns, 9);
	put_pair(&t, "Z\",\"mono\":", ev->time);
	put_pair(&t, ",\"cpu\":", ev->cpu);
	if (ev->type == KMON_EVENT_LOST)
		put_pair(&t, ",\"count\":", ev->lost.count);
	else
		put_json_fields(&t, ev);
	kmon_put_bytes(&t, "}\n", 2);
	return t.end - buf;
}
