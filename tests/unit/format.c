// SPDX-License-Identifier: GPL-2.0
/* How events read, as text and as JSON. */
#include "decode.h"
#include "format.h"
#include "table.h"
#include "text.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static struct kmon_formatter formatter;

static int prepare(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	kmon_formatter_init(&formatter, false);
	formatter.to_realtime = 1767225600000000000; /* 2026-01-01 */
	return 0;
}

static void set_end(union kmon_addr *addr, uint16_t *number, const char *text,
		    uint16_t port)
{
	memset(addr, 0, sizeof(*addr));
	addr->in.sin_port = htons(port);
	*number = port;
	addr->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	inet_pton(addr->family, text,
		  addr->family == AF_INET ? (void *)&addr->in.sin_addr :
					    (void *)&addr->in6.sin6_addr);
}

static struct kmon_event packet(const char *from, const char *to)
{
	struct kmon_event ev = { .type = KMON_EVENT_PACKET, .cpu = 1 };
	struct kmon_packet *p = &ev.packet;

	ev.time = 3723004005006;
	set_end(&p->saddr, &p->sport, from, 33276);
	set_end(&p->daddr, &p->dport, to, 80);
	p->family = p->saddr.family;
	strcpy(p->comm, "curl");
	p->dir = KMON_DIR_OUT;
	p->proto = IPPROTO_TCP;
	p->pid = 178;
	p->len = 78;
	p->tcp_flags = 0x18;
	p->gso_segs = 1;
	p->ino = 217;
	p->netns = 4026531840;
	p->cgroup = 1;
	p->ifindex = 1;
	return ev;
}

static const char *text(const struct kmon_event *ev)
{
	static char buf[KMON_FORMAT_MAX + 1];

	buf[kmon_format_text(&formatter, ev, buf)] = '\0';
	return buf;
}

static const char *json(const struct kmon_event *ev)
{
	static char buf[KMON_FORMAT_MAX + 1];

	buf[kmon_format_json(&formatter, ev, buf)] = '\0';
	return buf;
}

static void packet_text(void **state)
{
	struct kmon_event ev = packet("127.0.0.1", "127.0.0.1");

	(void)state;
	assert_string_equal(text(&ev),
		"01:02:03.004005 out       curl/178               tcp  "
		"127.0.0.1:33276       > 127.0.0.1:80          len=78 PSH|ACK sender\n");
	ev.packet.pid = -1;
	ev.packet.source = KMON_SOURCE_NONE;
	ev.packet.proto = IPPROTO_UDP;
	ev.packet.tcp_flags = 0;
	ev.packet.dir = KMON_DIR_IN;
	assert_string_equal(text(&ev),
		"01:02:03.004005 in        -                      udp  "
		"127.0.0.1:33276       > 127.0.0.1:80          len=78 none\n");
	ev = packet("2001:db8::1", "::1");
	ev.packet.shared = 1;
	ev.packet.gso_segs = 3;
	assert_string_equal(text(&ev),
		"01:02:03.004005 out       curl/178               tcp  "
		"[2001:db8::1]:33276   > [::1]:80              len=78 PSH|ACK segs=3 sender shared\n");
}

static void packet_json(void **state)
{
	struct kmon_event ev = packet("127.0.0.1", "127.0.0.1");

	(void)state;
	assert_string_equal(json(&ev),
		"{\"event\":\"packet\",\"time\":\"2026-01-01T01:02:03.004005006Z\","
		"\"mono\":3723004005006,\"cpu\":1,\"dir\":\"out\",\"pid\":178,"
		"\"comm\":\"curl\",\"uid\":0,\"source\":\"sender\",\"shared\":0,"
		"\"family\":2,\"proto\":\"tcp\",\"saddr\":\"127.0.0.1\","
		"\"sport\":33276,\"daddr\":\"127.0.0.1\",\"dport\":80,\"len\":78,"
		"\"tcp_flags\":\"PSH|ACK\",\"gso_segs\":1,\"ino\":217,"
		"\"netns\":4026531840,\"cgroup\":1,\"ifindex\":1}\n");
}

static void socket_text(void **state)
{
	struct kmon_event ev = { .type = KMON_EVENT_SOCKET };
	struct kmon_socket *s = &ev.socket;
	char buf[KMON_TABLE_MAX + 1];

	(void)state;
	set_end(&s->saddr, &s->sport, "::", 443);
	set_end(&s->daddr, &s->dport, "::", 0);
	strcpy(s->comm, "nginx");
	s->pid = 169;
	s->fd = 6;
	s->proto = IPPROTO_TCP;
	s->state = 10;
	s->ino = 12345;
	s->netns = 4026531840;
	assert_string_equal(text(&ev),
		"00:00:00.000000 existing  nginx/169              tcp  "
		"[::]:443              > [::]:0                listening fd=6\n");
	buf[kmon_table_row(s, false, buf)] = '\0';
	assert_string_equal(buf,
		"tcp   listening   [::]:443              [::]:0                "
		"nginx/169             6   0     4026531840 12345\n");
	s->reason = KMON_REASON_END;
	assert_string_equal(text(&ev),
		"00:00:00.000000 end       of what existed\n");
}

static void exit_text(void **state)
{
	struct kmon_event ev = { .type = KMON_EVENT_EXIT };
	struct kmon_exit *e = &ev.exit;

	(void)state;
	strcpy(e->comm, "sh");
	e->pid = 12;
	e->ppid = 1;
	e->exit_code = 3;
	e->threads = 1;
	e->run_time = 1234567890;
	e->sum_exec = 56789012;
	e->max_rss = 768;
	assert_string_equal(text(&ev),
		"00:00:00.000000 exit      sh/12                  "
		"code=3 ran=1.234s cpu=56.7ms rss=768KiB threads=1 parent=1\n");
	e->signal = 11;
	e->core = 1;
	e->sockets = 2;
	e->net_since = 1;
	e->rx_bytes = 255;
	e->rx_packets = 4;
	assert_string_equal(text(&ev),
		"00:00:00.000000 exit      sh/12                  "
		"signal=SEGV core ran=1.234s cpu=56.7ms rss=768KiB threads=1 "
		"parent=1 sockets=2 rx=255/4 tx=0/0\n");
}

static void losses(void **state)
{
	struct kmon_event ev = { .type = KMON_EVENT_LOST, .cpu = 3,
				 .lost.count = 1234 };

	(void)state;
	assert_string_equal(text(&ev),
		"00:00:00.000000 LOST      1234 records of CPU 3\n");
	assert_string_equal(json(&ev),
		"{\"event\":\"lost\",\"time\":\"2026-01-01T00:00:00.000000000Z\","
		"\"mono\":0,\"cpu\":3,\"count\":1234}\n");
}

/* What a terminal, or a program that reads lines, must not get to see. */
static void names(void **state)
{
	static const struct {
		const char *name, *text, *json;
	} cases[] = {
		{ "two words", "two words", "\"two words\"" },
		{ "a\nb", "a\\012b", "\"a\\\\012b\"" },
		{ "\033[2J", "\\033[2J", "\"\\\\033[2J\"" },
		{ "back\\slash", "back\\134slash", "\"back\\\\134slash\"" },
		{ "say \"x\"", "say \"x\"", "\"say \\\"x\\\"\"" },
		{ "\177", "\\177", "\"\\\\177\"" },
		{ "caf\303\251", "caf\303\251", "\"caf\303\251\"" },
		{ "caf\303", "caf\\303", "\"caf\\\\303\"" },
		{ "\302\233x", "\\302\\233x", "\"\\\\302\\\\233x\"" },
		{ "\300\257", "\\300\\257", "\"\\\\300\\\\257\"" },
		{ "\355\240\200", "\\355\\240\\200", "\"\\\\355\\\\240\\\\200\"" },
		{ "\360\237\230\200", "\360\237\230\200", "\"\360\237\230\200\"" },
		{ "\364\220\200\200", "\\364\\220\\200\\200", "\"\\\\364\\\\220\\\\200\\\\200\"" },
		{ "", "", "\"\"" },
	};
	char buf[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kmon_text t = { buf, buf };

		kmon_put_name(&t, cases[i].name);
		*t.end = '\0';
		assert_string_equal(buf, cases[i].text);
		t.end = buf;
		kmon_put_json_name(&t, cases[i].name);
		*t.end = '\0';
		assert_string_equal(buf, cases[i].json);
	}
}

/* Every byte of an event may be anything: no line outgrows its buffer. */
static void any_bytes(void **state)
{
	static const unsigned char bytes[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	char *buf = malloc(KMON_FORMAT_MAX), *row = malloc(KMON_TABLE_MAX);
	struct kmon_event ev;
	unsigned int i, type, round;

	(void)state;
	srand(1);
	for (type = 0; type <= KMON_EVENT_LOST; type++) {
		for (round = 0; round < 3000; round++) {
			for (i = 0; i < sizeof(ev); i++)
				((unsigned char *)&ev)[i] = round < 5 ?
					bytes[round] : rand();
			ev.type = type;
			ev.packet.comm[15] = '\0';
			ev.exit.comm[15] = '\0';
			if (round & 1)
				ev.packet.saddr.family =
					ev.packet.daddr.family = AF_INET6;
			/* Beyond this, the calendar has no year. */
			ev.time >>= 8;
			kmon_format_text(&formatter, &ev, buf);
			kmon_format_json(&formatter, &ev, buf);
			kmon_format_info(&ev, buf);
			if (type == KMON_EVENT_SOCKET)
				kmon_table_row(&ev.socket, true, row);
		}
	}
	free(buf);
	free(row);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "a packet as text", packet_text, NULL, NULL, NULL },
		{ "a packet as JSON", packet_json, NULL, NULL, NULL },
		{ "a socket as text and in a table", socket_text, NULL, NULL, NULL },
		{ "an exit as text", exit_text, NULL, NULL, NULL },
		{ "a loss as text and as JSON", losses, NULL, NULL, NULL },
		{ "no name forges a line, and JSON stays UTF-8", names, NULL, NULL, NULL },
		{ "no bytes outgrow a line", any_bytes, NULL, NULL, NULL },
	};

	return cmocka_run_group_tests_name("format", tests, prepare, NULL) != 0;
}
