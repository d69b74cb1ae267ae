// SPDX-License-Identifier: GPL-2.0
/* The files that list sockets: kmon/sockets and /proc/open_ports. */
#include "socket_files.h"

#include <linux/capability.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/proc_fs.h>
#include <linux/rhashtable.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "escape.h"
#include "fault.h"
#include "record.h"
#include "socket.h"
#include "stats.h"
#include "walk.h"
#include "walk_hash.h"

/**
 * struct seen - a socket that the process at hand was found to have
 * @node: in the set
 * @sk: the key, compared only
 */
struct seen {
	struct rhash_head node;
	const struct sock *sk;
};

static const struct rhashtable_params seen_params = {
	.head_offset = offsetof(struct seen, node),
	.key_offset = offsetof(struct seen, sk),
	.key_len = sizeof(((struct seen *)NULL)->sk),
	.automatic_shrinking = true,
};

/**
 * struct row - a line to be
 * @s: what it says
 * @sk: the sock, compared only
 * @several: more than one descriptor leads to it
 */
struct row {
	struct kmon_socket s;
	const struct sock *sk;
	bool several;
};

#define ROWS_MAX max(KMON_WALK_BATCH, KMON_WALK_HASH_BATCH)

/**
 * struct list - an open file: where it is, and a batch of lines to be
 * @walk: over the processes
 * @hash: over the tables, after the processes
 * @net: whose sockets are wanted; NULL for all; referenced
 * @pid_ns: in which pids are shown; referenced
 * @ports: /proc/open_ports: only what processes have, each once
 * @tasks_done: the walk over processes is at its end
 * @pid: process that @seen is about
 * @seen: its sockets to which several descriptors lead
 * @pos: position in the file of the first row
 * @nr: rows in the batch
 * @rows: the batch
 */
struct list {
	struct kmon_walk walk;
	struct kmon_walk_hash hash;
	struct net *net;
	struct pid_namespace *pid_ns;
	bool ports;
	bool tasks_done;
	pid_t pid;
	struct rhashtable seen;
	loff_t pos;
	unsigned int nr;
	struct row rows[];
};

/* Context: file_lock held. Copies, so that nothing is held while printing. */
static void add_fd(struct task_struct *task, unsigned int fd,
		   struct file *file, struct sock *sk, void *arg)
{
	struct list *list = arg;
	struct row *row = &list->rows[list->nr];

	if (list->net && sock_net(sk) != list->net)
		return;
	kmon_socket_of_task(&row->s, sk, task, fd);
	row->s.pid = task_tgid_nr_ns(task, list->pid_ns);
	/* A process that the reader cannot see is none of its business. */
	if (!row->s.pid)
		return;
	row->sk = sk;
	row->several = file_count(file) > 1;
	list->nr++;
}

/* Context: bucket locked. */
static void add_hashed(struct sock *sk, void *arg)
{
	struct list *list = arg;

	if (kmon_socket_without_fd(&list->rows[list->nr].s, sk))
		list->nr++;
}

static void seen_free(void *ptr, void *unused)
{
	kfree(ptr);
}

static void seen_reset(struct list *list, pid_t pid)
{
	rhashtable_free_and_destroy(&list->seen, seen_free, NULL);
	/* Its only failure is no memory for a bucket array of the least size. */
	if (rhashtable_init(&list->seen, &seen_params))
		kmon_count(KMON_STAT_ALLOC_FAILED);
	list->pid = pid;
}

/* Whether the process has come by with another descriptor of this socket. */
static bool seen_before(struct list *list, const struct row *row)
{
	struct seen *seen;

	if (list->pid != row->s.pid)
		seen_reset(list, row->s.pid);
	if (!row->several || !list->seen.tbl)
		return false;
	seen = kmalloc(sizeof(*seen), GFP_KERNEL);
	if (!seen) {
		kmon_count(KMON_STAT_ALLOC_FAILED);
		return false;
	}
	seen->sk = row->sk;
	if (!rhashtable_lookup_insert_fast(&list->seen, &seen->node,
					   seen_params))
		return false;
	kfree(seen);
	return true;
}

/* One line per process and socket, whatever number of descriptors it has. */
static void drop_repeated(struct list *list)
{
	unsigned int i, nr = 0;

	for (i = 0; i < list->nr; i++)
		if (!seen_before(list, &list->rows[i]))
			list->rows[nr++] = list->rows[i];
	list->nr = nr;
}

/* The next batch. Return: false when there is nothing more. */
static bool fill(struct list *list)
{
	list->pos += list->nr;
	list->nr = 0;
	while (!list->nr && !list->tasks_done) {
		list->tasks_done = !kmon_walk_next(&list->walk, add_fd, list);
		if (list->ports)
			drop_repeated(list);
		cond_resched();
	}
	if (list->ports)
		return list->nr;
	while (!list->nr)
		if (!kmon_walk_hash_next(&list->hash, add_hashed, list))
			break;
	return list->nr;
}

static void rewind_list(struct list *list)
{
	kmon_walk_end(&list->walk);
	memset(&list->hash, 0, sizeof(list->hash));
	list->tasks_done = false;
	list->pid = 0;
	/* Position 0 of kmon/sockets is its header. */
	list->pos = list->ports ? 0 : 1;
	list->nr = 0;
}

/* The row at a position of the file; most often in the batch, or the next. */
static struct row *row_at(struct list *list, loff_t pos)
{
	if (pos < list->pos)
		rewind_list(list);
	while (pos >= list->pos + list->nr)
		if (!fill(list))
			return NULL;
	return &list->rows[pos - list->pos];
}

static void *list_start(struct seq_file *m, loff_t *pos)
{
	struct list *list = m->private;

	if (!*pos)
		rewind_list(list);
	if (!*pos && !list->ports)
		return SEQ_START_TOKEN;
	return row_at(list, *pos);
}

static void *list_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return row_at(m->private, *pos);
}

static void list_stop(struct seq_file *m, void *v)
{
}

static int port_show(struct seq_file *m, void *v)
{
	const struct kmon_socket *s = &((struct row *)v)->s;
	char comm[KMON_ESCAPED_LEN];

	seq_printf(m, "[kports] pid=%d comm=%s source port=%u destination port=%u\n",
		   s->pid, kmon_escape(comm, s->comm),
		   ntohs(s->saddr.sin6_port), ntohs(s->daddr.sin6_port));
	return 0;
}

static const char *proto_name(const struct kmon_socket *s)
{
	if (s->raw)
		return "raw";
	switch (s->proto) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_UDPLITE:
		return "udplite";
	case IPPROTO_SCTP:
		return "sctp";
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return "icmp";
	default:
		return "other";
	}
}

/* The names that ss uses. */
static const char *state_name(const struct kmon_socket *s)
{
	static const char * const names[] = {
		"-", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1",
		"FIN-WAIT-2", "TIME-WAIT", "UNCONN", "CLOSE-WAIT", "LAST-ACK",
		"LISTEN", "CLOSING", "SYN-RECV", "BOUND",
	};

	return s->state < ARRAY_SIZE(names) ? names[s->state] : "-";
}

static void put_word(struct seq_file *m, const char *word)
{
	seq_putc(m, ' ');
	seq_puts(m, word);
}

/* " %pISpc", without the time that seq_printf() takes to understand that. */
static void put_end(struct seq_file *m, const struct sockaddr_in6 *addr)
{
	const u8 *byte = (const u8 *)&((const struct sockaddr_in *)addr)->sin_addr;
	int i;

	if (addr->sin6_family == AF_INET)
		for (i = 0; i < 4; i++)
			seq_put_decimal_ull(m, i ? "." : " ", byte[i]);
	else
		seq_printf(m, " [%pI6c]", &addr->sin6_addr);
	seq_put_decimal_ull(m, ":", ntohs(addr->sin6_port));
}

static int socket_show(struct seq_file *m, void *v)
{
	const struct kmon_socket *s = &((struct row *)v)->s;
	char comm[KMON_ESCAPED_LEN];

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "netns proto state local remote uid pid fd inode cgroup comm\n");
		return 0;
	}
	seq_put_decimal_ull(m, "", s->netns);
	put_word(m, proto_name(s));
	put_word(m, state_name(s));
	put_end(m, &s->saddr);
	put_end(m, &s->daddr);
	seq_put_decimal_ll(m, " ", (int)s->uid);
	seq_put_decimal_ll(m, " ", s->pid);
	seq_put_decimal_ll(m, " ", s->fd);
	seq_put_decimal_ull(m, " ", s->ino);
	seq_put_decimal_ull(m, " ", s->cgroup);
	put_word(m, s->comm[0] ? kmon_escape(comm, s->comm) : "-");
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations socket_ops = {
	.start = list_start,
	.next = list_next,
	.stop = list_stop,
	.show = socket_show,
};

static const struct seq_operations port_ops = {
	.start = list_start,
	.next = list_next,
	.stop = list_stop,
	.show = port_show,
};

static int list_open(struct file *file, const struct seq_operations *ops,
		     struct net *net, struct pid_namespace *pid_ns)
{
	struct list *list = kvzalloc(struct_size(list, rows, ROWS_MAX),
				     GFP_KERNEL);
	int err;

	if (!list)
		return -ENOMEM;
	err = rhashtable_init(&list->seen, &seen_params);
	if (err)
		goto err_list;
	err = seq_open(file, ops);
	if (err)
		goto err_seen;
	list->ports = ops == &port_ops;
	list->net = net ? get_net(net) : NULL;
	list->pid_ns = get_pid_ns(pid_ns);
	((struct seq_file *)file->private_data)->private = list;
	return 0;

err_seen:
	rhashtable_destroy(&list->seen);
err_list:
	kvfree(list);
	return err;
}

static int list_release(struct inode *inode, struct file *file)
{
	struct list *list = ((struct seq_file *)file->private_data)->private;

	kmon_walk_end(&list->walk);
	rhashtable_free_and_destroy(&list->seen, seen_free, NULL);
	put_pid_ns(list->pid_ns);
	if (list->net)
		put_net(list->net);
	kvfree(list);
	return seq_release(inode, file);
}

static int sockets_open(struct inode *inode, struct file *file)
{
	return list_open(file, &socket_ops, NULL, &init_pid_ns);
}

static const struct file_operations sockets_fops = {
	.owner = THIS_MODULE,
	.open = sockets_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = list_release,
};

/*
 * Every reader's own: the sockets of its netns, if it administers that, and
 * all of them only for who administers the machine. The file is in every
 * mount of proc, so mode bits cannot tell.
 */
static int ports_open(struct inode *inode, struct file *file)
{
	struct net *net = current->nsproxy->net_ns;

	if (!ns_capable(net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	return list_open(file, &port_ops, capable(CAP_NET_ADMIN) ? NULL : net,
			 task_active_pid_ns(current));
}

static const struct proc_ops ports_ops = {
	.proc_open = ports_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = list_release,
};

#define PORTS_NAME "open_ports"

int kmon_socket_files_init(void)
{
	struct dentry *root = kmon_stats_root();
	struct dentry *file;

	if (!KMON_FAULT_NULL(proc_create(PORTS_NAME, 0444, NULL, &ports_ops)))
		return -ENOMEM;
	if (IS_ERR(root))
		return 0;
	file = KMON_FAULT_PTR(debugfs_create_file("sockets", 0400, root, NULL,
						  &sockets_fops));
	if (IS_ERR(file))
		kmon_socket_files_exit();
	return PTR_ERR_OR_ZERO(file);
}

void kmon_socket_files_exit(void)
{
	remove_proc_entry(PORTS_NAME, NULL);
}
