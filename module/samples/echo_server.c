// SPDX-License-Identifier: GPL-2.0
/* Sends back what it receives, on many TCP connections at once. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kmon/ksocket.h>
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <linux/workqueue.h>

#include "thread.h"

#define BUF_LEN (64 * 1024)

static ushort port = 7;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "where to listen, on IPv4 and IPv6 (7)");

/**
 * struct connection - one client
 * @work: serves it; blocked while the client is silent
 * @node: in the list of all, for the exit
 * @sock: closed by its work
 * @buf: what it sent
 */
struct connection {
	struct work_struct work;
	struct list_head node;
	ksocket_t sock;
	char buf[BUF_LEN];
};

static struct workqueue_struct *servers;
static struct task_struct *thread;
static ksocket_t listener;

/* Protects the list and @stopping. */
static DEFINE_MUTEX(lock);
static LIST_HEAD(connections);
static bool stopping;

static void serve(struct work_struct *work)
{
	struct connection *c = container_of(work, struct connection, work);
	ssize_t len;

	do {
		len = krecv(c->sock, c->buf, sizeof(c->buf), 0);
	} while (len > 0 && ksend(c->sock, c->buf, len, 0) == len);
	kclose(c->sock);
	mutex_lock(&lock);
	list_del(&c->node);
	mutex_unlock(&lock);
	kvfree(c);
}

static void begin(ksocket_t sock)
{
	struct connection *c = kvmalloc(sizeof(*c), GFP_KERNEL);
	int one = 1;

	if (!c) {
		kclose(sock);
		return;
	}
	ksetsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->sock = sock;
	INIT_WORK(&c->work, serve);
	mutex_lock(&lock);
	list_add(&c->node, &connections);
	if (stopping)
		kclose(sock);
	queue_work(servers, &c->work);
	mutex_unlock(&lock);
}

static int run(void *unused)
{
	ksocket_t sock;
	int err;

	for (;;) {
		err = kaccept_from(listener, NULL, NULL, 0, &sock);
		if (err == -EBADF)
			return 0;
		if (!err)
			begin(sock);
		else
			msleep(100);
	}
}

static int listen_on(void)
{
	struct sockaddr_in6 addr = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_ANY_INIT,
	};
	int one = 1, err;

	listener = ksocket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
	if (!listener)
		return -ENOMEM;
	ksetsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	err = kbind(listener, (struct sockaddr *)&addr, sizeof(addr));
	if (!err)
		err = klisten(listener, 1024);
	if (err)
		kclose(listener);
	return err;
}

static int __init echo_server_init(void)
{
	int err;

	servers = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 0);
	if (!servers)
		return -ENOMEM;
	err = listen_on();
	if (err)
		goto err_queue;
	thread = thread_start(run, KBUILD_MODNAME);
	err = PTR_ERR_OR_ZERO(thread);
	if (err)
		goto err_listener;
	pr_info("listening on port %u\n", port);
	return 0;

err_listener:
	kclose(listener);
err_queue:
	destroy_workqueue(servers);
	return err;
}

static void __exit echo_server_exit(void)
{
	struct connection *c;

	kclose(listener);
	mutex_lock(&lock);
	stopping = true;
	list_for_each_entry(c, &connections, node)
		kclose(c->sock);
	mutex_unlock(&lock);
	thread_stop(thread);
	/* Waits for all that were wakened. */
	destroy_workqueue(servers);
	pr_info("unloaded\n");
}

module_init(echo_server_init);
module_exit(echo_server_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sample of ksocket: an echo server for many connections");
