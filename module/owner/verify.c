// SPDX-License-Identifier: GPL-2.0
/* Look into holds that are in doubt. */
#include "owner/verify.h"

#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/workqueue.h>

#include "owner/table.h"
#include "walk.h"

/* A descriptor that was announced is installed by then. */
#define VERIFY_DELAY (HZ / 20)

/* Between looking for one that was not there yet. */
#define VERIFY_AGAIN HZ

static void verify_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(verify, verify_work);

struct question {
	const struct sock *sk;
	bool found;
};

/* Context: file_lock held. */
static void look(struct task_struct *task, unsigned int fd, struct file *file,
		 struct sock *sk, void *arg)
{
	struct question *q = arg;

	if (sk == q->sk)
		q->found = true;
}

/* Whether the process has the sock open, in any of its threads' tables. */
static bool holds(const struct kmon_doubt *doubt)
{
	struct question q = { .sk = doubt->sk };
	struct task_struct *leader;

	leader = get_pid_task(doubt->pid, PIDTYPE_TGID);
	if (!leader)
		return false;
	kmon_walk_process(leader, look, NULL, &q);
	put_task_struct(leader);
	return q.found;
}

static void verify_work(struct work_struct *work)
{
	struct kmon_doubt doubt;
	unsigned int bucket = 0;
	bool any = false;

	while (kmon_table_next_doubt(&bucket, &doubt)) {
		any = true;
		kmon_table_resolve(&doubt, holds(&doubt));
		put_pid(doubt.pid);
	}
	/* Once more, for what was found in the same bucket, or not yet. */
	if (any)
		schedule_delayed_work(&verify, VERIFY_AGAIN);
}

void kmon_verify_soon(void)
{
	schedule_delayed_work(&verify, VERIFY_DELAY);
}

void kmon_verify_stop(void)
{
	cancel_delayed_work_sync(&verify);
}
