// SPDX-License-Identifier: GPL-2.0
/* The kmon_packet event: netfilter hooks in every netns, skb -> record. */
#include "packet.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/timekeeping.h>
#include <linux/udp.h>
#include <net/inet_sock.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/tcp.h>
#include <trace/events/kmon.h>

#include "demux.h"
#include "fault.h"
#include "flow.h"
#include "fragment.h"
#include "owner/lookup.h"
#include "record.h"
#include "stats.h"

/*
 * Everything below runs once per packet, in the context of netfilter's
 * LOCAL_IN and LOCAL_OUT: RCU read side; softirq, or a process that sends,
 * or one whose backlog or busy poll receives. Nothing is allocated, nothing
 * sleeps, and the packet is always accepted.
 */

/* A header that is not in one piece. Return: its copy in @to, or NULL. */
static noinline const void *copy_header(const struct sk_buff *skb,
					unsigned int off, void *to,
					unsigned int len)
{
	return skb_copy_bits(skb, off, to, len) ? NULL : to;
}

static __always_inline const void *header(const struct sk_buff *skb,
					  unsigned int off, void *to,
					  unsigned int len)
{
	if (likely(skb_headlen(skb) >= off + len))
		return skb->data + off;
	return copy_header(skb, off, to, len);
}

/* Return: false where the header is cut short or the packet has no ports. */
static __always_inline bool
parse_l4(const struct sk_buff *skb, struct kmon_packet *pkt, unsigned int off,
	 const struct kmon_kind kind)
{
	unsigned int hlen = sizeof(struct udphdr);
	const struct udphdr *uh;
	const struct tcphdr *th;
	struct tcphdr buf;

	if (kind.proto == IPPROTO_TCP) {
		th = header(skb, off, &buf, sizeof(*th));
		if (unlikely(!th))
			return false;
		hlen = th->doff * 4;
		pkt->t.tcp_flags = tcp_flag_byte(th);
		uh = (const struct udphdr *)th;
	} else {
		uh = header(skb, off, &buf, sizeof(*uh));
		if (unlikely(!uh))
			return false;
		pkt->t.tcp_flags = 0;
	}
	/* Both headers begin with the two ports. */
	pkt->t.sport = ntohs(uh->source);
	pkt->t.dport = ntohs(uh->dest);
	if (unlikely(skb->len < off + hlen))
		return false;
	pkt->t.len = skb->len - off - hlen;
	return true;
}

static __always_inline void
set_common(const struct sk_buff *skb, const struct nf_hook_state *state,
	   struct kmon_packet *pkt, const struct kmon_kind kind)
{
	const struct net_device *dev;

	if (kind.family == AF_INET6) {
		pkt->saddr = &ipv6_hdr(skb)->saddr;
		pkt->daddr = &ipv6_hdr(skb)->daddr;
	} else {
		pkt->saddr = &ip_hdr(skb)->saddr;
		pkt->daddr = &ip_hdr(skb)->daddr;
	}
	pkt->t.family = kind.family;
	pkt->t.proto = kind.proto;
	pkt->t.dir = kind.dir;
	dev = kind.dir == KMON_DIR_OUT ? state->out : state->in;
	pkt->t.ifindex = dev ? dev->ifindex : 0;
	pkt->t.netns = state->net->ns.inum;
	pkt->t.gso_segs = max_t(u16, skb_shinfo(skb)->gso_segs, 1);
}

static __always_inline void emit(struct kmon_packet *pkt,
				 const struct kmon_kind kind)
{
	kmon_count(KMON_STAT_PACKETS_IN_TCP + 2 * kind.dir +
		   (kind.proto == IPPROTO_UDP));
	kmon_count(KMON_STAT_SOURCE_SENDER + pkt->owner.source);
	kmon_lookup_account(&pkt->owner, kind.dir, pkt->t.gso_segs, pkt->t.len);
	trace_kmon_packet(pkt);
}

/* The packet's IP header is in the linear part, its own begins at @off. */
static __always_inline unsigned int
on_packet(struct sk_buff *skb, const struct nf_hook_state *state,
	  unsigned int off, const struct kmon_kind kind)
{
	struct kmon_packet pkt;

	set_common(skb, state, &pkt, kind);
	if (unlikely(!parse_l4(skb, &pkt, off, kind))) {
		kmon_count(KMON_STAT_PACKETS_BAD);
		return NF_ACCEPT;
	}
	if (kind.dir == KMON_DIR_OUT)
		kmon_demux_out(skb, state, &pkt, kind);
	else
		kmon_demux_in(skb, state, &pkt, kind);
	emit(&pkt, kind);
	return NF_ACCEPT;
}

static __always_inline unsigned int
packet4(struct sk_buff *skb, const struct nf_hook_state *state, const u8 dir)
{
	const struct kmon_kind tcp = { AF_INET, IPPROTO_TCP, dir };
	const struct kmon_kind udp = { AF_INET, IPPROTO_UDP, dir };

	switch (ip_hdr(skb)->protocol) {
	case IPPROTO_TCP:
		return on_packet(skb, state, ip_hdrlen(skb), tcp);
	case IPPROTO_UDP:
		return on_packet(skb, state, ip_hdrlen(skb), udp);
	default:
		return NF_ACCEPT;
	}
}

static unsigned int in4(void *priv, struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	return packet4(skb, state, KMON_DIR_IN);
}

static unsigned int out4(void *priv, struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	return packet4(skb, state, KMON_DIR_OUT);
}

#if IS_ENABLED(CONFIG_IPV6)
/* A later fragment has no ports; those of the first tell whose it is. */
static noinline void fragment6(struct sk_buff *skb,
			       const struct nf_hook_state *state,
			       const struct kmon_kind kind)
{
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	struct kmon_packet pkt;
	__be16 frag_off;
	int off;

	set_common(skb, state, &pkt, kind);
	off = ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), &nexthdr,
			       &frag_off);
	off += sizeof(struct frag_hdr);
	pkt.t.tcp_flags = 0;
	pkt.t.len = off > 0 && skb->len > off ? skb->len - off : 0;
	if (kind.dir == KMON_DIR_IN &&
	    kmon_fragment_later(skb, state->net, &pkt)) {
		kmon_demux_in_rare(skb, state, &pkt);
	} else {
		pkt.t.sport = 0;
		pkt.t.dport = 0;
		kmon_owner_none(&pkt.owner, KMON_SOURCE_FRAGMENT);
	}
	emit(&pkt, kind);
}

static __always_inline unsigned int
packet6(struct sk_buff *skb, const struct nf_hook_state *state, const u8 dir)
{
	const struct kmon_kind tcp = { AF_INET6, IPPROTO_TCP, dir };
	const struct kmon_kind udp = { AF_INET6, IPPROTO_UDP, dir };
	int proto = ipv6_hdr(skb)->nexthdr;
	unsigned int off = sizeof(struct ipv6hdr);
	unsigned short frag_off = 0;

	if (unlikely(proto != IPPROTO_TCP && proto != IPPROTO_UDP)) {
		off = 0;
		proto = ipv6_find_hdr(skb, &off, -1, &frag_off, NULL);
		if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
			return NF_ACCEPT;
		if (frag_off) {
			fragment6(skb, state, proto == IPPROTO_TCP ? tcp : udp);
			return NF_ACCEPT;
		}
		if (dir == KMON_DIR_IN)
			kmon_fragment_first(skb, state->net, proto, off);
	}
	if (proto == IPPROTO_TCP)
		return on_packet(skb, state, off, tcp);
	return on_packet(skb, state, off, udp);
}

static unsigned int in6(void *priv, struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	return packet6(skb, state, KMON_DIR_IN);
}

static unsigned int out6(void *priv, struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	return packet6(skb, state, KMON_DIR_OUT);
}
#endif

/*
 * On the socket's side of NAT and of every filter: packets are seen as the
 * process sees them, outgoing ones before anything may change or drop them,
 * incoming ones after.
 */
static const struct nf_hook_ops hooks[] = {
	{
		.hook = in4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = INT_MAX,
	}, {
		.hook = out4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = INT_MIN,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.hook = in6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = INT_MAX,
	}, {
		.hook = out6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = INT_MIN,
	},
#endif
};

/**
 * struct packet_net - our share of a network namespace
 * @node: in the list of all, while the namespace lives
 * @net: the namespace
 * @hooked: whether the hooks are in
 */
struct packet_net {
	struct list_head node;
	struct net *net;
	bool hooked;
};

static unsigned int packet_net_id __read_mostly;

/*
 * Protects the list, @hooked of its members and @active. Taken inside
 * pernet_ops_rwsem, when namespaces come and go, and never the other way
 * round: nothing below it takes that semaphore or the RTNL.
 */
static DEFINE_MUTEX(nets_lock);
static LIST_HEAD(nets);
static bool active;

/* Users; the caller of start and stop serialises. */
static unsigned int nr_users;

static int hook_net(struct packet_net *pn)
{
	int err;

	lockdep_assert_held(&nets_lock);
	err = KMON_FAULT_ERR(nf_register_net_hooks(pn->net, hooks,
						   ARRAY_SIZE(hooks)));
	pn->hooked = !err;
	return err;
}

static void unhook_net(struct packet_net *pn)
{
	lockdep_assert_held(&nets_lock);
	if (pn->hooked)
		nf_unregister_net_hooks(pn->net, hooks, ARRAY_SIZE(hooks));
	pn->hooked = false;
}

/*
 * A namespace is made. An error here would make that fail, so it is counted
 * and the namespace stays without hooks.
 */
static int __net_init packet_net_init(struct net *net)
{
	struct packet_net *pn = net_generic(net, packet_net_id);

	pn->net = net;
	mutex_lock(&nets_lock);
	list_add_tail(&pn->node, &nets);
	if (active && hook_net(pn))
		kmon_count(KMON_STAT_NETNS_UNHOOKED);
	mutex_unlock(&nets_lock);
	return 0;
}

/* A namespace goes: the core waits for packets in flight after pre_exit. */
static void __net_exit packet_net_pre_exit(struct net *net)
{
	struct packet_net *pn = net_generic(net, packet_net_id);

	mutex_lock(&nets_lock);
	unhook_net(pn);
	list_del(&pn->node);
	mutex_unlock(&nets_lock);
}

static struct pernet_operations packet_net_ops = {
	.init = packet_net_init,
	.pre_exit = packet_net_pre_exit,
	.id = &packet_net_id,
	.size = sizeof(struct packet_net),
};

static void unhook_all(void)
{
	struct packet_net *pn;

	lockdep_assert_held(&nets_lock);
	active = false;
	list_for_each_entry(pn, &nets, node)
		unhook_net(pn);
}

int kmon_packet_start(void)
{
	struct packet_net *pn;
	int err = 0;

	if (nr_users)
		goto out;
	err = kmon_flow_start();
	if (err)
		return err;
	kmon_owner_count_from(ktime_get_ns());
	mutex_lock(&nets_lock);
	active = true;
	list_for_each_entry(pn, &nets, node) {
		err = hook_net(pn);
		if (err) {
			unhook_all();
			break;
		}
	}
	mutex_unlock(&nets_lock);
	if (err) {
		synchronize_rcu();
		kmon_flow_stop();
		kmon_owner_count_from(0);
		return err;
	}
out:
	nr_users++;
	return 0;
}

void kmon_packet_stop(void)
{
	if (--nr_users)
		return;
	mutex_lock(&nets_lock);
	unhook_all();
	mutex_unlock(&nets_lock);
	/* nf_unregister_net_hooks() does not wait for packets inside a hook. */
	synchronize_rcu();
	kmon_flow_stop();
	kmon_owner_count_from(0);
}

int kmon_packet_init(void)
{
	return KMON_FAULT_ERR(register_pernet_subsys(&packet_net_ops));
}

void kmon_packet_exit(void)
{
	unregister_pernet_subsys(&packet_net_ops);
}
