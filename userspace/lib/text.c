// SPDX-License-Identifier: GPL-2.0
/* Puts words and numbers into a buffer, without printf(). */
#include "text.h"

#include <arpa/inet.h>

static int nr_digits(uint64_t value)
{
	int nr = 1;

	for (; value >= 10000; value /= 10000)
		nr += 4;
	return nr + (value >= 10) + (value >= 100) + (value >= 1000);
}

void kmon_put_number(struct kmon_text *t, uint64_t value)
{
	char *p = t->end + nr_digits(value);

	t->end = p;
	do
		*--p = '0' + value % 10;
	while (value /= 10);
}

void kmon_put_signed(struct kmon_text *t, int64_t value)
{
	if (value < 0)
		kmon_put_char(t, '-');
	kmon_put_number(t, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void kmon_put_digits(struct kmon_text *t, uint32_t value, int digits)
{
	char *p = t->end += digits;

	while (digits--) {
		*--p = '0' + value % 10;
		value /= 10;
	}
}

void kmon_put_pad(struct kmon_text *t, int column)
{
	char *at = t->end, *to = t->start + column;

	if (to <= at)
		to = at + 1;
	/* More than are wanted at a time: what comes next overwrites them. */
	for (; at < to; at += 16)
		memset(at, ' ', 16);
	t->end = to;
}

/*
 * How many bytes the character of UTF-8 at @s has that needs no escape; 0 where
 * it needs one. C1 controls do: terminals obey them. Bytes behind the end of
 * the name are not looked at, as its 0 continues no character.
 */
static int plain(const unsigned char *s)
{
	uint32_t c = s[0];
	int i, len;

	if (c < 0x80)
		return c >= 0x20 && c != 0x7f && c != '\\';
	len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	c &= 0x7f >> len;
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	/* Too long a form of it, half a pair of UTF-16, or beyond the last. */
	if ((len == 3 && c < 0x800) || (len == 4 && c < 0x10000) ||
	    (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return 0;
	return c < 0xa0 ? 0 : len;
}

static void put_name(struct kmon_text *t, const char *name, bool json)
{
	const unsigned char *s = (const unsigned char *)name;
	char *end = t->end;
	int len;

	/* Most names have nothing else in them. */
	while (*s > ' ' && *s < 0x7f && *s != '\\' && *s != '"')
		*end++ = *s++;
	t->end = end;
	while (*s) {
		len = plain(s);
		if (json && (!len || *s == '"'))
			kmon_put_char(t, '\\');
		if (len) {
			kmon_put_bytes(t, (const char *)s, len);
			s += len;
			continue;
		}
		kmon_put_char(t, '\\');
		kmon_put_char(t, '0' + (*s >> 6));
		kmon_put_char(t, '0' + (*s >> 3 & 7));
		kmon_put_char(t, '0' + (*s & 7));
		s++;
	}
}

void kmon_put_name(struct kmon_text *t, const char *name)
{
	put_name(t, name, false);
}

void kmon_put_json_name(struct kmon_text *t, const char *name)
{
	kmon_put_char(t, '"');
	put_name(t, name, true);
	kmon_put_char(t, '"');
}

/* One of four in an address, of which there are two in most lines. */
static inline char *put_byte(char *p, unsigned int byte)
{
	if (byte >= 100) {
		*p++ = '0' + byte / 100;
		byte %= 100;
		*p++ = '0' + byte / 10;
	} else if (byte >= 10) {
		*p++ = '0' + byte / 10;
	}
	*p++ = '0' + byte % 10;
	return p;
}

static void put_ipv4(struct kmon_text *t, struct in_addr addr)
{
	const unsigned char *byte = (const unsigned char *)&addr;
	char *p = put_byte(t->end, byte[0]);
	int i;

	for (i = 1; i < 4; i++) {
		*p++ = '.';
		p = put_byte(p, byte[i]);
	}
	t->end = p;
}

static void put_ipv6(struct kmon_text *t, const struct in6_addr *addr)
{
	/* It cannot fail: there is room for the longest. */
	inet_ntop(AF_INET6, addr, t->end, INET6_ADDRSTRLEN);
	t->end += strlen(t->end);
}

void kmon_put_address(struct kmon_text *t, const union kmon_addr *addr)
{
	if (addr->family == AF_INET)
		put_ipv4(t, addr->in.sin_addr);
	else if (addr->family == AF_INET6)
		put_ipv6(t, &addr->in6.sin6_addr);
	else
		kmon_put_char(t, '?');
}

void kmon_put_end(struct kmon_text *t, const union kmon_addr *addr)
{
	if (addr->family == AF_INET6) {
		kmon_put_char(t, '[');
		put_ipv6(t, &addr->in6.sin6_addr);
		kmon_put_char(t, ']');
	} else {
		kmon_put_address(t, addr);
	}
	kmon_put_char(t, ':');
	/* The port is at the same place in both. */
	kmon_put_number(t, ntohs(addr->in.sin_port));
}

void kmon_put_colour(struct kmon_text *t, bool colour, const char *code)
{
	if (!colour)
		return;
	kmon_put(t, code);
	t->start += strlen(code);
}

void kmon_put_symbol(struct kmon_text *t, const struct kmon_symbol *symbols,
		     uint32_t value)
{
	const char *name = kmon_symbol_name(symbols, value);

	if (name)
		kmon_put(t, name);
	else
		kmon_put_number(t, value);
}

void kmon_put_owner(struct kmon_text *t, bool colour, const char *comm,
		    int32_t pid)
{
	if (pid < 0) {
		kmon_put_char(t, '-');
		return;
	}
	kmon_put_colour(t, colour, KMON_COLOUR_BOLD);
	kmon_put_name(t, comm);
	kmon_put_colour(t, colour, KMON_COLOUR_NONE);
	if (!pid)
		return;
	kmon_put_char(t, '/');
	kmon_put_number(t, pid);
}
