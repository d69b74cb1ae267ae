// SPDX-License-Identifier: GPL-2.0
/* Sends one datagram to a UDP server and logs the answer. */
#define pr_fmt(fmt) "[" KBUILD_MODNAME "] " fmt

#include <kmon/ksocket.h>
#include <linux/module.h>
#include <linux/string.h>

#include "thread.h"

static char *address = "127.0.0.1";
module_param(address, charp, 0444);
MODULE_PARM_DESC(address, "IPv4 address of the server (127.0.0.1)");

static ushort port = 4444;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "its port (4444)");

static uint timeout_ms = 2000;
module_param(timeout_ms, uint, 0444);
MODULE_PARM_DESC(timeout_ms, "how long to wait for the answer (2000)");

static const char message[] = "Hello UDP Server";

static struct task_struct *thread;
static ksocket_t sock;

static int talk(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = (__force __be32)inet_addr(address),
	};
	char text[256];
	ssize_t len;

	len = ksendto(sock, (void *)message, strlen(message), 0,
		      (struct sockaddr *)&to, sizeof(to));
	if (len < 0)
		return len;
	pr_info("Sent: %s\n", message);
	len = krecv(sock, text, sizeof(text), 0);
	if (len < 0)
		return len;
	pr_info("Received: %*pE\n", (int)len, text);
	return 0;
}

static int run(void *unused)
{
	int err = talk();

	if (err == -EAGAIN)
		pr_warn("No response from server (timeout)\n");
	else if (err && err != -EBADF)
		pr_err("%s:%u: error %d\n", address, port, err);
	kclose(sock);
	return 0;
}

static int __init udp_client_init(void)
{
	int err;

	sock = ksocket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	if (!sock)
		return -ENOMEM;
	err = ksetrcvtimeo(sock, timeout_ms);
	if (err)
		goto err_close;
	thread = thread_start(run, KBUILD_MODNAME);
	err = PTR_ERR_OR_ZERO(thread);
	if (err)
		goto err_close;
	return 0;

err_close:
	kclose(sock);
	return err;
}

static void __exit udp_client_exit(void)
{
	kclose(sock);
	thread_stop(thread);
	pr_info("Exited\n");
}

module_init(udp_client_init);
module_exit(udp_client_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sample of ksocket: a UDP client");
