// SPDX-License-Identifier: GPL-2.0
/* What was done with each socket, and the files that show it. */
#include "ksocket/count.h"

#include <linux/ctype.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/seq_file.h>
#include <linux/un.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "fault.h"
#include "ksocket/handle.h"
#include "stats.h"

DEFINE_STATIC_KEY_FALSE(kmon_ksock_latency);

/* Protects @latency, and with it the key. */
static DEFINE_MUTEX(latency_lock);
static bool latency;

static int latency_set(const char *val, const struct kernel_param *kp)
{
	bool on;
	int err;

	err = kstrtobool(val, &on);
	if (err)
		return err;
	mutex_lock(&latency_lock);
	if (on && !latency)
		static_branch_enable(&kmon_ksock_latency);
	else if (!on && latency)
		static_branch_disable(&kmon_ksock_latency);
	latency = on;
	mutex_unlock(&latency_lock);
	return 0;
}

static const struct kernel_param_ops latency_ops = {
	.set = latency_set,
	.get = param_get_bool,
};

module_param_cb(ksocket_latency, &latency_ops, &latency, 0644);
MODULE_PARM_DESC(ksocket_latency, "measure how long ksocket's calls send and receive (bool)");

void kmon_ksock_latency_add(atomic_t *buckets, u64 start)
{
	u64 ns = ktime_get_ns() - start;

	atomic_inc(&buckets[min(ilog2(ns | 1), KMON_KSOCK_BUCKETS - 1)]);
}

/* Of sockets that are closed; the open ones are added when somebody asks. */
static struct {
	atomic64_t nr;
	struct kmon_ksock_stats stats;
} gone;

/* The counters that are summed, in their order in the summary. */
static const struct {
	const char *name;
	unsigned int at;
} counters[] = {
#define COUNTER(field) { #field, offsetof(struct kmon_ksock_stats, field) }
	COUNTER(tx_bytes),
	COUNTER(rx_bytes),
	COUNTER(sends),
	COUNTER(recvs),
	COUNTER(others),
	COUNTER(errors),
	COUNTER(shorts),
#undef COUNTER
};

static s64 counter_read(const struct kmon_ksock_stats *stats, unsigned int i)
{
	const void *base = stats;

	return atomic64_read(base + counters[i].at);
}

void kmon_ksock_stats_add(const struct kmon_ksock_stats *stats)
{
	void *base = &gone.stats;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		atomic64_add(counter_read(stats, i), base + counters[i].at);
	atomic64_inc(&gone.nr);
}

static int summary_show(struct seq_file *m, void *unused)
{
	u64 sums[ARRAY_SIZE(counters)], nr_open = 0;
	struct kmon_ksock *ks;
	unsigned long id;
	unsigned int i;
	u64 nr_closed;

	kmon_ksock_walk_begin();
	nr_closed = atomic64_read(&gone.nr);
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		sums[i] = counter_read(&gone.stats, i);
	for (id = 1; (ks = kmon_ksock_next(&id)); id++) {
		nr_open++;
		for (i = 0; i < ARRAY_SIZE(counters); i++)
			sums[i] += counter_read(&ks->stats, i);
		cond_resched();
	}
	kmon_ksock_walk_end();
	kmon_stats_gauge(m, "open", nr_open);
	kmon_stats_gauge(m, "closed", nr_closed);
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		kmon_stats_gauge(m, counters[i].name, sums[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(summary);

static const char * const types[] = {
	[SOCK_STREAM] = "stream",
	[SOCK_DGRAM] = "dgram",
	[SOCK_RAW] = "raw",
	[SOCK_SEQPACKET] = "seqpacket",
};

static const char * const states[] = {
	[TCP_ESTABLISHED] = "established",
	[TCP_SYN_SENT] = "syn-sent",
	[TCP_SYN_RECV] = "syn-recv",
	[TCP_FIN_WAIT1] = "fin-wait-1",
	[TCP_FIN_WAIT2] = "fin-wait-2",
	[TCP_TIME_WAIT] = "time-wait",
	[TCP_CLOSE] = "close",
	[TCP_CLOSE_WAIT] = "close-wait",
	[TCP_LAST_ACK] = "last-ack",
	[TCP_LISTEN] = "listen",
	[TCP_CLOSING] = "closing",
};

/* A word of a list, or the number where the list has none. */
static void show_word(struct seq_file *m, const char * const *words,
		      unsigned int nr, unsigned int i)
{
	if (i < nr && words[i])
		seq_printf(m, " %s", words[i]);
	else
		seq_printf(m, " %u", i);
}

static void show_family(struct seq_file *m, unsigned int family)
{
	switch (family) {
	case AF_INET:
		seq_puts(m, " inet");
		break;
	case AF_INET6:
		seq_puts(m, " inet6");
		break;
	case AF_UNIX:
		seq_puts(m, " unix");
		break;
	default:
		seq_printf(m, " %u", family);
	}
}

/* A path, or @ and an abstract name; blanks and the like as \ooo. */
static void show_path(struct seq_file *m, const struct sockaddr_un *addr,
		      int len)
{
	const char *p = addr->sun_path;

	len -= offsetof(struct sockaddr_un, sun_path);
	if (len > 0 && !*p) {
		seq_putc(m, '@');
		p++;
		len--;
	} else {
		len = strnlen(p, len);
	}
	for (; len > 0; p++, len--) {
		if (isascii(*p) && isgraph(*p) && *p != '\\')
			seq_putc(m, *p);
		else
			seq_printf(m, "\\%03o", (unsigned char)*p);
	}
}

static void show_address(struct seq_file *m, struct socket *sock, int peer)
{
	struct sockaddr_storage addr = { };
	int len = sock->ops->getname(sock, (struct sockaddr *)&addr, peer);

	seq_putc(m, ' ');
	if (len > 0 && (addr.ss_family == AF_INET ||
			addr.ss_family == AF_INET6))
		seq_printf(m, "%pISpc", &addr);
	else if (len > (int)offsetof(struct sockaddr_un, sun_path) &&
		 addr.ss_family == AF_UNIX)
		show_path(m, (struct sockaddr_un *)&addr, len);
	else
		seq_putc(m, '-');
}

/* log2 of the time:calls, joined by commas. */
static void show_latency(struct seq_file *m, const atomic_t *buckets)
{
	char sep = ' ';
	unsigned int i;
	int nr;

	for (i = 0; i < KMON_KSOCK_BUCKETS; i++) {
		nr = atomic_read(&buckets[i]);
		if (!nr)
			continue;
		seq_printf(m, "%c%u:%u", sep, i, nr);
		sep = ',';
	}
	if (sep == ' ')
		seq_puts(m, " -");
}

static void show_sock(struct seq_file *m, const struct kmon_ksock *ks)
{
	struct socket *sock = ks->sock;
	u64 age = ktime_get_ns() - ks->born;
	unsigned int i;

	seq_printf(m, "%u %s", ks->id, ks->creator);
	show_family(m, sock->sk->sk_family);
	show_word(m, types, ARRAY_SIZE(types), sock->type);
	show_word(m, states, ARRAY_SIZE(states), READ_ONCE(sock->sk->sk_state));
	show_address(m, sock, 0);
	show_address(m, sock, 1);
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		seq_printf(m, " %lld", counter_read(&ks->stats, i));
	seq_printf(m, " %llu", age / NSEC_PER_MSEC);
	show_latency(m, ks->stats.send_ns);
	show_latency(m, ks->stats.recv_ns);
	seq_putc(m, '\n');
}

/*
 * Position 0 is the header, position n the first open socket whose number is
 * at least n.
 */
static void *sockets_at(loff_t *pos)
{
	unsigned long id = *pos;
	struct kmon_ksock *ks;

	if (!id)
		return SEQ_START_TOKEN;
	ks = kmon_ksock_next(&id);
	*pos = id;
	return ks;
}

static void *sockets_start(struct seq_file *m, loff_t *pos)
{
	kmon_ksock_walk_begin();
	return sockets_at(pos);
}

static void *sockets_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return sockets_at(pos);
}

static void sockets_stop(struct seq_file *m, void *v)
{
	kmon_ksock_walk_end();
}

static int sockets_show(struct seq_file *m, void *v)
{
	unsigned int i;

	if (v != SEQ_START_TOKEN) {
		show_sock(m, v);
		return 0;
	}
	seq_puts(m, "id creator family type state local remote");
	for (i = 0; i < ARRAY_SIZE(counters); i++)
		seq_printf(m, " %s", counters[i].name);
	seq_puts(m, " age_ms send_log2ns recv_log2ns\n");
	return 0;
}

static const struct seq_operations sockets_sops = {
	.start = sockets_start,
	.next = sockets_next,
	.stop = sockets_stop,
	.show = sockets_show,
};
DEFINE_SEQ_ATTRIBUTE(sockets);

static struct dentry *dir;

int kmon_ksock_files_init(void)
{
	static const struct {
		const char *name;
		const struct file_operations *fops;
	} files[] = {
		{ "sockets", &sockets_fops },
		{ "summary", &summary_fops },
	};
	struct dentry *file;
	unsigned int i;

	/* Without debugfs there are no files, as in kmon_stats_init(). */
	if (IS_ERR(kmon_stats_root()))
		return 0;
	dir = KMON_FAULT_PTR(debugfs_create_dir("ksocket", kmon_stats_root()));
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		file = KMON_FAULT_PTR(debugfs_create_file(files[i].name, 0400,
							  dir, NULL,
							  files[i].fops));
		if (IS_ERR(file)) {
			debugfs_remove(dir);
			return PTR_ERR(file);
		}
	}
	return 0;
}

void kmon_ksock_files_exit(void)
{
	debugfs_remove(dir);
}
