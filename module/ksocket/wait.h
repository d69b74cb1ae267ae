/* SPDX-License-Identifier: GPL-2.0 */
/* Waiting until something can be done on a socket. */
#ifndef _KMON_KSOCKET_WAIT_H
#define _KMON_KSOCKET_WAIT_H

#include <linux/types.h>

struct kmon_ksock;

/**
 * kmon_ksock_wait() - wait until one socket is ready or closed
 * @ks: the socket
 * @events: EPOLLIN or EPOLLOUT; 0 where the protocol cannot tell, to wait for
 *	    the whole of @nap
 * @nap: jiffies after which to return in any case
 * @timeo: jiffies that the caller may still wait; reduced by those waited
 *
 * Context: process, may sleep.
 * Return: 0: try again; -EAGAIN: @timeo is over; -EBADF: closed; -EINTR or
 * -ERESTARTSYS: a signal.
 */
int kmon_ksock_wait(struct kmon_ksock *ks, __poll_t events, long nap,
		    long *timeo);

#endif /* _KMON_KSOCKET_WAIT_H */
