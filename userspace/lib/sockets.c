// SPDX-License-Identifier: GPL-2.0
/* The sockets that there are now: the file kmon/sockets. */
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stats.h"

/* The first line of the file, which says what the words of each line are. */
#define HEADER "netns proto state local remote uid pid fd inode cgroup comm"

/**
 * struct kmon_sockets - the open file
 * @fd: of it
 * @port: see kmon_sockets_open()
 * @time: of the reading
 * @at: the next line
 * @end: behind what was read
 * @buf: lines, the last of them maybe not whole yet
 */
struct kmon_sockets {
	int fd;
	int port;
	uint64_t time;
	char *at;
	char *end;
	char buf[65536];
};

/*
 * Each takes a word off a line, with the blank behind it. The file may have
 * lines by the hundred thousand: they are gone through once.
 */

static bool take_digits(char **line, uint64_t *value)
{
	char *at = *line;
	uint64_t n = 0;

	for (; *at >= '0' && *at <= '9'; at++)
		n = n * 10 + (*at - '0');
	if (at == *line)
		return false;
	*line = at;
	*value = n;
	return true;
}

static bool take_char(char **line, char c)
{
	return *(*line)++ == c;
}

static bool take_number(char **line, uint64_t *value)
{
	return take_digits(line, value) && take_char(line, ' ');
}

static bool take_signed(char **line, int32_t *value)
{
	bool negative = **line == '-';
	uint64_t n;

	*line += negative;
	if (!take_number(line, &n))
		return false;
	*value = negative ? -(int64_t)n : (int64_t)n;
	return true;
}

static const char *take_word(char **line)
{
	char *word = *line, *blank = strchr(word, ' ');

	if (!blank)
		return NULL;
	*blank = '\0';
	*line = blank + 1;
	return word;
}

static bool take_ipv4(char **line, union kmon_addr *addr)
{
	unsigned char *byte = (unsigned char *)&addr->in.sin_addr;
	uint64_t n;
	int i;

	for (i = 0; i < 4; i++) {
		if (!take_digits(line, &n) || n > 255)
			return false;
		if (i < 3 && !take_char(line, '.'))
			return false;
		byte[i] = n;
	}
	addr->family = AF_INET;
	return true;
}

static bool take_ipv6(char **line, union kmon_addr *addr)
{
	char *start = *line + 1, *close = strchr(start, ']');

	if (!close)
		return false;
	*close = '\0';
	*line = close + 1;
	addr->family = AF_INET6;
	return inet_pton(AF_INET6, start, &addr->in6.sin6_addr) == 1;
}

/* "1.2.3.4:80" or "[::1]:80" */
static bool take_end(char **line, union kmon_addr *addr, uint16_t *port)
{
	uint64_t n;

	if (**line == '[' ? !take_ipv6(line, addr) : !take_ipv4(line, addr))
		return false;
	if (!take_char(line, ':') || !take_number(line, &n) || n > UINT16_MAX)
		return false;
	/* It is at the same place in both. */
	addr->in.sin_port = htons(n);
	*port = n;
	return true;
}

static bool find_name(const struct kmon_symbol *symbols, const char *name,
		      uint32_t *value)
{
	for (; symbols->name; symbols++) {
		if (strcmp(symbols->name, name))
			continue;
		*value = symbols->value;
		return true;
	}
	return false;
}

/* The file has the names of ss; the events have those of their own texts. */
static bool get_state(const char *name, uint8_t *state)
{
	static const struct kmon_symbol names[] = {
		{ 1, "ESTAB" }, { 10, "LISTEN" }, { 7, "UNCONN" },
		{ 6, "TIME-WAIT" }, { 8, "CLOSE-WAIT" }, { 2, "SYN-SENT" },
		{ 3, "SYN-RECV" }, { 4, "FIN-WAIT-1" }, { 5, "FIN-WAIT-2" },
		{ 9, "LAST-ACK" }, { 11, "CLOSING" }, { 13, "BOUND" },
		{ 0, "-" }, { 0, NULL }
	};
	uint32_t value;

	if (!find_name(names, name, &value))
		return false;
	*state = value;
	return true;
}

/* A protocol that the file has no name for is "other". */
static uint16_t get_proto(const char *name)
{
	uint32_t value;

	return find_name(kmon_protos, name, &value) ? value : 0;
}

static int octal(char c)
{
	return c >= '0' && c <= '7' ? c - '0' : -1;
}

/* As it was before the kernel escaped it. */
static void get_comm(const char *text, char *comm)
{
	int i = 0;

	while (*text && i < KMON_COMM_LEN - 1) {
		if (*text == '\\' && octal(text[1]) >= 0 &&
		    octal(text[2]) >= 0 && octal(text[3]) >= 0) {
			comm[i++] = octal(text[1]) << 6 | octal(text[2]) << 3 |
				    octal(text[3]);
			text += 4;
		} else {
			comm[i++] = *text++;
		}
	}
	comm[i] = '\0';
}

int kmon_sockets_parse(char *line, int port, struct kmon_event *ev)
{
	struct kmon_socket *s = &ev->socket;
	const char *proto, *state;
	uint64_t netns;
	int32_t uid;

	memset(ev, 0, sizeof(*ev));
	ev->type = KMON_EVENT_SOCKET;
	if (!take_number(&line, &netns))
		return -EBADMSG;
	proto = take_word(&line);
	state = proto ? take_word(&line) : NULL;
	if (!state || !get_state(state, &s->state) ||
	    !take_end(&line, &s->saddr, &s->sport))
		return -EBADMSG;
	if (port >= 0 && s->sport != port)
		return 0;
	/* A name may have blanks in it; it is the last. */
	if (!take_end(&line, &s->daddr, &s->dport) ||
	    !take_signed(&line, &uid) || !take_signed(&line, &s->pid) ||
	    !take_signed(&line, &s->fd) || !take_number(&line, &s->ino) ||
	    !take_number(&line, &s->cgroup) || !*line)
		return -EBADMSG;
	s->netns = netns;
	s->uid = uid;
	s->proto = get_proto(proto);
	s->family = s->saddr.family;
	s->reason = KMON_REASON_EXISTING;
	if (s->pid >= 0)
		get_comm(line, s->comm);
	return 1;
}

/* Return: 1 with a whole line, 0 behind the last, or a negative errno. */
static int next_line(struct kmon_sockets *sockets, char **line)
{
	char *newline;
	ssize_t len;

	for (;;) {
		newline = memchr(sockets->at, '\n', sockets->end - sockets->at);
		if (newline) {
			*newline = '\0';
			*line = sockets->at;
			sockets->at = newline + 1;
			return 1;
		}
		len = sockets->end - sockets->at;
		memmove(sockets->buf, sockets->at, len);
		sockets->at = sockets->buf;
		sockets->end = sockets->buf + len;
		len = read(sockets->fd, sockets->end,
			   sockets->buf + sizeof(sockets->buf) - sockets->end);
		if (len < 0 && errno != EINTR)
			return -errno;
		if (!len)
			return sockets->at == sockets->end ? 0 : -EBADMSG;
		if (len > 0)
			sockets->end += len;
	}
}

struct kmon_sockets *kmon_sockets_open(int port, struct kmon_error *error)
{
	struct kmon_sockets *sockets = malloc(sizeof(*sockets));
	struct timespec now;
	char *line;
	int err;

	if (!sockets) {
		kmon_error_set(error, -ENOMEM, "no memory");
		return NULL;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	sockets->time = now.tv_sec * 1000000000ULL + now.tv_nsec;
	sockets->port = port;
	sockets->at = sockets->end = sockets->buf;
	sockets->fd = kmon_debugfs_open("sockets", error);
	if (sockets->fd < 0) {
		errno = -sockets->fd;
		free(sockets);
		return NULL;
	}
	err = next_line(sockets, &line);
	if (err > 0 && !strcmp(line, HEADER))
		return sockets;
	if (err < 0)
		kmon_error_set(error, err, "cannot read kmon/sockets: %s",
			       strerror(-err));
	else
		kmon_error_set(error, -EPROTO,
			       "kmon/sockets has other columns: install module and program from one source");
	kmon_sockets_close(sockets);
	errno = err < 0 ? -err : EPROTO;
	return NULL;
}

int kmon_sockets_next(struct kmon_sockets *sockets, struct kmon_event *ev,
		      struct kmon_error *error)
{
	char *line;
	int got;

	do {
		got = next_line(sockets, &line);
		if (got <= 0)
			break;
		got = kmon_sockets_parse(line, sockets->port, ev);
	} while (!got);
	ev->time = sockets->time;
	if (got >= 0)
		return got;
	return kmon_error_set(error, got, "cannot read kmon/sockets: %s",
			      strerror(-got));
}

void kmon_sockets_close(struct kmon_sockets *sockets)
{
	if (!sockets)
		return;
	close(sockets->fd);
	free(sockets);
}
