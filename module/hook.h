/* SPDX-License-Identifier: GPL-2.0 */
/* Have our functions called when the kernel enters some of its own. */
#ifndef _KMON_HOOK_H
#define _KMON_HOOK_H

#include <linux/ftrace.h>

#include "compat.h"

/**
 * struct kmon_hook - one traced function
 * @function: its name
 * @fn: what we do there; runs in the context of the traced function, before
 *	its first instruction, must not sleep; arguments by kmon_compat_arg()
 * @addr: where it is; set by kmon_hook_start()
 */
struct kmon_hook {
	const char *function;
	void (*fn)(kmon_compat_regs *regs);
	unsigned long addr;
};

/**
 * struct kmon_hook_set - functions that are hooked and unhooked together
 * @hooks: the functions, the ones that are called most often first
 * @nr: how many
 * @ops: one for all of them, because each one costs a grace period of tasks
 *	 when it is removed
 */
struct kmon_hook_set {
	struct kmon_hook *hooks;
	unsigned int nr;
	struct ftrace_ops ops;
};

/* Define a set, from an array of struct kmon_hook. */
#define KMON_HOOK_SET(_name, _hooks)					\
	struct kmon_hook_set _name = {					\
		.hooks = _hooks,					\
		.nr = ARRAY_SIZE(_hooks),				\
		.ops = {						\
			.func = kmon_hook_dispatch,			\
			.flags = KMON_COMPAT_FTRACE_FLAGS,		\
		},							\
	}

/**
 * kmon_hook_dispatch() - what ftrace calls; only for KMON_HOOK_SET()
 * @ip: near the entry of the traced function
 * @parent_ip: its caller
 * @ops: of the set
 * @regs: the arguments
 *
 * Context: of the traced function.
 */
void kmon_hook_dispatch(unsigned long ip, unsigned long parent_ip,
			struct ftrace_ops *ops, kmon_compat_regs *regs);

/**
 * kmon_hook_start() - hook all functions of a set
 * @set: not started
 *
 * ftrace rather than kprobes: a kprobe that is hit while another kprobe's
 * handler runs on that CPU is dropped.
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT for a function that this kernel does not have, or what
 * register_ftrace_function() returned; with nothing left behind and a line in
 * the kernel log that names the function.
 */
int kmon_hook_start(struct kmon_hook_set *set);

/**
 * kmon_hook_stop() - unhook them
 * @set: started
 *
 * When it returns, none of the set's functions runs any more.
 *
 * Context: process, may sleep.
 */
void kmon_hook_stop(struct kmon_hook_set *set);

#endif /* _KMON_HOOK_H */
