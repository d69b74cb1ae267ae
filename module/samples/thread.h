/* SPDX-License-Identifier: GPL-2.0 */
/* A thread that may end by itself before the module goes. */
#ifndef _SAMPLES_THREAD_H
#define _SAMPLES_THREAD_H

#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

/**
 * thread_start() - run a function in a thread
 * @run: the function
 * @name: of the thread
 *
 * The reference makes kthread_stop() safe after the function has returned.
 *
 * Return: the thread, for thread_stop(), or an ERR_PTR().
 */
static inline struct task_struct *thread_start(int (*run)(void *unused),
					       const char *name)
{
	struct task_struct *thread = kthread_create(run, NULL, "%s", name);

	if (!IS_ERR(thread)) {
		get_task_struct(thread);
		wake_up_process(thread);
	}
	return thread;
}

/**
 * thread_stop() - wait until the function has returned
 * @thread: the thread
 *
 * The caller has closed what the function may wait for.
 */
static inline void thread_stop(struct task_struct *thread)
{
	kthread_stop(thread);
	put_task_struct(thread);
}

#endif /* _SAMPLES_THREAD_H */
