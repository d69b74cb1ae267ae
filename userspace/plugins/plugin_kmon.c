// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of libtraceevent: trace-cmd report and KernelShark show kmon's
 * events as kmon itself does.
 */
#include <errno.h>
#include <event-parse.h>
#include <stdio.h>
#include <stdlib.h>
#include <trace-seq.h>

#include "event.h"
#include "format.h"

/* Of its symbols, only the two that the library looks for are to be seen. */
#define EXPORTED __attribute__((visibility("default")))

/* The types that are kmon's own. */
#define NR_TYPES KMON_EVENT_FORK

/**
 * struct type - one event of one trace
 * @dec: NULL until its first record, when its format is surely known
 * @refused: that was tried and is not to be tried again
 */
struct type {
	struct kmon_decoder *dec;
	bool refused;
};

/**
 * struct plugin - one trace
 * @next: another; programs may have several open
 * @tep: the trace
 * @types: by enum kmon_event_type
 */
struct plugin {
	struct plugin *next;
	struct tep_handle *tep;
	struct type types[NR_TYPES];
};

static struct plugin *plugins;

static struct tep_plugin_option options[] = {
	{
		.name = "raw",
		.plugin_alias = "kmon",
		.description = "Show the fields of kmon's events as they were recorded",
	},
	{ .name = NULL }
};

/* Without a decoder, the event is shown by its own format; it is said once. */
static const struct kmon_decoder *decoder(struct plugin *plugin,
					  struct tep_event *event, int nr)
{
	struct type *type = &plugin->types[nr];
	struct kmon_error error = { "" };

	if (type->dec || type->refused)
		return type->dec;
	type->dec = kmon_decoder_new(plugin->tep, 1U << nr, &error);
	type->refused = !type->dec;
	if (type->refused)
		fprintf(stderr, "plugin_kmon: %s: %s\n", event->name,
			error.text);
	return type->dec;
}

static int show(struct plugin *plugin, int nr, struct trace_seq *s,
		struct tep_record *record, struct tep_event *event)
{
	const struct kmon_decoder *dec;
	char text[KMON_FORMAT_MAX];
	struct kmon_event ev;

	if (options[0].set) {
		tep_record_print_fields(s, record, event);
		return 0;
	}
	dec = decoder(plugin, event, nr);
	if (!dec)
		return 1;
	if (kmon_decode(dec, record->data, record->size, &ev)) {
		trace_seq_printf(s, "cut off after %d bytes", record->size);
		return 0;
	}
	kmon_format_info(&ev, text);
	trace_seq_puts(s, text);
	return 0;
}

static int show_packet(struct trace_seq *s, struct tep_record *record,
		       struct tep_event *event, void *context)
{
	return show(context, KMON_EVENT_PACKET, s, record, event);
}

static int show_socket(struct trace_seq *s, struct tep_record *record,
		       struct tep_event *event, void *context)
{
	return show(context, KMON_EVENT_SOCKET, s, record, event);
}

static int show_exit(struct trace_seq *s, struct tep_record *record,
		     struct tep_event *event, void *context)
{
	return show(context, KMON_EVENT_EXIT, s, record, event);
}

static const tep_event_handler_func handlers[NR_TYPES] = {
	[KMON_EVENT_PACKET] = show_packet,
	[KMON_EVENT_SOCKET] = show_socket,
	[KMON_EVENT_EXIT] = show_exit,
};

EXPORTED int TEP_PLUGIN_LOADER(struct tep_handle *tep)
{
	struct plugin *plugin = calloc(1, sizeof(*plugin));
	int nr;

	if (!plugin)
		return -ENOMEM;
	plugin->tep = tep;
	plugin->next = plugins;
	plugins = plugin;
	for (nr = 0; nr < NR_TYPES; nr++)
		tep_register_event_handler(tep, -1, kmon_event_system(nr),
					   kmon_event_name(nr), handlers[nr],
					   plugin);
	return tep_plugin_add_options("kmon", options);
}

EXPORTED int TEP_PLUGIN_UNLOADER(struct tep_handle *tep)
{
	struct plugin **at = &plugins, *plugin;
	int nr;

	while (*at && (*at)->tep != tep)
		at = &(*at)->next;
	plugin = *at;
	if (!plugin)
		return 0;
	*at = plugin->next;
	for (nr = 0; nr < NR_TYPES; nr++) {
		tep_unregister_event_handler(tep, -1, kmon_event_system(nr),
					     kmon_event_name(nr), handlers[nr],
					     plugin);
		kmon_decoder_free(plugin->types[nr].dec);
	}
	free(plugin);
	tep_plugin_remove_options(options);
	return 0;
}
