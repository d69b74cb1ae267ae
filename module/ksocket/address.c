// SPDX-License-Identifier: GPL-2.0
/* Addresses: in from callers, out to callers, and as text. */
#include "ksocket/address.h"

#include <kmon/ksocket.h>
#include <linux/export.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Longest texts, with the end. */
#define TEXT4_LEN sizeof("255.255.255.255")
#define TEXT6_LEN sizeof("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")

int kmon_ksock_address_in(struct sockaddr_storage *to, const void *from,
			  int len)
{
	if (!from || len < (int)sizeof(to->ss_family) ||
	    len > (int)sizeof(*to))
		return -EINVAL;
	memset(to, 0, sizeof(*to));
	memcpy(to, from, len);
	return 0;
}

void kmon_ksock_address_out(const struct sockaddr_storage *from, int from_len,
			    void *to, int *to_len)
{
	memcpy(to, from, min(*to_len, from_len));
	*to_len = from_len;
}

unsigned int inet_addr(char *ip)
{
	char text[TEXT4_LEN];
	__be32 addr;

	if (!ip || !in4_pton(ip, -1, (u8 *)&addr, -1, NULL))
		return (__force unsigned int)htonl(INADDR_NONE);
	/* Leading zeros are octal to some and decimal to others. */
	snprintf(text, sizeof(text), "%pI4", &addr);
	if (strcmp(text, ip))
		return (__force unsigned int)htonl(INADDR_NONE);
	return (__force unsigned int)addr;
}
EXPORT_SYMBOL_GPL(inet_addr);

char *inet_ntoa(struct in_addr *in)
{
	return in ? kasprintf(GFP_KERNEL, "%pI4", &in->s_addr) : NULL;
}
EXPORT_SYMBOL_GPL(inet_ntoa);

int inet6_addr(const char *ip, struct in6_addr *addr)
{
	const char *end;

	if (!ip || !addr || strlen(ip) >= TEXT6_LEN ||
	    !in6_pton(ip, -1, addr->s6_addr, -1, &end) || *end)
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL_GPL(inet6_addr);

char *inet6_ntoa(const struct in6_addr *addr)
{
	return addr ? kasprintf(GFP_KERNEL, "%pI6c", addr) : NULL;
}
EXPORT_SYMBOL_GPL(inet6_ntoa);
