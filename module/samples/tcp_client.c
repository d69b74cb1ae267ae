// SPDX-License-Identifier: GPL-2.0
/* Sends one line to a TCP server and ends. */
#define pr_fmt(fmt) "[" KBUILD_MODNAME "] " fmt

#include <kmon/ksocket.h>
#include <linux/module.h>
#include <linux/string.h>

#include "thread.h"

static char *address = "127.0.0.1";
module_param(address, charp, 0444);
MODULE_PARM_DESC(address, "IPv4 address of the server (127.0.0.1)");

static ushort port = 12345;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "its port (12345)");

static const char message[] = "Hello from kernel TCP client!";

static struct task_struct *thread;
static ksocket_t sock;

static int talk(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = (__force __be32)inet_addr(address),
	};
	ssize_t sent;
	int err;

	err = kconnect(sock, (struct sockaddr *)&to, sizeof(to));
	if (err)
		return err;
	pr_info("Connected to %s:%u\n", address, port);
	sent = ksend(sock, message, strlen(message), 0);
	if (sent < 0)
		return sent;
	pr_info("Sent: %s\n", message);
	return 0;
}

static int run(void *unused)
{
	int err = talk();

	/* -EBADF: the module is being removed. */
	if (err && err != -EBADF)
		pr_err("%s:%u: error %d\n", address, port, err);
	kclose(sock);
	return 0;
}

static int __init tcp_client_init(void)
{
	sock = ksocket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	if (!sock)
		return -ENOMEM;
	thread = thread_start(run, KBUILD_MODNAME);
	if (IS_ERR(thread)) {
		kclose(sock);
		return PTR_ERR(thread);
	}
	return 0;
}

static void __exit tcp_client_exit(void)
{
	/* Wakes the thread where it waits; closing twice does no harm. */
	kclose(sock);
	thread_stop(thread);
	pr_info("Exited\n");
}

module_init(tcp_client_init);
module_exit(tcp_client_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sample of ksocket: a TCP client");
