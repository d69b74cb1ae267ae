// SPDX-License-Identifier: GPL-2.0
/* Who looks: events and parameters that start and stop what they need. */
#include "trace.h"

#include <linux/module.h>
#include <linux/mutex.h>

#include "exit_log.h"
#include "owner.h"
#include "packet.h"
#include "process.h"
#include "record.h"
#include "socket.h"

#define CREATE_TRACE_POINTS
#include <trace/events/kmon.h>

/* How far a field of the event is from where the tail begins. */
#define TAIL_AT(field)							\
	(offsetof(struct trace_event_raw_kmon_packet, field) -		\
	 offsetof(struct trace_event_raw_kmon_packet, netns))

static_assert(TAIL_AT(ifindex) == offsetof(struct kmon_packet_tail, ifindex));
static_assert(TAIL_AT(len) == offsetof(struct kmon_packet_tail, len));
static_assert(TAIL_AT(sport) == offsetof(struct kmon_packet_tail, sport));
static_assert(TAIL_AT(dport) == offsetof(struct kmon_packet_tail, dport));
static_assert(TAIL_AT(gso_segs) == offsetof(struct kmon_packet_tail, gso_segs));
static_assert(TAIL_AT(family) == offsetof(struct kmon_packet_tail, family));
static_assert(TAIL_AT(dir) == offsetof(struct kmon_packet_tail, dir));
static_assert(TAIL_AT(proto) == offsetof(struct kmon_packet_tail, proto));
static_assert(TAIL_AT(tcp_flags) == offsetof(struct kmon_packet_tail, tcp_flags));
/* Its padding is not longer than what is written after it. */
static_assert(TAIL_AT(shared) + 1 >= sizeof(struct kmon_packet_tail));

static_assert(sizeof(struct sockaddr_in6) == KMON_ADDR_SIZE);

/*
 * Protects @ready and the parameters, and serialises starting and stopping of
 * everything below. Taken inside the tracing core's event_mutex and inside
 * the lock of the module's parameters.
 */
static DEFINE_MUTEX(look_lock);

/*
 * The event files appear before our init function runs and vanish after our
 * exit function has returned, so the callbacks must not rely on either.
 */
static bool ready;

static int packet_start(void)
{
	int err;

	err = kmon_owner_start();
	if (err)
		return err;
	err = kmon_packet_start();
	if (err)
		kmon_owner_stop();
	return err;
}

static void packet_stop(void)
{
	kmon_packet_stop();
	kmon_owner_stop();
}

/**
 * struct event - a trace event that needs something running
 * @on: whether it runs
 * @start: start what it needs
 * @stop: stop that
 */
struct event {
	bool on;
	int (*start)(void);
	void (*stop)(void);
};

/*
 * The first user, in any instance or perf, enables an event. Context:
 * process, event_mutex and tracepoints_mutex held, may sleep. The module
 * reference makes rmmod say "in use" while the event is enabled.
 *
 * An event that is on already was left so by 5.10, whose tracing core does
 * not call back when it runs out of memory after this.
 */
static int event_reg(struct event *event)
{
	int err = 0;

	mutex_lock(&look_lock);
	if (event->on)
		goto out;
	err = -EAGAIN;
	if (!ready || !try_module_get(THIS_MODULE))
		goto out;
	err = event->start();
	event->on = !err;
	if (err)
		module_put(THIS_MODULE);
out:
	mutex_unlock(&look_lock);
	return err;
}

/* The last user has disabled it. Context: as above. */
static void event_unreg(struct event *event)
{
	mutex_lock(&look_lock);
	event->stop();
	event->on = false;
	mutex_unlock(&look_lock);
	module_put(THIS_MODULE);
}

static struct event packet_event = {
	.start = packet_start,
	.stop = packet_stop,
};

static struct event socket_event = {
	.start = kmon_owner_start,
	.stop = kmon_owner_stop,
};

static struct event exit_event = {
	.start = kmon_process_start,
	.stop = kmon_process_stop,
};

int kmon_packet_event_reg(void)
{
	return event_reg(&packet_event);
}

void kmon_packet_event_unreg(void)
{
	event_unreg(&packet_event);
}

int kmon_socket_event_reg(void)
{
	return event_reg(&socket_event);
}

void kmon_socket_event_unreg(void)
{
	event_unreg(&socket_event);
}

int kmon_exit_event_reg(void)
{
	return event_reg(&exit_event);
}

void kmon_exit_event_unreg(void)
{
	event_unreg(&exit_event);
}

/**
 * struct switch_param - a parameter that needs something running
 * @on: its value; needed from kmon_trace_init() on
 * @start: start what it needs
 * @stop: stop that
 */
struct switch_param {
	bool on;
	int (*start)(void);
	void (*stop)(void);
};

static int log_start(void)
{
	int err = kmon_process_start();

	if (!err)
		kmon_exit_log_set(true);
	return err;
}

static void log_stop(void)
{
	kmon_process_stop();
	kmon_exit_log_set(false);
}

static struct switch_param net_account = {
	.start = packet_start,
	.stop = packet_stop,
};

static struct switch_param log_exits = {
	.start = log_start,
	.stop = log_stop,
};

static struct switch_param * const switch_params[] = {
	&net_account, &log_exits,
};

/* Context: process, kernel_param_lock held; before init, too. */
static int switch_param_set(const char *val, const struct kernel_param *kp)
{
	struct switch_param *param = kp->arg;
	int err;
	bool on;

	err = kstrtobool(val, &on);
	if (err)
		return err;
	mutex_lock(&look_lock);
	if (ready && on && !param->on)
		err = param->start();
	else if (ready && !on && param->on)
		param->stop();
	if (!err)
		param->on = on;
	mutex_unlock(&look_lock);
	return err;
}

static int switch_param_get(char *buf, const struct kernel_param *kp)
{
	const struct switch_param *param = kp->arg;

	return sprintf(buf, "%c\n", READ_ONCE(param->on) ? 'Y' : 'N');
}

static const struct kernel_param_ops switch_param_ops = {
	.set = switch_param_set,
	.get = switch_param_get,
};

module_param_cb(net_account, &switch_param_ops, &net_account, 0644);
MODULE_PARM_DESC(net_account, "count each process's packets for its exit record, also while no packet is recorded (bool)");
module_param_cb(log_exits, &switch_param_ops, &log_exits, 0644);
MODULE_PARM_DESC(log_exits, "write process exits to the kernel log (bool)");

/* Context: look_lock held. Stop what the first @nr parameters need. */
static void params_stop(unsigned int nr)
{
	while (nr--)
		if (switch_params[nr]->on)
			switch_params[nr]->stop();
}

int kmon_trace_init(void)
{
	unsigned int i;
	int err = 0;

	mutex_lock(&look_lock);
	for (i = 0; i < ARRAY_SIZE(switch_params); i++) {
		if (switch_params[i]->on)
			err = switch_params[i]->start();
		if (err) {
			params_stop(i);
			break;
		}
	}
	ready = !err;
	mutex_unlock(&look_lock);
	return err;
}

void kmon_trace_exit(void)
{
	mutex_lock(&look_lock);
	ready = false;
	params_stop(ARRAY_SIZE(switch_params));
	mutex_unlock(&look_lock);
}
