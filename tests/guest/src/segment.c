// SPDX-License-Identifier: GPL-2.0
/*
 * Sends a bare TCP segment from a raw socket, for each of its PORTs one.
 *
 * usage: segment FROM PORT[,PORT...] TO PORT FLAGS
 * FLAGS is the flags byte of the TCP header as a number: 2 SYN, 16 ACK.
 */
#include "common.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint32_t sum16(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *byte = data;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? byte[i] : byte[i] << 8;
	return sum;
}

/* The TCP checksum, over the pseudo header of either family. */
static uint16_t checksum(const struct sockaddr_storage *from,
			 const struct sockaddr_storage *to,
			 const uint8_t *tcp, size_t len)
{
	bool v6 = from->ss_family == AF_INET6;
	size_t offset = v6 ? offsetof(struct sockaddr_in6, sin6_addr) :
			     offsetof(struct sockaddr_in, sin_addr);
	uint32_t sum = IPPROTO_TCP + len;

	sum = sum16(sum, (const char *)from + offset, v6 ? 16 : 4);
	sum = sum16(sum, (const char *)to + offset, v6 ? 16 : 4);
	sum = sum16(sum, tcp, len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void send_segment(const struct sockaddr_storage *from, int sport,
			 const struct sockaddr_storage *to, int dport, int flags)
{
	uint8_t tcp[20] = {
		[0] = sport >> 8, [1] = sport, [2] = dport >> 8, [3] = dport,
		[12] = sizeof(tcp) / 4 << 4, [13] = flags, [14] = 0x10,
	};
	uint16_t sum = checksum(from, to, tcp, sizeof(tcp));
	int fd = socket(from->ss_family, SOCK_RAW, IPPROTO_TCP);

	tcp[16] = sum >> 8;
	tcp[17] = sum;
	if (fd < 0 || bind(fd, (struct sockaddr *)from, sizeof(*from)) < 0 ||
	    sendto(fd, tcp, sizeof(tcp), 0, (struct sockaddr *)to,
		   sizeof(*to)) < 0)
		die("segment");
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_storage from, to;
	char *port;

	if (argc != 6 || !address(&from, argv[1], 0) ||
	    !address(&to, argv[3], 0)) {
		fputs("usage: segment FROM PORT[,PORT...] TO PORT FLAGS\n", stderr);
		return 2;
	}
	for (port = strtok(argv[2], ","); port; port = strtok(NULL, ","))
		send_segment(&from, atoi(port), &to, atoi(argv[4]),
			     atoi(argv[5]));
	return 0;
}
