/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BSD socket calls for kernel modules.
 *
 * All functions run in process context and may sleep, unless they say
 * otherwise. A socket is known by a handle: an opaque value of pointer type,
 * which must not be followed. A handle that is NULL, an ERR_PTR(), closed
 * already or never was one is answered with -EBADF (NULL by kaccept()), and
 * the number of a closed one is not given out again for two thousand million
 * sockets.
 *
 * Errors are negative numbers of errno. A call that is blocked on a socket of
 * AF_INET, AF_INET6 or AF_UNIX ends with -EBADF when another thread closes its
 * handle; a receiver that has got something by then returns that. Sockets of
 * other families may want a timeout for it. In a process, a signal ends it with -EINTR
 * or -ERESTARTSYS; kthreads get no signals, and kthread_stop() does not end a
 * blocked call: kclose() or kshutdown() what it waits for, then stop it.
 *
 * Any number of threads may use one handle.
 */
#ifndef _KMON_KSOCKET_H
#define _KMON_KSOCKET_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/poll.h>
#include <linux/socket.h>
#include <linux/types.h>
#include <linux/uio.h>

struct net;

typedef struct socket *ksocket_t;

/**
 * ksocket() - make a socket
 * @domain: AF_INET, AF_INET6, AF_UNIX, or another family that the kernel has
 * @type: SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET or SOCK_RAW; or'ed with
 *	  SOCK_NONBLOCK, no call on it ever blocks
 * @protocol: 0 or the family's number, such as IPPROTO_TCP
 *
 * It is in the network namespace of the calling process; that of a kthread is
 * the initial one. As long as it is open, the namespace stays.
 *
 * Return: a handle for kclose(), or NULL; ksocket_create() tells why.
 */
ksocket_t ksocket(int domain, int type, int protocol);

/**
 * ksocket_create() - make a socket in a network namespace of choice
 * @net: the namespace, of which the caller has a reference
 * @domain: as for ksocket()
 * @type: likewise
 * @protocol: likewise
 * @new: gets the handle for kclose(), or NULL
 *
 * Return: 0; -EAFNOSUPPORT, -EPROTONOSUPPORT, -ESOCKTNOSUPPORT or -EINVAL for
 * what the kernel does not have; -ENOMEM; -ENONET for a namespace that ends.
 */
int ksocket_create(struct net *net, int domain, int type, int protocol,
		   ksocket_t *new);

/**
 * kclose() - close a socket
 * @socket: the handle, which is not valid from now on
 *
 * Calls of other threads that are inside it are woken; with the last of them
 * the socket is gone, which kclose() does not wait for. The connection ends
 * as close(2) would end it, SO_LINGER included.
 *
 * Return: 0, or -EBADF.
 */
int kclose(ksocket_t socket);

/**
 * kbind() - give a socket its local address
 * @socket: the handle
 * @address: of the socket's family
 * @address_len: size of @address in bytes
 *
 * Return: 0, -EBADF, -EINVAL, -EADDRINUSE, -EADDRNOTAVAIL, or -EACCES for a
 * port below 1024 in a process without CAP_NET_BIND_SERVICE.
 */
int kbind(ksocket_t socket, struct sockaddr *address, int address_len);

/**
 * klisten() - be ready for connections
 * @socket: the handle
 * @backlog: how many may wait for kaccept(), at most net.core.somaxconn
 *
 * Return: 0, -EBADF, -EOPNOTSUPP, -EINVAL or -EADDRINUSE.
 */
int klisten(ksocket_t socket, int backlog);

/**
 * kconnect() - connect a socket, or set the peer of a datagram socket
 * @socket: the handle
 * @address: the peer's
 * @address_len: size of @address in bytes
 *
 * Waits at most for the time of ksetsndtimeo(). With SOCK_NONBLOCK it does
 * not wait: kpoll() for EPOLLOUT, then call it again for the result.
 *
 * Return: 0, -EBADF, -EINVAL, -ECONNREFUSED, -ETIMEDOUT, -ENETUNREACH,
 * -EISCONN, -EINPROGRESS (not connected yet) or, AF_UNIX, -EAGAIN (the peer's
 * backlog is full).
 */
int kconnect(ksocket_t socket, struct sockaddr *address, int address_len);

/**
 * kaccept() - take the next connection of a listening socket
 * @socket: the handle
 * @address: gets the peer's address; NULL if it is not wanted
 * @address_len: in: size of @address; out: size of the peer's address, of which
 *		 no more was written than fits; not used without @address
 *
 * Waits at most for the time of ksetrcvtimeo(). The connection is in the
 * network namespace of @socket.
 *
 * Return: a handle for kclose(), or NULL; kaccept_from() tells why.
 */
ksocket_t kaccept(ksocket_t socket, struct sockaddr *address,
		  int *address_len);

/**
 * kaccept_from() - kaccept() that says why there is no connection
 * @socket: the handle
 * @address: as for kaccept()
 * @address_len: likewise
 * @flags: SOCK_NONBLOCK for the new socket, or 0
 * @new: gets the handle for kclose(), or NULL
 *
 * Return: 0; -EBADF, also when @socket is closed meanwhile; -EINVAL when it
 * does not listen, also when it is shut down meanwhile; -EAGAIN when the time
 * is over; -ECONNABORTED, -ENOMEM: try again.
 */
int kaccept_from(ksocket_t socket, struct sockaddr *address, int *address_len,
		 int flags, ksocket_t *new);

/**
 * krecv() - receive
 * @socket: the handle
 * @buffer: gets the data
 * @length: size of @buffer in bytes
 * @flags: MSG_DONTWAIT, MSG_PEEK, MSG_WAITALL, MSG_TRUNC, MSG_OOB
 *
 * Waits at most for the time of ksetrcvtimeo().
 *
 * Return: how many bytes were received, 0 at the end of a stream; -EBADF,
 * -EINVAL, -EAGAIN (nothing came in time), -ENOTCONN, -ECONNRESET, or
 * -EOPNOTSUPP for another flag.
 */
ssize_t krecv(ksocket_t socket, void *buffer, size_t length, int flags);

/**
 * ksend() - send
 * @socket: the handle
 * @buffer: the data
 * @length: how many bytes
 * @flags: MSG_DONTWAIT, MSG_MORE, MSG_EOR, MSG_OOB, MSG_DONTROUTE,
 *	   MSG_CONFIRM; MSG_NOSIGNAL is always set
 *
 * Waits until the socket has taken everything, at most for the time of
 * ksetsndtimeo().
 *
 * Return: how many bytes it took, fewer than @length only where it may not
 * wait any longer or the connection ended; -EBADF, -EINVAL, -EAGAIN, -EPIPE,
 * -ECONNRESET, -EMSGSIZE, -ENOTCONN, or -EOPNOTSUPP for another flag.
 */
ssize_t ksend(ksocket_t socket, const void *buffer, size_t length, int flags);

/**
 * krecvfrom() - receive, and learn from whom
 * @socket: the handle
 * @buffer: gets the data
 * @length: size of @buffer in bytes
 * @flags: as for krecv()
 * @address: gets the sender's address; NULL if it is not wanted
 * @address_len: in: size of @address; out: size of the sender's address, of
 *		 which no more was written than fits, 0 on a connection; not
 *		 used without @address
 *
 * Return: as krecv().
 */
ssize_t krecvfrom(ksocket_t socket, void *buffer, size_t length, int flags,
		  struct sockaddr *address, int *address_len);

/**
 * ksendto() - send to an address
 * @socket: the handle
 * @message: the data
 * @length: how many bytes
 * @flags: as for ksend()
 * @dest_addr: to whom; NULL: to the peer
 * @dest_len: size of @dest_addr in bytes
 *
 * Return: as ksend(); -EDESTADDRREQ without @dest_addr and peer.
 */
ssize_t ksendto(ksocket_t socket, void *message, size_t length, int flags,
		const struct sockaddr *dest_addr, int dest_len);

/**
 * struct kmsghdr - a message in pieces
 * @name: address of the other side; NULL if there is none or it is not wanted
 * @namelen: size of @name; krecvmsg() sets it as krecvfrom() does
 * @flags: set by krecvmsg(): MSG_TRUNC where a datagram was longer than its
 *	   room, MSG_EOR, MSG_OOB
 * @iov: the pieces of memory; not written
 * @iovlen: how many, at most UIO_MAXIOV
 */
struct kmsghdr {
	struct sockaddr *name;
	int namelen;
	int flags;
	struct kvec *iov;
	unsigned int iovlen;
};

/**
 * ksendmsg() - send what is in several places as one
 * @socket: the handle
 * @msg: where, and to whom
 * @flags: as for ksend()
 *
 * Return: as ksend(); -EMSGSIZE for too many pieces.
 */
ssize_t ksendmsg(ksocket_t socket, const struct kmsghdr *msg, int flags);

/**
 * krecvmsg() - receive into several places, and learn from whom
 * @socket: the handle
 * @msg: where to; filled in
 * @flags: as for krecv()
 *
 * Return: as krecv(); -EMSGSIZE for too many pieces.
 */
ssize_t krecvmsg(ksocket_t socket, struct kmsghdr *msg, int flags);

/**
 * kshutdown() - end one or both directions of a connection
 * @socket: the handle, which stays open
 * @how: 0 receiving, 1 sending, 2 both: enum sock_shutdown_cmd
 *
 * Wakes calls that are blocked in that direction, kaccept() included.
 *
 * Return: 0, -EBADF, -EINVAL, -ENOTCONN or -EOPNOTSUPP.
 */
int kshutdown(ksocket_t socket, int how);

/**
 * kgetsockname() - the local address
 * @socket: the handle
 * @address: gets it
 * @address_len: in: size of @address; out: size of the socket's address, of
 *		 which no more was written than fits
 *
 * Return: 0, -EBADF or -EINVAL.
 */
int kgetsockname(ksocket_t socket, struct sockaddr *address,
		 int *address_len);

/**
 * kgetpeername() - the address of the peer
 * @socket: the handle
 * @address: gets it
 * @address_len: as for kgetsockname()
 *
 * Return: 0, -EBADF, -EINVAL or -ENOTCONN.
 */
int kgetpeername(ksocket_t socket, struct sockaddr *address,
		 int *address_len);

/**
 * ksetsockopt() - set an option
 * @socket: the handle
 * @level: SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP, IPPROTO_IPV6 or another one
 * @optname: any option that setsockopt(2) has; of the ones with a time, the
 *	     kernel's headers have only SO_RCVTIMEO_NEW and SO_SNDTIMEO_NEW
 *	     (struct __kernel_sock_timeval)
 * @optval: its value
 * @optlen: size of @optval in bytes
 *
 * A process needs the capabilities that setsockopt(2) asks for.
 *
 * Return: 0, -EBADF, -EINVAL, -ENOPROTOOPT, -EOPNOTSUPP or -EPERM.
 */
int ksetsockopt(ksocket_t socket, int level, int optname, void *optval,
		int optlen);

/**
 * kgetsockopt() - read an option
 * @socket: the handle
 * @level: SOL_SOCKET, IPPROTO_TCP, IPPROTO_IP or IPPROTO_IPV6
 * @optname: one of the options below
 * @optval: gets the value, as getsockopt(2) gives it
 * @optlen: in: size of @optval; out: how much was written
 *
 * The kernel can give most options only to user memory, so what is here reads
 * the socket itself:
 *
 * SOL_SOCKET: SO_TYPE, SO_DOMAIN, SO_PROTOCOL, SO_ERROR (which clears it),
 * SO_ACCEPTCONN, SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE, SO_BROADCAST,
 * SO_DONTROUTE, SO_LINGER, SO_SNDBUF, SO_RCVBUF, SO_RCVLOWAT, SO_SNDLOWAT,
 * SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW, SO_PRIORITY, SO_MARK, SO_BINDTOIFINDEX,
 * SO_INCOMING_CPU.
 *
 * IPPROTO_TCP: TCP_NODELAY, TCP_CORK, TCP_MAXSEG, TCP_KEEPIDLE,
 * TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT, TCP_QUICKACK,
 * TCP_CONGESTION, TCP_INFO.
 *
 * IPPROTO_IP: IP_TOS, IP_TTL, IP_MTU, IP_MTU_DISCOVER, IP_FREEBIND,
 * IP_TRANSPARENT, IP_BIND_ADDRESS_NO_PORT, IP_MULTICAST_TTL,
 * IP_MULTICAST_LOOP.
 *
 * IPPROTO_IPV6: IPV6_V6ONLY, IPV6_UNICAST_HOPS, IPV6_MULTICAST_HOPS,
 * IPV6_TCLASS, IPV6_MTU, IPV6_MTU_DISCOVER.
 *
 * Return: 0, -EBADF, -EINVAL, -ENOTCONN (no route for the two MTUs), or
 * -ENOPROTOOPT for all others.
 */
int kgetsockopt(ksocket_t socket, int level, int optname, void *optval,
		int *optlen);

/**
 * ksetrcvtimeo() - how long receiving and accepting may wait
 * @socket: the handle
 * @ms: milliseconds; 0: for ever, as it is at first
 *
 * Return: 0, -EBADF or -EDOM.
 */
int ksetrcvtimeo(ksocket_t socket, unsigned int ms);

/**
 * ksetsndtimeo() - how long sending and connecting may wait
 * @socket: the handle
 * @ms: milliseconds; 0: for ever, as it is at first
 *
 * Return: 0, -EBADF or -EDOM.
 */
int ksetsndtimeo(ksocket_t socket, unsigned int ms);

/**
 * struct kpollfd - a socket to wait for, and what for
 * @socket: the handle
 * @events: EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLPRI
 * @revents: set by kpoll(): those that are true; EPOLLERR and EPOLLHUP come
 *	     unasked; EPOLLNVAL: the handle is not valid, or was closed
 */
struct kpollfd {
	ksocket_t socket;
	__poll_t events;
	__poll_t revents;
};

/**
 * kpoll() - wait until something can be done on one of several sockets
 * @fds: the sockets
 * @nr: how many, at most 4096
 * @timeout_ms: milliseconds; 0: do not wait; negative: for ever
 *
 * Return: for how many of them revents is not 0, 0 when the time is over,
 * -EINTR, -ENOMEM, or -EINVAL for @nr.
 */
int kpoll(struct kpollfd *fds, unsigned int nr, int timeout_ms);

/**
 * inet_addr() - an IPv4 address from its text
 * @ip: four decimal numbers from 0 to 255 with dots, nothing else
 *
 * Context: any.
 * Return: it, in network byte order; INADDR_NONE for anything else, which is
 * also the value of "255.255.255.255".
 */
unsigned int inet_addr(char *ip);

/**
 * inet_ntoa() - the text of an IPv4 address
 * @in: the address
 *
 * Return: the text, to be freed with kfree(), or NULL without memory.
 */
char *inet_ntoa(struct in_addr *in);

/**
 * inet6_addr() - an IPv6 address from its text
 * @ip: as in RFC 4291, without a scope, nothing else
 * @addr: gets the address
 *
 * Context: any. Return: 0, or -EINVAL.
 */
int inet6_addr(const char *ip, struct in6_addr *addr);

/**
 * inet6_ntoa() - the text of an IPv6 address, in its shortest form
 * @addr: the address
 *
 * Return: the text, to be freed with kfree(), or NULL without memory.
 */
char *inet6_ntoa(const struct in6_addr *addr);

#endif /* _KMON_KSOCKET_H */
