// SPDX-License-Identifier: GPL-2.0
/* The processes that hold one sock, and which of them packets are named after. */
#include "owner/hold.h"

#include <linux/rculist.h>

#include "owner/pool.h"
#include "owner/proc.h"
#include "stats.h"

/* Holders looked through on a send; who is behind them is not moved up. */
#define USE_LOOK_MAX 16

/* A descriptor that was announced but is not there yet is looked for again. */
#define TRIES_MAX 3

/**
 * struct kmon_hold - one process that holds one sock
 * @node: in the list of the sock's holds
 * @proc: the process, counted
 * @round: last enumeration that asked for it
 * @doubt: number of the last doubt
 * @tries: how often the process was found not to have it
 * @state: enum kmon_hold_state
 */
struct kmon_hold {
	struct list_head node;
	struct kmon_proc *proc;
	unsigned int round;
	unsigned int doubt;
	u8 tries;
	u8 state;
};

static struct kmon_pool hold_pool = {
	.name = "kmon_hold",
	.size = sizeof(struct kmon_hold),
};

void kmon_holds_init(struct kmon_holds *holds)
{
	INIT_LIST_HEAD(&holds->list);
}

static void drop(struct kmon_hold *hold)
{
	list_del(&hold->node);
	kmon_proc_put(hold->proc);
	kmon_pool_put(&hold_pool, hold);
}

void kmon_holds_drop(struct kmon_holds *holds)
{
	struct kmon_hold *hold, *next;

	list_for_each_entry_safe(hold, next, &holds->list, node)
		drop(hold);
}

static struct kmon_hold *find(struct kmon_holds *holds,
			      const struct kmon_proc *proc)
{
	struct kmon_hold *hold;

	list_for_each_entry(hold, &holds->list, node)
		if (hold->proc == proc)
			return hold;
	return NULL;
}

static struct kmon_hold *find_pid(struct kmon_holds *holds,
				  const struct pid *pid)
{
	struct kmon_hold *hold;

	list_for_each_entry(hold, &holds->list, node)
		if (hold->proc->pid == pid)
			return hold;
	return NULL;
}

/* A process that has ended holds nothing, whatever was seen of its end. */
static void note_end(struct kmon_hold *hold)
{
	if (!READ_ONCE(hold->proc->alive))
		hold->state = KMON_GONE;
}

/*
 * Whether nobody can be named: the best one is one of several in doubt, or it
 * is gone and somebody that could not be entered may hold the sock.
 */
static bool is_unknown(const struct kmon_holds *holds,
		       const struct kmon_hold *best, unsigned int nr_present)
{
	return (best->state == KMON_DOUBTFUL && nr_present > 1) ||
	       (best->state == KMON_GONE && holds->incomplete);
}

/*
 * The present owner while it holds the sock, else the holder added last, else
 * the one that is left in doubt, else whoever held it last. Who is gone is
 * forgotten once another one is there.
 *
 * Borrowed pointers stay valid for readers: a hold that is dropped frees its
 * process after a grace period.
 */
void kmon_holds_settle(struct kmon_holds *holds)
{
	/* The caller holds the lock, which is out of sight here. */
	struct kmon_proc *owner = rcu_dereference_protected(holds->owner, true);
	struct kmon_hold *hold, *next, *best = NULL;
	unsigned int nr_present = 0;

	list_for_each_entry(hold, &holds->list, node) {
		note_end(hold);
		if (hold->state != KMON_GONE)
			nr_present++;
		if (!best || hold->state < best->state ||
		    (hold->state == best->state && hold->proc == owner))
			best = hold;
	}
	if (best && is_unknown(holds, best, nr_present))
		best = NULL;
	rcu_assign_pointer(holds->owner, best ? best->proc : NULL);
	WRITE_ONCE(holds->nr_present, nr_present);
	if (!nr_present)
		return;
	list_for_each_entry_safe(hold, next, &holds->list, node)
		if (hold->state == KMON_GONE)
			drop(hold);
}

/* Somebody holds the sock who cannot be remembered. */
static unsigned int add_unknown(struct kmon_holds *holds)
{
	holds->incomplete = true;
	kmon_holds_settle(holds);
	return KMON_HOLD_ROUND;
}

static struct kmon_hold *hold_new(struct kmon_holds *holds,
				  struct kmon_proc *proc)
{
	struct kmon_hold *hold = kmon_pool_get(&hold_pool);

	if (!hold) {
		kmon_count(KMON_STAT_LOST_HOLD);
		return NULL;
	}
	hold->proc = kmon_proc_hold(proc);
	hold->state = KMON_GONE;
	list_add(&hold->node, &holds->list);
	return hold;
}

unsigned int kmon_holds_add(struct kmon_holds *holds, struct kmon_proc *proc,
			    enum kmon_hold_state state, unsigned int round)
{
	struct kmon_hold *hold;
	unsigned int found = 0;

	if (!proc)
		return add_unknown(holds);
	hold = find(holds, proc) ?: hold_new(holds, proc);
	if (!hold)
		return add_unknown(holds);
	if (state == KMON_DOUBTFUL) {
		hold->doubt++;
		hold->tries = 0;
	}
	if (state < hold->state) {
		if (hold->state == KMON_GONE)
			found |= KMON_HOLD_NEW;
		hold->state = state;
		kmon_holds_settle(holds);
	}
	if (hold->round != round) {
		hold->round = round;
		found |= KMON_HOLD_ROUND;
	}
	return found;
}

void kmon_holds_prefer(struct kmon_holds *holds, struct task_struct *task)
{
	struct kmon_hold *hold = find_pid(holds, task_tgid(task));

	if (hold && hold->state == KMON_HELD)
		rcu_assign_pointer(holds->owner, hold->proc);
}

bool kmon_holds_release(struct kmon_holds *holds, bool sure)
{
	struct kmon_hold *hold = find_pid(holds, task_tgid(current));

	if (!hold || hold->state == KMON_GONE)
		return false;
	kmon_proc_remember(hold->proc, current);
	hold->state = sure ? KMON_GONE : KMON_DOUBTFUL;
	hold->doubt++;
	/* It is in its tables or not: one look is enough. */
	hold->tries = TRIES_MAX;
	kmon_holds_settle(holds);
	return true;
}

bool kmon_holds_cover(const struct kmon_holds *holds, unsigned int nr)
{
	struct kmon_hold *hold;

	if (holds->shared_table)
		return false;
	list_for_each_entry(hold, &holds->list, node) {
		if (!nr)
			break;
		if (hold->state == KMON_HELD && READ_ONCE(hold->proc->alive) &&
		    !kmon_proc_is_current(hold->proc))
			nr--;
	}
	return !nr;
}

bool kmon_holds_use(struct kmon_holds *holds)
{
	unsigned int left = USE_LOOK_MAX;
	struct kmon_hold *hold;

	list_for_each_entry(hold, &holds->list, node) {
		if (!left--)
			return true;
		if (!kmon_proc_is_current(hold->proc))
			continue;
		if (hold->state != KMON_HELD)
			return false;
		list_move(&hold->node, &holds->list);
		rcu_assign_pointer(holds->owner, hold->proc);
		return true;
	}
	return false;
}

bool kmon_holds_doubt(struct kmon_holds *holds, struct kmon_doubt *doubt)
{
	struct kmon_hold *hold;

	list_for_each_entry(hold, &holds->list, node) {
		if (hold->state != KMON_DOUBTFUL)
			continue;
		doubt->pid = get_pid(hold->proc->pid);
		doubt->nr = hold->doubt;
		return true;
	}
	return false;
}

void kmon_holds_resolve(struct kmon_holds *holds,
			const struct kmon_doubt *doubt, bool held)
{
	struct kmon_hold *hold = find_pid(holds, doubt->pid);

	if (!hold || hold->state != KMON_DOUBTFUL || hold->doubt != doubt->nr)
		return;
	if (!held && ++hold->tries < TRIES_MAX)
		return;
	hold->state = held ? KMON_HELD : KMON_GONE;
	kmon_holds_settle(holds);
}

int kmon_hold_init(void)
{
	return kmon_pool_init(&hold_pool);
}

void kmon_hold_exit(void)
{
	kmon_pool_exit(&hold_pool);
}

int kmon_hold_start(unsigned int limit)
{
	return kmon_pool_start(&hold_pool, limit);
}

void kmon_hold_stop(void)
{
	kmon_pool_stop(&hold_pool);
}

void kmon_hold_refill(void)
{
	kmon_pool_refill(&hold_pool);
}

void kmon_hold_gauges(struct seq_file *m)
{
	kmon_stats_gauge(m, "owner_holds", kmon_pool_used(&hold_pool));
	kmon_stats_gauge(m, "owner_hold_bytes", sizeof(struct kmon_hold));
}
