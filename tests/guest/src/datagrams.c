// SPDX-License-Identifier: GPL-2.0
/*
 * Datagrams to itself over loopback, as fast as it can.
 *
 * usage: datagrams COUNT
 * Prints how many ms it took.
 */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	int count = argc == 2 ? atoi(argv[1]) : 0;
	struct sockaddr_storage addr;
	socklen_t len = address(&addr, "127.0.0.1", 9001);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	long start = now_ms();
	char byte = 0;

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, len) ||
	    connect(fd, (struct sockaddr *)&addr, len))
		die("socket");
	while (count--)
		if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, 0) != 1)
			die("datagram");
	printf("%ld\n", now_ms() - start);
	return 0;
}
