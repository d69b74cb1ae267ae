/* SPDX-License-Identifier: GPL-2.0 */
/* A tracing instance of our own: the only place that uses libtracefs. */
#ifndef _KMON_LIB_INSTANCE_H
#define _KMON_LIB_INSTANCE_H

#include "error.h"
#include "event.h"

/* Opaque: the instance. */
struct kmon_instance;

/**
 * kmon_instance_check() - whether tracing can be had at all
 * @error: says why not, and what to do about it
 *
 * Return: 0 or a negative errno.
 */
int kmon_instance_check(struct kmon_error *error);

/**
 * kmon_instance_new() - make one, after removing those of killed processes
 * @name: its name; NULL for one by process id
 * @error: says why not
 *
 * Return: free it with kmon_instance_free(); NULL with errno and @error set.
 */
struct kmon_instance *kmon_instance_new(const char *name,
					struct kmon_error *error);

/**
 * kmon_instance_free() - remove it, with what was recorded
 * @instance: may be NULL; nothing of it is open any more
 */
void kmon_instance_free(struct kmon_instance *instance);

/**
 * kmon_instance_dir() - its directory
 * @instance: the instance
 *
 * Return: a descriptor that belongs to the instance.
 */
int kmon_instance_dir(const struct kmon_instance *instance);

/**
 * kmon_instance_set() - write one of its files
 * @instance: the instance
 * @file: its name
 * @text: what to write
 * @error: says why not
 *
 * Return: 0 or a negative errno.
 */
int kmon_instance_set(struct kmon_instance *instance, const char *file,
		      const char *text, struct kmon_error *error);

/**
 * kmon_instance_filter() - which records of an event are wanted
 * @instance: the instance
 * @type: the event
 * @filter: in the kernel's language
 * @error: says why not
 *
 * Return: 0 or a negative errno.
 */
int kmon_instance_filter(struct kmon_instance *instance,
			 enum kmon_event_type type, const char *filter,
			 struct kmon_error *error);

/**
 * kmon_instance_enable() - record an event from now on
 * @instance: the instance
 * @type: the event
 * @error: says why not
 *
 * Return: 0 or a negative errno.
 */
int kmon_instance_enable(struct kmon_instance *instance,
			 enum kmon_event_type type, struct kmon_error *error);

/**
 * kmon_instance_disable() - record an event no longer
 * @instance: the instance
 * @type: the event; may be disabled already
 */
void kmon_instance_disable(struct kmon_instance *instance,
			   enum kmon_event_type type);

/**
 * kmon_instance_decoder() - for the records of this kernel
 * @events: bits 1 << enum kmon_event_type
 * @error: says why not
 *
 * Return: as for kmon_decoder_new().
 */
struct kmon_decoder *kmon_instance_decoder(unsigned int events,
					   struct kmon_error *error);

#endif /* _KMON_LIB_INSTANCE_H */
