// SPDX-License-Identifier: GPL-2.0
/* Sending and receiving. */
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/uio.h>
#include <net/sock.h>

#include "ksocket/address.h"
#include "ksocket/handle.h"
#include "ksocket/count.h"
#include "ksocket/wait.h"

/* What callers may ask for; the others need user memory, or are the core's. */
#define SEND_FLAGS (MSG_DONTWAIT | MSG_MORE | MSG_EOR | MSG_OOB | \
		    MSG_DONTROUTE | MSG_CONFIRM | MSG_NOSIGNAL)
#define RECV_FLAGS (MSG_DONTWAIT | MSG_PEEK | MSG_WAITALL | MSG_TRUNC | \
		    MSG_OOB | MSG_NOSIGNAL)

/* How soon to look again at a peer that does not tell when it has room. */
#define NAP msecs_to_jiffies(10)

/* Return: the bytes in all pieces, or a negative errno. */
static ssize_t total(const struct kvec *vec, unsigned int nr)
{
	size_t sum = 0;
	unsigned int i;

	if (nr > UIO_MAXIOV)
		return -EMSGSIZE;
	if (nr && !vec)
		return -EINVAL;
	for (i = 0; i < nr; i++) {
		if (vec[i].iov_len && !vec[i].iov_base)
			return -EINVAL;
		if (vec[i].iov_len > MAX_RW_COUNT - sum)
			return -EMSGSIZE;
		sum += vec[i].iov_len;
	}
	return sum;
}

static int send_once(struct kmon_ksock *ks, struct msghdr *msg,
		     struct kvec *vec, unsigned int nr, size_t len,
		     unsigned int flags)
{
	/* The protocol may have changed it. */
	msg->msg_flags = flags;
	return kernel_sendmsg(ks->sock, msg, vec, nr, len);
}

/*
 * A message to an AF_UNIX peer whose queue is full waits in the peer's wait
 * queue, where closing the sender does not wake it.
 */
static bool waits_for_peer(const struct kmon_ksock *ks, unsigned int flags)
{
	return ks->sock->sk->sk_family == AF_UNIX &&
	       ks->sock->type != SOCK_STREAM && !(flags & MSG_DONTWAIT);
}

static int send_wait(struct kmon_ksock *ks, struct msghdr *msg,
		     struct kvec *vec, unsigned int nr, size_t len,
		     unsigned int flags)
{
	long timeo = READ_ONCE(ks->sock->sk->sk_sndtimeo);
	int result, why;

	for (;;) {
		result = send_once(ks, msg, vec, nr, len, flags | MSG_DONTWAIT);
		if (result != -EAGAIN)
			return result;
		/* Only a peer that is connected to tells when it has room. */
		why = kmon_ksock_wait(ks, msg->msg_name ? 0 : EPOLLOUT, NAP,
				      &timeo);
		if (why)
			return why;
	}
}

static ssize_t do_send(struct kmon_ksock *ks, struct msghdr *msg,
		       struct kvec *vec, unsigned int nr, unsigned int flags)
{
	struct kmon_ksock_stats *stats = &ks->stats;
	u64 start = kmon_ksock_start();
	ssize_t len = total(vec, nr), sent;

	if (unlikely(len < 0 || flags & ~SEND_FLAGS)) {
		sent = len < 0 ? len : -EOPNOTSUPP;
		goto out;
	}
	flags |= MSG_NOSIGNAL;
	if (ks->nonblock)
		flags |= MSG_DONTWAIT;
	if (unlikely(waits_for_peer(ks, flags)))
		sent = send_wait(ks, msg, vec, nr, len, flags);
	else
		sent = send_once(ks, msg, vec, nr, len, flags);
out:
	atomic64_inc(&stats->sends);
	if (likely(sent >= 0)) {
		atomic64_add(sent, &stats->tx_bytes);
		if (unlikely(sent < len))
			atomic64_inc(&stats->shorts);
	} else {
		if (READ_ONCE(ks->closed))
			sent = -EBADF;
		kmon_ksock_count_error(stats, sent);
	}
	if (unlikely(start))
		kmon_ksock_latency_add(stats->send_ns, start);
	return sent;
}

static ssize_t do_recv(struct kmon_ksock *ks, struct msghdr *msg,
		       struct kvec *vec, unsigned int nr, unsigned int flags)
{
	struct kmon_ksock_stats *stats = &ks->stats;
	u64 start = kmon_ksock_start();
	ssize_t len = total(vec, nr), got;

	if (unlikely(len < 0 || flags & ~RECV_FLAGS)) {
		got = len < 0 ? len : -EOPNOTSUPP;
		goto out;
	}
	if (ks->nonblock)
		flags |= MSG_DONTWAIT;
	got = kernel_recvmsg(ks->sock, msg, vec, nr, len, flags);
out:
	atomic64_inc(&stats->recvs);
	/* The end of the stream may be our own doing. */
	if (unlikely(got <= 0 && READ_ONCE(ks->closed)))
		got = -EBADF;
	if (likely(got >= 0)) {
		if (!(flags & MSG_PEEK))
			atomic64_add(min(got, len), &stats->rx_bytes);
		if (unlikely(msg->msg_flags & MSG_TRUNC))
			atomic64_inc(&stats->shorts);
	} else {
		kmon_ksock_count_error(stats, got);
	}
	if (unlikely(start))
		kmon_ksock_latency_add(stats->recv_ns, start);
	return got;
}

/* One piece of memory; the calls without an address end here. */
static struct kvec piece(const void *base, size_t len)
{
	struct kvec vec = {
		.iov_base = (void *)base,
		/* As read(2) and write(2): more than that is never moved. */
		.iov_len = min_t(size_t, len, MAX_RW_COUNT),
	};

	return vec;
}

ssize_t ksend(ksocket_t socket, const void *buffer, size_t length, int flags)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	struct kvec vec = piece(buffer, length);
	struct msghdr msg = { };
	ssize_t sent;

	if (!ks)
		return -EBADF;
	sent = do_send(ks, &msg, &vec, 1, flags);
	kmon_ksock_put(ks);
	return sent;
}
EXPORT_SYMBOL_GPL(ksend);

static ssize_t send_to(ksocket_t socket, struct kvec *vec, unsigned int nr,
		       int flags, const void *name, int namelen)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	struct sockaddr_storage addr;
	struct msghdr msg = { };
	ssize_t sent = 0;

	if (!ks)
		return -EBADF;
	if (name) {
		sent = kmon_ksock_address_in(&addr, name, namelen);
		msg.msg_name = &addr;
		msg.msg_namelen = namelen;
	}
	if (sent)
		return kmon_ksock_end(ks, sent);
	sent = do_send(ks, &msg, vec, nr, flags);
	kmon_ksock_put(ks);
	return sent;
}

ssize_t ksendto(ksocket_t socket, void *message, size_t length, int flags,
		const struct sockaddr *dest_addr, int dest_len)
{
	struct kvec vec = piece(message, length);

	return send_to(socket, &vec, 1, flags, dest_addr, dest_len);
}
EXPORT_SYMBOL_GPL(ksendto);

ssize_t ksendmsg(ksocket_t socket, const struct kmsghdr *msg, int flags)
{
	if (!msg)
		return -EINVAL;
	return send_to(socket, msg->iov, msg->iovlen, flags, msg->name,
		       msg->namelen);
}
EXPORT_SYMBOL_GPL(ksendmsg);

ssize_t krecv(ksocket_t socket, void *buffer, size_t length, int flags)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	struct kvec vec = piece(buffer, length);
	struct msghdr msg = { };
	ssize_t got;

	if (!ks)
		return -EBADF;
	got = do_recv(ks, &msg, &vec, 1, flags);
	kmon_ksock_put(ks);
	return got;
}
EXPORT_SYMBOL_GPL(krecv);

static ssize_t recv_from(ksocket_t socket, struct kvec *vec, unsigned int nr,
			 int flags, void *name, int *namelen, int *msg_flags)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	struct sockaddr_storage addr;
	struct msghdr msg = { };
	ssize_t got;

	if (!ks)
		return -EBADF;
	if (name && (!namelen || *namelen < 0))
		return kmon_ksock_end(ks, -EINVAL);
	if (name)
		msg.msg_name = &addr;
	got = do_recv(ks, &msg, vec, nr, flags);
	kmon_ksock_put(ks);
	if (got >= 0 && name)
		kmon_ksock_address_out(&addr, msg.msg_namelen, name, namelen);
	if (msg_flags)
		*msg_flags = msg.msg_flags & (MSG_TRUNC | MSG_EOR | MSG_OOB);
	return got;
}

ssize_t krecvfrom(ksocket_t socket, void *buffer, size_t length, int flags,
		  struct sockaddr *address, int *address_len)
{
	struct kvec vec = piece(buffer, length);

	return recv_from(socket, &vec, 1, flags, address, address_len, NULL);
}
EXPORT_SYMBOL_GPL(krecvfrom);

ssize_t krecvmsg(ksocket_t socket, struct kmsghdr *msg, int flags)
{
	if (!msg)
		return -EINVAL;
	return recv_from(socket, msg->iov, msg->iovlen, flags, msg->name,
			 &msg->namelen, &msg->flags);
}
EXPORT_SYMBOL_GPL(krecvmsg);
