// SPDX-License-Identifier: GPL-2.0
/* Names of processes in our own text. */
#include "escape.h"

#include <linux/string.h>
#include <linux/string_helpers.h>

static const char unsafe[] =
	"\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"
	"\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"
	"\177\\";

/* Nearly all are, and string_escape_mem() looks at each byte in many ways. */
static bool is_plain(const char *comm)
{
	int i;

	for (i = 0; i < TASK_COMM_LEN; i++) {
		unsigned char c = comm[i];

		if (!c)
			return true;
		if (c < 0x20 || c == 0x7f || c == '\\')
			return false;
	}
	return false;
}

const char *kmon_escape(char *to, const char *comm)
{
	int len;

	if (is_plain(comm))
		return comm;
	len = string_escape_mem(comm, strnlen(comm, TASK_COMM_LEN - 1), to,
				KMON_ESCAPED_LEN - 1, ESCAPE_OCTAL, unsafe);
	to[len] = '\0';
	return to;
}
