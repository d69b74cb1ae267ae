// SPDX-License-Identifier: GPL-2.0
/* The socket calls for other modules: making, connecting and closing. */
#include "ksocket.h"

#include <linux/export.h>
#include <linux/fcntl.h>
#include <linux/nsproxy.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "compat.h"
#include "fault.h"
#include "ksocket/address.h"
#include "ksocket/handle.h"
#include "ksocket/count.h"
#include "ksocket/wait.h"
#include "owner.h"

/* How soon to look again at a peer that does not tell when it has room. */
#define NAP msecs_to_jiffies(10)

static int make(struct net *net, int domain, int type, int protocol,
		struct socket **sock)
{
	int err;

	/* A namespace that ends has no references any more. */
	if (!maybe_get_net(net))
		return -ENONET;
	err = KMON_FAULT_ERR(sock_create_kern(net, domain, type, protocol,
					      sock));
	/*
	 * The kernel's own sockets do not hold their namespace, and what is
	 * left of their connections at close is cut off. Ours end as a
	 * process's do.
	 */
	if (!err && !(*sock)->sk->sk_net_refcnt)
		kmon_compat_hold_net((*sock)->sk);
	put_net(net);
	return err;
}

static int create(struct net *net, int domain, int type, int protocol,
		  unsigned long caller, ksocket_t *new)
{
	struct kmon_ksock *ks;
	struct socket *sock;
	int err;

	if (!new)
		return -EINVAL;
	*new = NULL;
	if (!net)
		return -EINVAL;
	ks = kmon_ksock_alloc(caller);
	if (!ks)
		return -ENOMEM;
	ks->nonblock = type & SOCK_NONBLOCK;
	err = make(net, domain, type & ~SOCK_NONBLOCK, protocol, &sock);
	if (err) {
		kmon_ksock_discard(ks);
		return err;
	}
	*new = kmon_ksock_publish(ks, sock);
	return 0;
}

ksocket_t ksocket(int domain, int type, int protocol)
{
	/* A process that is ending has left its namespaces. */
	struct nsproxy *nsproxy = current->nsproxy;
	ksocket_t new;

	create(nsproxy ? nsproxy->net_ns : &init_net, domain, type, protocol,
	       _RET_IP_, &new);
	return new;
}
EXPORT_SYMBOL_GPL(ksocket);

int ksocket_create(struct net *net, int domain, int type, int protocol,
		   ksocket_t *new)
{
	return create(net, domain, type, protocol, _RET_IP_, new);
}
EXPORT_SYMBOL_GPL(ksocket_create);

int kclose(ksocket_t socket)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	int err = -EBADF;

	if (!ks)
		return err;
	if (kmon_ksock_close(ks))
		err = 0;
	kmon_ksock_put(ks);
	return err;
}
EXPORT_SYMBOL_GPL(kclose);

int kbind(ksocket_t socket, struct sockaddr *address, int address_len)
{
	struct sockaddr_storage addr;
	struct kmon_ksock *ks;
	int err;

	ks = kmon_ksock_get(socket);
	if (!ks)
		return -EBADF;
	err = kmon_ksock_address_in(&addr, address, address_len);
	if (!err)
		err = kernel_bind(ks->sock, (void *)&addr, address_len);
	return kmon_ksock_end(ks, err);
}
EXPORT_SYMBOL_GPL(kbind);

int klisten(ksocket_t socket, int backlog)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	int err;

	if (!ks)
		return -EBADF;
	/* As listen(2): what is too much, and what is negative, is the limit. */
	backlog = min_t(unsigned int, backlog,
			READ_ONCE(sock_net(ks->sock->sk)->core.sysctl_somaxconn));
	err = kernel_listen(ks->sock, backlog);
	if (!err)
		kmon_owner_name_listener(ks->sock->sk);
	return kmon_ksock_end(ks, err);
}
EXPORT_SYMBOL_GPL(klisten);

/* Somebody has shut it down: to try again would be a new connection. */
static bool is_given_up(const struct socket *sock)
{
	return READ_ONCE(sock->state) != SS_CONNECTING;
}

/*
 * The kernel's own wait would not end if the socket is closed just before it
 * begins to connect. So it begins without waiting, and the wait is ours: who
 * closes either is seen to have done so after the beginning, or wakes us.
 */
static int connect_tcp(struct kmon_ksock *ks, struct sockaddr_storage *addr,
		       int len)
{
	long timeo = READ_ONCE(ks->sock->sk->sk_sndtimeo);
	int err, why;

	for (;;) {
		err = kernel_connect(ks->sock, (void *)addr, len, O_NONBLOCK);
		if (err != -EINPROGRESS && err != -EALREADY)
			return err;
		why = kmon_ksock_wait(ks, EPOLLOUT, MAX_SCHEDULE_TIMEOUT,
				      &timeo);
		if (why)
			return why == -EAGAIN ? -EINPROGRESS : why;
		if (is_given_up(ks->sock))
			return sock_error(ks->sock->sk) ?: -ECONNABORTED;
	}
}

/*
 * A peer whose backlog is full has those who connect in its own wait queue,
 * where closing their sockets does not wake them.
 */
static int connect_unix(struct kmon_ksock *ks, struct sockaddr_storage *addr,
			int len)
{
	long timeo = READ_ONCE(ks->sock->sk->sk_sndtimeo);
	int err;

	for (;;) {
		err = kernel_connect(ks->sock, (void *)addr, len, O_NONBLOCK);
		if (err != -EAGAIN)
			return err;
		err = kmon_ksock_wait(ks, 0, NAP, &timeo);
		if (err)
			return err;
	}
}

static int connect(struct kmon_ksock *ks, struct sockaddr_storage *addr,
		   int len)
{
	const struct sock *sk = ks->sock->sk;

	if (ks->nonblock)
		return kernel_connect(ks->sock, (void *)addr, len, O_NONBLOCK);
	if (sk->sk_family == AF_UNIX)
		return connect_unix(ks, addr, len);
	if (sk->sk_protocol == IPPROTO_TCP || sk->sk_protocol == IPPROTO_MPTCP)
		return connect_tcp(ks, addr, len);
	return kernel_connect(ks->sock, (void *)addr, len, 0);
}

int kconnect(ksocket_t socket, struct sockaddr *address, int address_len)
{
	struct sockaddr_storage addr;
	struct kmon_ksock *ks;
	int err;

	ks = kmon_ksock_get(socket);
	if (!ks)
		return -EBADF;
	err = kmon_ksock_address_in(&addr, address, address_len);
	if (!err)
		err = connect(ks, &addr, address_len);
	return kmon_ksock_end(ks, err);
}
EXPORT_SYMBOL_GPL(kconnect);

/* The peer's address, also when the connection has ended by now. */
static int name_peer(struct socket *sock, struct sockaddr *address,
		     int *address_len)
{
	struct sockaddr_storage addr;
	int len;

	if (!address)
		return 0;
	len = sock->ops->getname(sock, (struct sockaddr *)&addr, 2);
	if (len < 0)
		return -ECONNABORTED;
	kmon_ksock_address_out(&addr, len, address, address_len);
	return 0;
}

static int accept(struct kmon_ksock *ks, struct sockaddr *address,
		  int *address_len, struct socket **sock)
{
	int err;

	if (address && (!address_len || *address_len < 0))
		return -EINVAL;
	err = KMON_FAULT_ERR(kernel_accept(ks->sock, sock,
					   ks->nonblock ? O_NONBLOCK : 0));
	if (err)
		return err;
	err = name_peer(*sock, address, address_len);
	if (err)
		sock_release(*sock);
	return err;
}

static int accept_handle(ksocket_t socket, struct sockaddr *address,
			 int *address_len, int flags, unsigned long caller,
			 ksocket_t *new)
{
	struct kmon_ksock *ks, *ks_new;
	struct socket *sock;
	int err;

	if (!new)
		return -EINVAL;
	*new = NULL;
	ks = kmon_ksock_get(socket);
	if (!ks)
		return -EBADF;
	if (flags & ~SOCK_NONBLOCK)
		return kmon_ksock_end(ks, -EINVAL);
	/* First, so that no connection is taken and then lost. */
	ks_new = kmon_ksock_alloc(caller);
	err = ks_new ? accept(ks, address, address_len, &sock) : -ENOMEM;
	if (!err) {
		ks_new->nonblock = flags & SOCK_NONBLOCK;
		*new = kmon_ksock_publish(ks_new, sock);
	} else if (ks_new) {
		kmon_ksock_discard(ks_new);
	}
	return kmon_ksock_end(ks, err);
}

ksocket_t kaccept(ksocket_t socket, struct sockaddr *address,
		  int *address_len)
{
	ksocket_t new;

	accept_handle(socket, address, address_len, 0, _RET_IP_, &new);
	return new;
}
EXPORT_SYMBOL_GPL(kaccept);

int kaccept_from(ksocket_t socket, struct sockaddr *address, int *address_len,
		 int flags, ksocket_t *new)
{
	return accept_handle(socket, address, address_len, flags, _RET_IP_,
			     new);
}
EXPORT_SYMBOL_GPL(kaccept_from);

int kshutdown(ksocket_t socket, int how)
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	int err = -EINVAL;

	if (!ks)
		return -EBADF;
	if (how >= SHUT_RD && how <= SHUT_RDWR)
		err = kernel_sock_shutdown(ks->sock, how);
	return kmon_ksock_end(ks, err);
}
EXPORT_SYMBOL_GPL(kshutdown);

static int get_name(ksocket_t socket, struct sockaddr *address,
		    int *address_len,
		    int (*get)(struct socket *sock, struct sockaddr *address))
{
	struct kmon_ksock *ks = kmon_ksock_get(socket);
	struct sockaddr_storage addr;
	int len = -EINVAL;

	if (!ks)
		return -EBADF;
	if (address && address_len && *address_len >= 0)
		len = get(ks->sock, (struct sockaddr *)&addr);
	if (len >= 0) {
		kmon_ksock_address_out(&addr, len, address, address_len);
		len = 0;
	}
	return kmon_ksock_end(ks, len);
}

int kgetsockname(ksocket_t socket, struct sockaddr *address,
		 int *address_len)
{
	return get_name(socket, address, address_len, kernel_getsockname);
}
EXPORT_SYMBOL_GPL(kgetsockname);

int kgetpeername(ksocket_t socket, struct sockaddr *address,
		 int *address_len)
{
	return get_name(socket, address, address_len, kernel_getpeername);
}
EXPORT_SYMBOL_GPL(kgetpeername);

int kmon_ksocket_init(void)
{
	return kmon_ksock_files_init();
}

void kmon_ksocket_exit(void)
{
	kmon_ksock_files_exit();
	kmon_ksock_close_all();
}
