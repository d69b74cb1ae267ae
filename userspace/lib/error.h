/* SPDX-License-Identifier: GPL-2.0 */
/* Why something failed, in words for whoever has to mend it. */
#ifndef _KMON_LIB_ERROR_H
#define _KMON_LIB_ERROR_H

/**
 * struct kmon_error - one line, without the program's name and a full stop
 * @text: empty until something fails
 */
struct kmon_error {
	char text[256];
};

/**
 * kmon_error_set() - say why
 * @error: takes the text
 * @err: negative errno
 * @fmt: as for printf()
 *
 * Return: @err, so that a function can end with it.
 */
int kmon_error_set(struct kmon_error *error, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* _KMON_LIB_ERROR_H */
