// SPDX-License-Identifier: GPL-2.0
/* Answers each UDP datagram. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kmon/ksocket.h>
#include <linux/module.h>
#include <linux/string.h>

#include "thread.h"

static ushort port = 4444;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "where to receive (4444)");

static const char answer[] = "ACK from UDP Server";

static struct task_struct *thread;
static ksocket_t sock;

static int run(void *unused)
{
	struct sockaddr_in from;
	char text[256];
	ssize_t len;
	int from_len;

	for (;;) {
		from_len = sizeof(from);
		len = krecvfrom(sock, text, sizeof(text), 0,
				(struct sockaddr *)&from, &from_len);
		if (len == -EBADF)
			return 0;
		/* Of an earlier answer that nobody was there for. */
		if (len < 0)
			continue;
		pr_info("Received '%*pE'\n", (int)len, text);
		len = ksendto(sock, (void *)answer, strlen(answer), 0,
			      (struct sockaddr *)&from, from_len);
		if (len < 0 && len != -EBADF)
			pr_err("ksendto: error %zd\n", len);
	}
}

static int __init udp_server_init(void)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_ANY),
	};
	int err;

	sock = ksocket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	if (!sock)
		return -ENOMEM;
	err = kbind(sock, (struct sockaddr *)&addr, sizeof(addr));
	if (err)
		goto err_close;
	thread = thread_start(run, KBUILD_MODNAME);
	err = PTR_ERR_OR_ZERO(thread);
	if (err)
		goto err_close;
	pr_info("Listening on port %u\n", port);
	return 0;

err_close:
	kclose(sock);
	return err;
}

static void __exit udp_server_exit(void)
{
	kclose(sock);
	thread_stop(thread);
	pr_info("Exited\n");
}

module_init(udp_server_init);
module_exit(udp_server_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sample of ksocket: a UDP server");
