// SPDX-License-Identifier: GPL-2.0
/* Logs what TCP clients send first, one client after the other. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kmon/ksocket.h>
#include <linux/delay.h>
#include <linux/module.h>

#include "thread.h"

static ushort port = 12345;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "where to listen (12345)");

static struct task_struct *thread;
static ksocket_t listener;

/* The connection that is being served, for the exit to close. */
static ksocket_t client;
static bool stopping;

static void serve(void)
{
	char text[256];
	ssize_t len;

	len = krecv(client, text, sizeof(text), 0);
	if (len >= 0)
		pr_info("received (%zd bytes): %*pE\n", len, (int)len, text);
	else if (len != -EBADF)
		pr_err("krecv: error %zd\n", len);
}

static int run(void *unused)
{
	ksocket_t sock;
	int err;

	for (;;) {
		err = kaccept_from(listener, NULL, NULL, 0, &sock);
		if (err == -EBADF)
			return 0;
		if (err) {
			pr_err("kaccept: error %d\n", err);
			msleep(100);
			continue;
		}
		WRITE_ONCE(client, sock);
		/* Pairs with the exit: either it closes this, or we see it. */
		smp_mb();
		if (!READ_ONCE(stopping))
			serve();
		kclose(sock);
	}
}

static int listen_on(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_ANY),
	};
	int one = 1, err;

	listener = ksocket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	if (!listener)
		return -ENOMEM;
	ksetsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	err = kbind(listener, (struct sockaddr *)&addr, sizeof(addr));
	if (!err)
		err = klisten(listener, 5);
	if (err)
		kclose(listener);
	return err;
}

static int __init tcp_server_init(void)
{
	int err;

	err = listen_on();
	if (err)
		return err;
	thread = thread_start(run, KBUILD_MODNAME);
	if (IS_ERR(thread)) {
		kclose(listener);
		return PTR_ERR(thread);
	}
	pr_info("listening on port %u\n", port);
	return 0;
}

static void __exit tcp_server_exit(void)
{
	WRITE_ONCE(stopping, true);
	/* Pairs with run(). */
	smp_mb();
	kclose(listener);
	/* Whichever it is; a handle that is closed does no harm. */
	kclose(READ_ONCE(client));
	thread_stop(thread);
	pr_info("unloaded\n");
}

module_init(tcp_server_init);
module_exit(tcp_server_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sample of ksocket: a TCP server");
