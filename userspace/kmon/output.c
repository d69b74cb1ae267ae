// SPDX-License-Identifier: GPL-2.0
/* Buffered output that a signal can always get past. */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void output_init(struct output *out, int fd)
{
	struct stat st;

	out->fd = fd;
	out->whole = !fstat(fd, &st) && S_ISREG(st.st_mode);
	out->start = 0;
	out->end = 0;
}

char *output_room(struct output *out, size_t size)
{
	if (out->start == out->end)
		out->start = out->end = 0;
	return sizeof(out->buf) - out->end < size ? NULL : out->buf + out->end;
}

char *output_line(struct output *out, int *err)
{
	char *line = output_room(out, OUTPUT_LINE);

	*err = 0;
	if (line)
		return line;
	*err = output_flush(out, -1);
	out->start = out->end = 0;
	return out->buf;
}

/*
 * Return: 0 when something can be written, which then does not block: a pipe
 * that is ready takes PIPE_BUF bytes.
 */
static int wait_until_ready(const struct output *out, int other)
{
	struct pollfd fds[] = { { out->fd, POLLOUT, 0 }, { other, POLLIN, 0 } };

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	if (fds[0].revents & (POLLOUT | POLLERR))
		return 0;
	return fds[1].revents ? -EAGAIN : -EIO;
}

int output_flush(struct output *out, int other)
{
	ssize_t written;
	size_t len;
	int err;

	while (out->start < out->end) {
		len = out->end - out->start;
		if (!out->whole) {
			err = wait_until_ready(out, other);
			if (err)
				return err;
			len = len < PIPE_BUF ? len : PIPE_BUF;
		}
		written = write(out->fd, out->buf + out->start, len);
		if (written >= 0)
			out->start += written;
		else if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
	return 0;
}
