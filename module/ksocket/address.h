/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses: in from callers, out to callers, and as text. */
#ifndef _KMON_KSOCKET_ADDRESS_H
#define _KMON_KSOCKET_ADDRESS_H

#include <linux/socket.h>

/**
 * kmon_ksock_address_in() - take over an address of a caller's
 * @to: gets it, as protocols may write behind its end
 * @from: the caller's
 * @len: its size in bytes
 *
 * Context: any. Return: 0 or -EINVAL.
 */
int kmon_ksock_address_in(struct sockaddr_storage *to, const void *from,
			  int len);

/**
 * kmon_ksock_address_out() - give an address to a caller
 * @from: the address
 * @from_len: its size in bytes
 * @to: gets as much of it as fits
 * @to_len: in: size of @to, not negative; out: @from_len
 *
 * Context: any.
 */
void kmon_ksock_address_out(const struct sockaddr_storage *from, int from_len,
			    void *to, int *to_len);

#endif /* _KMON_KSOCKET_ADDRESS_H */
