/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Puts words and numbers into a buffer, without printf().
 *
 * A record becomes text hundreds of thousands of times a second: printf() would
 * be most of the cost. The caller's buffer has room for all it puts, and to
 * spare: names are of 16 bytes and numbers of 64 bits, so each line has an upper
 * bound.
 */
#ifndef _KMON_LIB_TEXT_H
#define _KMON_LIB_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "event.h"

/**
 * struct kmon_text - a line that is being written
 * @start: its first visible column
 * @end: behind what is there
 */
struct kmon_text {
	char *start;
	char *end;
};

static inline void kmon_put_char(struct kmon_text *t, char c)
{
	*t->end++ = c;
}

static inline void kmon_put_bytes(struct kmon_text *t, const char *bytes,
				  size_t len)
{
	memcpy(t->end, bytes, len);
	t->end += len;
}

/* Words are so short that calling strlen() and memcpy() would take longer. */
static inline void kmon_put(struct kmon_text *t, const char *string)
{
	char *end = t->end;

	while (*string)
		*end++ = *string++;
	t->end = end;
}

/**
 * kmon_put_number() - a number, in decimal
 * @t: the line
 * @value: the number
 */
void kmon_put_number(struct kmon_text *t, uint64_t value);

/**
 * kmon_put_signed() - a number that may be below 0
 * @t: the line
 * @value: the number
 */
void kmon_put_signed(struct kmon_text *t, int64_t value);

/**
 * kmon_put_digits() - the last digits of a number, with leading zeros
 * @t: the line
 * @value: the number
 * @digits: how many, at most 9
 */
void kmon_put_digits(struct kmon_text *t, uint32_t value, int digits);

/**
 * kmon_put_pad() - spaces up to a column, and at least one
 * @t: the line
 * @column: counted from 0
 */
void kmon_put_pad(struct kmon_text *t, int column);

/**
 * kmon_put_name() - the name of a process, which may be any bytes
 * @t: the line
 * @name: ends with a 0
 *
 * Control characters, backslash and what is not UTF-8 become \ooo, so that no
 * name forges a line or moves the cursor.
 */
void kmon_put_name(struct kmon_text *t, const char *name);

/**
 * kmon_put_json_name() - the same as a string of JSON, with quotes around it
 * @t: the line
 * @name: ends with a 0
 */
void kmon_put_json_name(struct kmon_text *t, const char *name);

/**
 * kmon_put_address() - an address without port; "?" for an unknown family
 * @t: the line
 * @addr: the address
 */
void kmon_put_address(struct kmon_text *t, const union kmon_addr *addr);

/**
 * kmon_put_end() - an address and its port: 127.0.0.1:80, [::1]:80
 * @t: the line
 * @addr: both
 */
void kmon_put_end(struct kmon_text *t, const union kmon_addr *addr);

#define KMON_COLOUR_BOLD	"\033[1m"
#define KMON_COLOUR_NONE	"\033[0m"

/**
 * kmon_put_colour() - an escape sequence, which takes no column
 * @t: the line
 * @colour: whether it is wanted
 * @code: the sequence
 */
void kmon_put_colour(struct kmon_text *t, bool colour, const char *code);

/**
 * kmon_put_symbol() - the name of a value, or its number where it has none
 * @t: the line
 * @symbols: the names
 * @value: the value
 */
void kmon_put_symbol(struct kmon_text *t, const struct kmon_symbol *symbols,
		     uint32_t value);

/**
 * kmon_put_owner() - name and pid of a process; "-" where there is none
 * @t: the line
 * @colour: whether colour is wanted
 * @comm: its name
 * @pid: 0 for the kernel, below 0 for none
 */
void kmon_put_owner(struct kmon_text *t, bool colour, const char *comm,
		    int32_t pid);

#endif /* _KMON_LIB_TEXT_H */
