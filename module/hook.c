// SPDX-License-Identifier: GPL-2.0
/* Have our functions called when the kernel enters some of its own. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "hook.h"

#include <linux/kprobes.h>
#include <linux/printk.h>

#include "fault.h"

/* How far the traced instruction may be from a function's first one. */
#define ENTRY_MAX 16

void notrace kmon_hook_dispatch(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops, kmon_compat_regs *regs)
{
	const struct kmon_hook_set *set =
		container_of(ops, struct kmon_hook_set, ops);
	const struct kmon_hook *hook = set->hooks;
	const struct kmon_hook *end = hook + set->nr;

	for (; hook < end; hook++) {
		if (ip - hook->addr < ENTRY_MAX) {
			hook->fn(regs);
			return;
		}
	}
}

/*
 * kprobes know where functions are: one that is registered disabled is only
 * looked up and touches no code.
 */
static int resolve(struct kmon_hook *hook)
{
	struct kprobe kp = {
		.symbol_name = hook->function,
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err;

	if (hook->addr)
		return 0;
	err = KMON_FAULT_ERR(register_kprobe(&kp));
	if (err)
		return err;
	hook->addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return 0;
}

/* Resetting the filter frees it; ftrace_free_filter() is not exported on 5.10. */
static void filter_free(struct kmon_hook_set *set)
{
	ftrace_set_filter(&set->ops, NULL, 0, 1);
}

static int filter_add(struct kmon_hook_set *set, unsigned int i)
{
	return ftrace_set_filter_ip(&set->ops, set->hooks[i].addr, 0, !i);
}

static int filter_set(struct kmon_hook_set *set)
{
	unsigned int i;
	int err;

	for (i = 0; i < set->nr; i++) {
		err = resolve(&set->hooks[i]);
		if (!err)
			err = KMON_FAULT_ERR(filter_add(set, i));
		if (err) {
			pr_err("cannot hook %s: error %d\n",
			       set->hooks[i].function, err);
			filter_free(set);
			return err;
		}
	}
	return 0;
}

int kmon_hook_start(struct kmon_hook_set *set)
{
	int err;

	err = filter_set(set);
	if (err)
		return err;
	err = KMON_FAULT_ERR(register_ftrace_function(&set->ops));
	if (err) {
		pr_err("cannot register with ftrace: error %d%s\n", err,
		       err == -EBUSY ? ": kernel.ftrace_enabled is 0" : "");
		filter_free(set);
	}
	return err;
}

void kmon_hook_stop(struct kmon_hook_set *set)
{
	unregister_ftrace_function(&set->ops);
	filter_free(set);
}
