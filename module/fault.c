// SPDX-License-Identifier: GPL-2.0
/* The counter behind the deliberate failures of a FAULTS=1 build. */
#include "fault.h"

#include <linux/atomic.h>
#include <linux/moduleparam.h>

static atomic_t fault_count;
static unsigned int fault_at;

static int fault_at_set(const char *val, const struct kernel_param *kp)
{
	int err = param_set_uint(val, kp);

	if (!err)
		atomic_set(&fault_count, 0);
	return err;
}

static int fault_count_get(char *buf, const struct kernel_param *kp)
{
	return sprintf(buf, "%d\n", atomic_read(&fault_count));
}

static const struct kernel_param_ops fault_at_ops = {
	.set = fault_at_set,
	.get = param_get_uint,
};

static const struct kernel_param_ops fault_count_ops = {
	.get = fault_count_get,
};

module_param_cb(fault_at, &fault_at_ops, &fault_at, 0600);
MODULE_PARM_DESC(fault_at, "fail the N-th wrapped call from now on (0: none)");
module_param_cb(fault_count, &fault_count_ops, NULL, 0400);
MODULE_PARM_DESC(fault_count, "wrapped calls since fault_at was written");

bool kmon_fault_hit(void)
{
	return atomic_inc_return(&fault_count) == READ_ONCE(fault_at);
}
