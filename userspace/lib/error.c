// SPDX-License-Identifier: GPL-2.0
/* Why something failed, in words for whoever has to mend it. */
#include "error.h"

#include <stdarg.h>
#include <stdio.h>

int kmon_error_set(struct kmon_error *error, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(error->text, sizeof(error->text), fmt, args);
	va_end(args);
	return err;
}
