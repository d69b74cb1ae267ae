// SPDX-License-Identifier: GPL-2.0
/*
 * Writes a file to standard output as pagers and odd programs read it.
 *
 * usage: dribble FILE bytes N	by reads of N bytes
 *	dribble FILE back N	after N bytes back to the beginning, each time N
 *				bytes further
 *	dribble FILE pieces N	by pread(2) of N bytes, from the end to the
 *				beginning
 */
#include "common.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TEXT (64 << 20)

static char *text;
static size_t step;

/* Reads from where the file is, in steps. Return: how much there was. */
static size_t read_on(int fd, size_t max)
{
	size_t have = 0;
	ssize_t got;

	do {
		got = read(fd, text + have, step < max - have ? step : max - have);
		if (got < 0)
			die("read");
		have += got;
	} while (got && have < max);
	return have;
}

static size_t read_back(int fd)
{
	size_t max = step, have;

	for (;;) {
		if (lseek(fd, 0, SEEK_SET))
			die("lseek");
		have = read_on(fd, max);
		if (have < max)
			return have;
		max += step;
	}
}

static size_t read_pieces(int fd)
{
	size_t all = read_on(fd, MAX_TEXT), at = all / step * step, have;
	ssize_t got;

	/* What cannot be read again shows as a hole. */
	memset(text, '?', all);
	for (;; at -= step) {
		for (have = 0; have < step && at + have < all; have += got) {
			got = pread(fd, text + at + have, step - have,
				    at + have);
			if (got < 0)
				die("pread");
			if (!got)
				break;
		}
		if (!at)
			return all;
	}
}

int main(int argc, char **argv)
{
	const char *way = argc == 4 ? argv[2] : "";
	size_t len;
	int fd;

	step = argc == 4 ? atoi(argv[3]) : 0;
	text = malloc(MAX_TEXT + 4096);
	if (!step || !text) {
		fprintf(stderr, "usage: dribble FILE bytes|back|pieces N\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		die(argv[1]);
	if (!strcmp(way, "back"))
		len = read_back(fd);
	else if (!strcmp(way, "pieces"))
		len = read_pieces(fd);
	else
		len = read_on(fd, MAX_TEXT);
	if (!write_all(STDOUT_FILENO, text, len))
		die("write");
	return 0;
}
