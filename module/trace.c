// SPDX-License-Identifier: GPL-2.0
/* When somebody starts or stops looking at one of our events. */
#include "trace.h"

#include <linux/module.h>
#include <linux/mutex.h>

#include "owner.h"
#include "packet.h"

#define CREATE_TRACE_POINTS
#include <trace/events/kmon.h>

/*
 * Protects @ready and serialises starting and stopping of what events need.
 * Taken inside the tracing core's event_mutex.
 */
static DEFINE_MUTEX(event_lock);

/*
 * The event files appear before our init function runs and vanish after our
 * exit function has returned, so the callbacks must not rely on either.
 */
static bool ready;

/* Context: event_lock held. Start what packets need, in order. */
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

/*
 * The first user, in any instance or perf, enables kmon_packet. Context:
 * process, event_mutex and tracepoints_mutex held, may sleep. The module
 * reference makes rmmod say "in use" while the event is enabled.
 */
int kmon_packet_event_reg(void)
{
	int err = -EAGAIN;

	mutex_lock(&event_lock);
	if (ready && try_module_get(THIS_MODULE)) {
		err = packet_start();
		if (err)
			module_put(THIS_MODULE);
	}
	mutex_unlock(&event_lock);
	return err;
}

/* The last user has disabled it. Context: as above. */
void kmon_packet_event_unreg(void)
{
	mutex_lock(&event_lock);
	kmon_packet_stop();
	kmon_owner_stop();
	mutex_unlock(&event_lock);
	module_put(THIS_MODULE);
}

int kmon_trace_init(void)
{
	mutex_lock(&event_lock);
	ready = true;
	mutex_unlock(&event_lock);
	return 0;
}

void kmon_trace_exit(void)
{
	mutex_lock(&event_lock);
	ready = false;
	mutex_unlock(&event_lock);
}
