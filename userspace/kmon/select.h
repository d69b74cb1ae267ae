/* SPDX-License-Identifier: GPL-2.0 */
/* The options that several commands choose events or sockets by. */
#ifndef _KMON_SELECT_H
#define _KMON_SELECT_H

#include <argp.h>

#include "filter.h"

/* One for each option, and one for the FILTER itself. */
#define SELECT_TERMS 6

/**
 * struct select - a filter that grows
 * @terms: all have to hold; within one, what repeats of an option are
 *	   alternatives
 */
struct select {
	char terms[SELECT_TERMS][KMON_FILTER_MAX / 4];
};

/* A child of the command's argp; its input is a struct select. */
extern const struct argp select_argp;

/**
 * select_filter() - what was chosen
 * @select: of the command line
 * @error: says what is wrong with it
 *
 * Return: as kmon_filter_new().
 */
struct kmon_filter *select_filter(const struct select *select,
				  struct kmon_error *error);

#endif /* _KMON_SELECT_H */
