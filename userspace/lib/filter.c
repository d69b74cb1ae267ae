// SPDX-License-Identifier: GPL-2.0
/* Uses a filter: in the kernel as far as that can, and here. */
#include "filter.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "filter_tree.h"

/* What a part of an expression is for records of one type. */
enum truth {
	NEVER,
	ALWAYS,
	DEPENDS,
};

/**
 * struct writer - a filter in the kernel's language, while it is written
 * @buf: the text
 * @size: of it
 * @len: so far; beyond @size where it does not fit
 * @type: of records
 * @rough: something was left out that the kernel cannot do
 */
struct writer {
	char *buf;
	size_t size;
	size_t len;
	enum kmon_event_type type;
	bool rough;
};

static const char *const tokens[] = {
	[FILTER_AND] = "&&", [FILTER_OR] = "||",
	[FILTER_EQ] = "==", [FILTER_NE] = "!=",
	[FILTER_LT] = "<", [FILTER_GE] = ">=",
	[FILTER_GT] = ">", [FILTER_LE] = "<=",
	[FILTER_LIKE] = "~", [FILTER_UNLIKE] = "~",
	[FILTER_ANY_BIT] = "&", [FILTER_NO_BIT] = "&",
};

#define WRITE(w, ...)							\
	do {								\
		size_t room = (w)->len < (w)->size ? (w)->size - (w)->len : 0; \
		(w)->len += snprintf(room ? (w)->buf + (w)->len : NULL, room, \
				     __VA_ARGS__);			\
	} while (0)

/* The kernel knows no escapes within quotes, and no addresses. */
static bool kernel_can(const struct filter_node *node)
{
	if (node->kind == KMON_KIND_ADDRESS)
		return false;
	return node->kind != KMON_KIND_TEXT || !strchr(node->text, '"');
}

static bool is_negated(const struct filter_node *node)
{
	return node->op == FILTER_UNLIKE || node->op == FILTER_NO_BIT;
}

static enum truth write_comparison(struct writer *w,
				   const struct filter_node *node)
{
	const struct kmon_field *field = node->fields[w->type];

	if (!field)
		return NEVER;
	if (!kernel_can(node)) {
		w->rough = true;
		return ALWAYS;
	}
	if (is_negated(node))
		WRITE(w, "!(");
	WRITE(w, "%s %s ", field->name, tokens[node->op]);
	if (node->kind == KMON_KIND_TEXT)
		WRITE(w, "\"%s\"", node->text);
	else if (node->kind == KMON_KIND_SIGNED)
		WRITE(w, "%" PRId64, node->number);
	else
		WRITE(w, "%" PRIu64, (uint64_t)node->number);
	if (is_negated(node))
		WRITE(w, ")");
	return DEPENDS;
}

/*
 * What the kernel cannot do counts as always true: as there is no "not" in the
 * tree, this only lets more pass.
 */
static enum truth write_node(const struct kmon_filter *filter, int nr,
			     struct writer *w)
{
	const struct filter_node *node = &filter->nodes[nr];
	enum truth decisive = node->op == FILTER_AND ? NEVER : ALWAYS;
	size_t start = w->len, middle;
	enum truth left, right;

	if (node->op > FILTER_OR)
		return write_comparison(w, node);
	WRITE(w, "(");
	left = write_node(filter, node->left, w);
	middle = w->len;
	if (left == DEPENDS)
		WRITE(w, " %s ", tokens[node->op]);
	right = write_node(filter, node->right, w);
	if (left == decisive || right == decisive) {
		w->len = start;
		return decisive;
	}
	if (right != DEPENDS)
		w->len = middle;
	if (left != DEPENDS && right != DEPENDS) {
		w->len = start;
		return left;
	}
	WRITE(w, ")");
	return DEPENDS;
}

/* Losing the marker would leave its reader waiting. */
static void let_marker_pass(struct writer *w)
{
	const struct kmon_field *reason;

	reason = kmon_event_field(KMON_EVENT_SOCKET, "reason");
	WRITE(w, " || %s == %d", reason->name, KMON_REASON_END);
}

enum kmon_filter_share kmon_filter_kernel(const struct kmon_filter *filter,
					  enum kmon_event_type type, char *buf,
					  size_t size)
{
	struct writer w = { .buf = buf, .size = size, .type = type };
	enum truth truth = ALWAYS;

	buf[0] = '\0';
	if (filter->nr)
		truth = write_node(filter, filter->root, &w);
	if (truth == NEVER)
		return KMON_FILTER_NEVER;
	if (truth == DEPENDS && type == KMON_EVENT_SOCKET)
		let_marker_pass(&w);
	/* A text that was taken back, or that does not fit, is none. */
	if (truth == ALWAYS)
		buf[0] = '\0';
	if (w.len >= size || w.len >= KMON_FILTER_MAX) {
		buf[0] = '\0';
		w.rough = true;
	}
	return w.rough ? KMON_FILTER_ROUGH : KMON_FILTER_EXACT;
}

static bool same_prefix(const unsigned char *a, const unsigned char *b,
			int bits)
{
	int bytes = bits / 8, rest = bits % 8;

	if (memcmp(a, b, bytes))
		return false;
	return !rest || !((a[bytes] ^ b[bytes]) >> (8 - rest));
}

/* A socket of IPv6 may carry IPv4: that counts as IPv4. */
static bool match_address(const struct filter_node *node,
			  const union kmon_addr *addr)
{
	struct in6_addr in6 = addr->in6.sin6_addr;

	if (addr->family == AF_INET) {
		memset(&in6, 0, sizeof(in6));
		memset(in6.s6_addr + 10, 0xff, 2);
		memcpy(in6.s6_addr + 12, &addr->in.sin_addr, 4);
	} else if (addr->family != AF_INET6) {
		return false;
	}
	if (IN6_IS_ADDR_V4MAPPED(&in6) != node->mapped)
		return false;
	return same_prefix(in6.s6_addr, node->addr.s6_addr, node->bits);
}

static bool compare(enum filter_op op, uint64_t value, uint64_t with,
		    bool is_signed)
{
	bool less = is_signed ? (int64_t)value < (int64_t)with : value < with;

	switch (op & ~1) {
	case FILTER_EQ:
		return value == with;
	case FILTER_LT:
		return less;
	case FILTER_GT:
		return !less && value != with;
	default:
		return value & with;
	}
}

/* Of each pair, the first is found out; the second is its opposite. */
static bool match_comparison(const struct filter_node *node,
			     const struct kmon_event *ev)
{
	const struct kmon_field *field = node->fields[ev->type];
	const void *data;
	bool match;

	if (!field)
		return false;
	data = kmon_event_data(ev, field);
	if (node->kind == KMON_KIND_ADDRESS)
		match = match_address(node, data);
	else if (node->kind != KMON_KIND_TEXT)
		match = compare(node->op, kmon_event_number(ev, field),
				node->number, node->kind == KMON_KIND_SIGNED);
	else if (node->op == FILTER_LIKE || node->op == FILTER_UNLIKE)
		match = !fnmatch(node->text, data, 0);
	else
		match = !strcmp(node->text, data);
	return match != (node->op & 1);
}

static bool match_node(const struct kmon_filter *filter, int nr,
		       const struct kmon_event *ev)
{
	const struct filter_node *node = &filter->nodes[nr];

	if (node->op == FILTER_AND)
		return match_node(filter, node->left, ev) &&
		       match_node(filter, node->right, ev);
	if (node->op == FILTER_OR)
		return match_node(filter, node->left, ev) ||
		       match_node(filter, node->right, ev);
	return match_comparison(node, ev);
}

bool kmon_filter_match(const struct kmon_filter *filter,
		       const struct kmon_event *ev)
{
	if (!filter->nr || ev->type == KMON_EVENT_LOST)
		return true;
	if (ev->type == KMON_EVENT_SOCKET &&
	    ev->socket.reason == KMON_REASON_END)
		return true;
	return match_node(filter, filter->root, ev);
}
