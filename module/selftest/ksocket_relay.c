// SPDX-License-Identifier: GPL-2.0
/* Passes TCP connections on to another port, both ways. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kmon/ksocket.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

static ushort port = 5202;
module_param(port, ushort, 0444);
MODULE_PARM_DESC(port, "where to listen, at 127.0.0.1 (5202)");

static ushort to_port = 5201;
module_param(to_port, ushort, 0444);
MODULE_PARM_DESC(to_port, "the port of 127.0.0.1 to connect to (5201)");

static int netns_of;
module_param(netns_of, int, 0444);
MODULE_PARM_DESC(netns_of, "process in whose network namespace to be (the initial one)");

struct relay;

/**
 * struct pump - one direction of a connection
 * @work: receives and sends
 * @relay: the connection
 * @from: receives here
 * @to: sends there
 * @buf: in between
 */
struct pump {
	struct work_struct work;
	struct relay *relay;
	ksocket_t from, to;
	char buf[65536];
};

/**
 * struct relay - a connection
 * @node: in the list of all
 * @refs: its pumps
 * @pumps: both directions
 */
struct relay {
	struct list_head node;
	refcount_t refs;
	struct pump pumps[2];
};

static struct workqueue_struct *pumping;
static struct task_struct *thread;
static struct net *net = &init_net;
static ksocket_t listener;

/* Protects the list and @stopping. */
static DEFINE_MUTEX(lock);
static LIST_HEAD(relays);
static bool stopping;

static void relay_close(struct relay *relay)
{
	kclose(relay->pumps[0].from);
	kclose(relay->pumps[1].from);
}

static void pump(struct work_struct *work)
{
	struct pump *p = container_of(work, struct pump, work);
	struct relay *relay = p->relay;
	ssize_t len;

	do {
		len = krecv(p->from, p->buf, sizeof(p->buf), 0);
	} while (len > 0 && ksend(p->to, p->buf, len, 0) == len);
	kshutdown(p->to, SHUT_WR);
	if (!refcount_dec_and_test(&relay->refs))
		return;
	mutex_lock(&lock);
	list_del(&relay->node);
	mutex_unlock(&lock);
	relay_close(relay);
	kvfree(relay);
}

static void pump_init(struct pump *p, struct relay *relay, ksocket_t from,
		      ksocket_t to)
{
	INIT_WORK(&p->work, pump);
	p->relay = relay;
	p->from = from;
	p->to = to;
}

static ksocket_t make(int to, int (*use)(ksocket_t s, struct sockaddr *addr,
					 int len))
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(to),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	ksocket_t sock;

	if (!ksocket_create(net, AF_INET, SOCK_STREAM, 0, &sock) &&
	    !use(sock, (struct sockaddr *)&addr, sizeof(addr)))
		return sock;
	kclose(sock);
	return NULL;
}

static void begin(ksocket_t client)
{
	struct relay *relay = kvmalloc(sizeof(*relay), GFP_KERNEL);
	ksocket_t server = make(to_port, kconnect);

	if (!relay || !server) {
		kclose(client);
		kclose(server);
		kvfree(relay);
		return;
	}
	refcount_set(&relay->refs, 2);
	pump_init(&relay->pumps[0], relay, client, server);
	pump_init(&relay->pumps[1], relay, server, client);
	mutex_lock(&lock);
	list_add(&relay->node, &relays);
	if (stopping)
		relay_close(relay);
	queue_work(pumping, &relay->pumps[0].work);
	queue_work(pumping, &relay->pumps[1].work);
	mutex_unlock(&lock);
}

static int run(void *unused)
{
	ksocket_t client;
	int err;

	while ((err = kaccept_from(listener, NULL, NULL, 0, &client)) !=
	       -EBADF)
		if (!err)
			begin(client);
	return 0;
}

static int start(void)
{
	pumping = alloc_workqueue(KBUILD_MODNAME, WQ_UNBOUND, 0);
	if (!pumping)
		return -ENOMEM;
	listener = make(port, kbind);
	if (!listener || klisten(listener, 64))
		goto err;
	thread = kthread_create(run, NULL, KBUILD_MODNAME);
	if (IS_ERR(thread))
		goto err;
	get_task_struct(thread);
	wake_up_process(thread);
	return 0;

err:
	kclose(listener);
	destroy_workqueue(pumping);
	return -EINVAL;
}

static int __init ksocket_relay_init(void)
{
	int err;

	if (netns_of)
		net = get_net_ns_by_pid(netns_of);
	if (IS_ERR(net))
		return PTR_ERR(net);
	err = start();
	if (err && netns_of)
		put_net(net);
	return err;
}

static void __exit ksocket_relay_exit(void)
{
	struct relay *relay;

	kclose(listener);
	mutex_lock(&lock);
	stopping = true;
	list_for_each_entry(relay, &relays, node)
		relay_close(relay);
	mutex_unlock(&lock);
	kthread_stop(thread);
	put_task_struct(thread);
	destroy_workqueue(pumping);
	if (netns_of)
		put_net(net);
}

module_init(ksocket_relay_init);
module_exit(ksocket_relay_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Test of ksocket: a relay, for programs that talk to each other through it");
