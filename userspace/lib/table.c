// SPDX-License-Identifier: GPL-2.0
/* Sockets as lines of a table, in the manner of ss. */
#include "table.h"

#include "text.h"

enum column {
	COLUMN_STATE = 6,
	COLUMN_LOCAL = 18,
	COLUMN_REMOTE = 40,
	COLUMN_OWNER = 62,
	COLUMN_FD = 84,
	COLUMN_UID = 88,
	COLUMN_NETNS = 94,
	COLUMN_INODE = 105,
};

size_t kmon_table_header(char *buf)
{
	struct kmon_text t = { buf, buf };

	kmon_put(&t, "PROTO");
	kmon_put_pad(&t, COLUMN_STATE);
	kmon_put(&t, "STATE");
	kmon_put_pad(&t, COLUMN_LOCAL);
	kmon_put(&t, "LOCAL");
	kmon_put_pad(&t, COLUMN_REMOTE);
	kmon_put(&t, "REMOTE");
	kmon_put_pad(&t, COLUMN_OWNER);
	kmon_put(&t, "OWNER/PID");
	kmon_put_pad(&t, COLUMN_FD);
	kmon_put(&t, "FD");
	kmon_put_pad(&t, COLUMN_UID);
	kmon_put(&t, "UID");
	kmon_put_pad(&t, COLUMN_NETNS);
	kmon_put(&t, "NETNS");
	kmon_put_pad(&t, COLUMN_INODE);
	kmon_put(&t, "INODE\n");
	return t.end - buf;
}

/* What is below 0 is not there. */
static void put_or_dash(struct kmon_text *t, int64_t value)
{
	if (value < 0)
		kmon_put_char(t, '-');
	else
		kmon_put_number(t, value);
}

size_t kmon_table_row(const struct kmon_socket *s, bool colour, char *buf)
{
	struct kmon_text t = { buf, buf };

	kmon_put_symbol(&t, kmon_protos, s->proto);
	kmon_put_pad(&t, COLUMN_STATE);
	kmon_put_symbol(&t, kmon_states, s->state);
	kmon_put_pad(&t, COLUMN_LOCAL);
	kmon_put_end(&t, &s->saddr);
	kmon_put_pad(&t, COLUMN_REMOTE);
	kmon_put_end(&t, &s->daddr);
	kmon_put_pad(&t, COLUMN_OWNER);
	kmon_put_owner(&t, colour, s->comm, s->pid);
	kmon_put_pad(&t, COLUMN_FD);
	put_or_dash(&t, s->fd);
	kmon_put_pad(&t, COLUMN_UID);
	put_or_dash(&t, (int32_t)s->uid);
	kmon_put_pad(&t, COLUMN_NETNS);
	kmon_put_number(&t, s->netns);
	kmon_put_pad(&t, COLUMN_INODE);
	kmon_put_number(&t, s->ino);
	kmon_put_char(&t, '\n');
	return t.end - buf;
}
