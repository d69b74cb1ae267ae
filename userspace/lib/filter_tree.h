/* SPDX-License-Identifier: GPL-2.0 */
/* What the parser of filters leaves for their use; for those two alone. */
#ifndef _KMON_LIB_FILTER_TREE_H
#define _KMON_LIB_FILTER_TREE_H

#include "filter.h"

#define FILTER_NODES 256
#define FILTER_TEXT 64

/**
 * enum filter_op - what a node does; a comparison and its opposite are a pair,
 * which differ in the lowest bit
 */
enum filter_op {
	FILTER_AND,
	FILTER_OR,
	FILTER_EQ = 2,
	FILTER_NE,
	FILTER_LT = 4,
	FILTER_GE,
	FILTER_GT = 6,
	FILTER_LE,
	FILTER_LIKE = 8,
	FILTER_UNLIKE,
	FILTER_ANY_BIT = 10,
	FILTER_NO_BIT,
};

/**
 * struct filter_node - a comparison, or two nodes with "and" or "or" between
 * @op: which of them
 * @kind: enum kmon_kind of what is compared
 * @left: of two nodes, the first; an index
 * @right: the second
 * @fields: what is compared, by type of record; NULL where there is no such
 * @number: with a number
 * @text: with text
 * @addr: with an address, as one of IPv6, IPv4's mapped into it
 * @bits: of which so many count
 * @mapped: it is one of IPv4
 */
struct filter_node {
	enum filter_op op;
	enum kmon_kind kind;
	int left;
	int right;
	const struct kmon_field *fields[KMON_NR_RECORDS];
	int64_t number;
	char text[FILTER_TEXT];
	struct in6_addr addr;
	int bits;
	bool mapped;
};

/**
 * struct kmon_filter - an expression without "not": it is worked into the nodes
 * @nr: of @nodes; 0 where everything passes
 * @root: the whole, an index
 * @nodes: in no order
 */
struct kmon_filter {
	int nr;
	int root;
	struct filter_node nodes[FILTER_NODES];
};

#endif /* _KMON_LIB_FILTER_TREE_H */
