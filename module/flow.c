// SPDX-License-Identifier: GPL-2.0
/* Flows: what the kernel's lookup answered last for addresses and ports. */
#include "flow.h"

#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "fault.h"

#define NR_FLOWS BIT(KMON_FLOW_BITS)

/* How often flows that have ended are looked for, and how old one may be. */
#define SWEEP (HZ / 10)

struct kmon_flow *kmon_flows;

/* Socks that were taken out of the table, for the worker alone. */
static struct sock **leaving;

static void sweep_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(sweep, sweep_work);

/*
 * Only what a process has opened, in the ordinary way: who else keeps a socket
 * might not expect a reference that outlives its end for a moment.
 */
static bool is_ordinary(const struct sock *sk)
{
	const struct socket *sock = READ_ONCE(sk->sk_socket);

	if (sk->sk_kern_sock || (sock && !READ_ONCE(sock->file)))
		return false;
	if (sk->sk_protocol == IPPROTO_UDP)
		return !READ_ONCE(udp_sk(sk)->encap_type);
	return !READ_ONCE(inet_csk(sk)->icsk_ulp_ops);
}

/*
 * Whether no other UDP socket has the port: others may, with other addresses,
 * which connect(2) can change. Not worth a walk where the chain is long.
 */
static bool is_alone(const struct sock *sk, struct net *net)
{
	const u16 port = READ_ONCE(sk->sk_num);
	struct udp_hslot *slot =
		udp_hashslot(kmon_compat_udp_table(net), net, port);
	const struct sock *other;

	if (READ_ONCE(slot->count) > 16)
		return false;
	sk_for_each_rcu(other, &slot->head)
		if (other != sk && sock_net(other) == net &&
		    READ_ONCE(other->sk_num) == port)
			return false;
	return true;
}

bool kmon_flow_keep(struct sock *sk, struct net *net,
		    const struct kmon_packet *pkt, bool referenced)
{
	const struct kmon_kind kind = { pkt->t.family, pkt->t.proto, KMON_DIR_IN };
	const u32 hash = kmon_flow_hash(pkt, kind.family);
	struct kmon_flow *flow = kmon_flow_slot(hash);
	struct sock *old = READ_ONCE(flow->sk);
	bool taken = false;

	/* The sock of another flow leaves by the worker, in a grace period. */
	if (old && old != sk)
		return false;
	if (!kmon_flow_is_of(sk, net, pkt, kind) || !is_ordinary(sk) ||
	    (kind.proto == IPPROTO_UDP && !is_alone(sk, net)))
		return false;
	if (!old) {
		if (!referenced && !refcount_inc_not_zero(&sk->sk_refcnt))
			return false;
		taken = !cmpxchg(&flow->sk, NULL, sk);
		if (!taken) {
			if (!referenced)
				sock_put(sk);
			return false;
		}
	}
	WRITE_ONCE(flow->hash, hash);
	WRITE_ONCE(flow->asked, (u32)jiffies);
	return taken && referenced;
}

/* Lets go of all flows, or of those that have ended or are not used. */
static void let_go(bool all)
{
	unsigned int i, nr = 0;
	struct kmon_flow *flow;
	struct sock *sk;

	for (i = 0; i < NR_FLOWS; i++) {
		flow = &kmon_flows[i];
		sk = READ_ONCE(flow->sk);
		if (!sk || (!all && !hlist_unhashed_lockless(&sk->sk_node) &&
			    (u32)jiffies - READ_ONCE(flow->asked) < SWEEP))
			continue;
		leaving[nr++] = xchg(&flow->sk, NULL);
	}
	if (!nr)
		return;
	/* For packets that have found them. */
	synchronize_rcu();
	while (nr) {
		sock_put(leaving[--nr]);
		cond_resched();
	}
}

static void sweep_work(struct work_struct *work)
{
	let_go(false);
	schedule_delayed_work(&sweep, SWEEP);
}

int kmon_flow_start(void)
{
	kmon_flows = KMON_FAULT_NULL(kvcalloc(NR_FLOWS, sizeof(*kmon_flows),
					      GFP_KERNEL));
	leaving = KMON_FAULT_NULL(kvcalloc(NR_FLOWS, sizeof(*leaving),
					   GFP_KERNEL));
	if (!kmon_flows || !leaving) {
		kvfree(leaving);
		kvfree(kmon_flows);
		return -ENOMEM;
	}
	schedule_delayed_work(&sweep, SWEEP);
	return 0;
}

void kmon_flow_stop(void)
{
	cancel_delayed_work_sync(&sweep);
	let_go(true);
	kvfree(leaving);
	kvfree(kmon_flows);
}
