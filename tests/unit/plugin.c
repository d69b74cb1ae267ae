// SPDX-License-Identifier: GPL-2.0
/* The plugin: libtraceevent shows records as kmon does, whatever they are. */
#include "decode.h"
#include "event.h"
#include "format.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <trace-seq.h>

#define PLUGIN "build/unit/userspace/plugins/plugin_kmon.so"

static const char *path;
static struct decoder dec;
static void *plugin;

/* As the library does it, but for looking for the file. */
static void load(struct tep_handle *tep)
{
	tep_plugin_load_func loader;

	plugin = dlopen(PLUGIN, RTLD_NOW | RTLD_GLOBAL);
	if (!plugin)
		fail_msg("%s", dlerror());
	loader = (tep_plugin_load_func)dlsym(plugin, TEP_PLUGIN_LOADER_NAME);
	assert_non_null(loader);
	assert_int_equal(loader(tep), 0);
}

static void unload(struct tep_handle *tep)
{
	tep_plugin_unload_func unloader;

	unloader = (tep_plugin_unload_func)dlsym(plugin,
						 TEP_PLUGIN_UNLOADER_NAME);
	assert_non_null(unloader);
	assert_int_equal(unloader(tep), 0);
	dlclose(plugin);
}

static int open_format(void **state)
{
	(void)state;
	decoder_open(&dec, path);
	load(dec.tep);
	return 0;
}

static int close_format(void **state)
{
	(void)state;
	unload(dec.tep);
	decoder_close(&dec);
	return 0;
}

static enum kmon_event_type type_of(const char *name)
{
	int i;

	for (i = 0; i < KMON_EVENT_FORK; i++)
		if (!strcmp(kmon_event_name(i), name))
			return i;
	fail_msg("no type of record is called %s", name);
	return 0;
}

static void fill(void)
{
	decoder_clear(&dec);
	decoder_set(&dec, "pid", 1234);
	decoder_set_bytes(&dec, "comm", "a\nb", 4);
	if (strcmp(dec.event->name, "kmon_process_exit")) {
		decoder_set_end(&dec, 's', "127.0.0.1", 80);
		decoder_set_end(&dec, 'd', "::1", 443);
	}
}

static void as_kmon(void **state)
{
	struct kmon_error error = { "" };
	char wanted[KMON_FORMAT_MAX];
	struct kmon_decoder *own;
	struct kmon_event ev;

	(void)state;
	fill();
	own = kmon_decoder_new(dec.tep, 1U << type_of(dec.event->name), &error);
	assert_int_equal(kmon_decode(own, dec.data, dec.size, &ev), 0);
	kmon_decoder_free(own);
	kmon_format_info(&ev, wanted);
	assert_non_null(strstr(wanted, "a\\012b/1234"));
	assert_string_equal(decoder_text(&dec), wanted);
}

static void cut_off(void **state)
{
	int whole = dec.size;

	(void)state;
	fill();
	for (dec.size = 8; dec.size < whole; dec.size++)
		assert_int_equal(strncmp(decoder_text(&dec), "cut off after ", 14),
				 0);
	dec.size = whole;
}

static void raw(void **state)
{
	(void)state;
	fill();
	assert_int_equal(tep_plugin_add_option("kmon:raw", NULL), 0);
	/* It is there for plugins that are loaded from then on. */
	unload(dec.tep);
	load(dec.tep);
	assert_non_null(strstr(decoder_text(&dec), "pid=1234"));
}

/* A format of another version is shown as the format says. */
static void other_version(void **state)
{
	char format[DECODER_FORMAT_MAX];
	struct decoder other;
	char *at;

	(void)state;
	decoder_read(path, format);
	while ((at = strstr(format, "cgroup")))
		memcpy(at, "cgruop", 6);
	decoder_open_text(&other, format);
	unload(dec.tep);
	load(other.tep);
	decoder_set(&other, "cgruop", 77);
	assert_non_null(strstr(decoder_text(&other), "=77"));
	unload(other.tep);
	decoder_close(&other);
	load(dec.tep);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		{ "a record reads as kmon shows it", as_kmon, NULL, NULL, NULL },
		{ "one that is cut off says so", cut_off, NULL, NULL, NULL },
		{ "one of another version is shown by its own format", other_version, NULL, NULL, NULL },
		{ "an option shows the fields as they are", raw, NULL, NULL, NULL },
	};

	if (argc != 2)
		return 2;
	path = argv[1];
	return cmocka_run_group_tests_name("plugin", tests, open_format,
					   close_format) != 0;
}
