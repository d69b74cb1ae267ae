/* SPDX-License-Identifier: GPL-2.0 */
/* What records say of a task: name, user, cgroup. */
#ifndef _KMON_TASK_H
#define _KMON_TASK_H

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>

/**
 * kmon_copy_comm() - copy a task's name
 * @to: TASK_COMM_LEN bytes, terminated and without what the stack held before
 * @from: comm of a task that cannot be freed meanwhile
 *
 * A name that is written meanwhile may come out mixed, as in /proc.
 *
 * Context: any.
 */
static __always_inline void kmon_copy_comm(char *to, const char *from)
{
	memcpy(to, from, TASK_COMM_LEN);
	to[TASK_COMM_LEN - 1] = '\0';
}

/**
 * kmon_task_uid() - a task's real user id in the initial user namespace
 * @task: the task
 *
 * Context: RCU read side. Return: the id; a kuid is that number.
 */
static __always_inline u32 kmon_task_uid(struct task_struct *task)
{
	return __kuid_val(__task_cred(task)->uid);
}

/**
 * kmon_task_cgroup() - id of a task's cgroup in the v2 hierarchy
 * @task: the task
 *
 * Context: RCU read side. Return: the id, 0 in a kernel without cgroups.
 */
static __always_inline u64 kmon_task_cgroup(struct task_struct *task)
{
#ifdef CONFIG_CGROUPS
	return cgroup_id(task_dfl_cgroup(task));
#else
	return 0;
#endif
}

/**
 * kmon_pid_leader() - the thread-group leader of a process
 * @pid: its tgid
 *
 * pid_task() without the call. Context: RCU read side.
 * Return: the leader, NULL once the process is gone.
 */
static __always_inline struct task_struct *kmon_pid_leader(struct pid *pid)
{
	struct hlist_node *first =
		rcu_dereference(hlist_first_rcu(&pid->tasks[PIDTYPE_TGID]));

	return hlist_entry_safe(first, struct task_struct,
				pid_links[PIDTYPE_TGID]);
}

#endif /* _KMON_TASK_H */
