// SPDX-License-Identifier: GPL-2.0
/* Understands the text of a filter. */
#include "filter.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_tree.h"

/* Parentheses and negations, one within the other. */
#define DEPTH_MAX 50

/* A word: the name of a field or a value that is not in quotes. */
#define WORD_CHARS							\
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/*?-[]+@%,#"

/**
 * struct parser - where it is
 * @at: what is left
 * @start: of the text, to say where something is wrong
 * @filter: gets the nodes
 * @depth: parentheses and negations that are open
 * @error: says what is wrong
 * @failed: something is
 */
struct parser {
	const char *at;
	const char *start;
	struct kmon_filter *filter;
	int depth;
	struct kmon_error *error;
	bool failed;
};

static int parse_or(struct parser *p, bool negated);

/* Only the first is said; what follows from it would confuse. */
static int fail(struct parser *p, const char *why, const char *what)
{
	if (!p->failed)
		kmon_error_set(p->error, -EINVAL,
			       "filter: %s '%.40s' (character %d)", why, what,
			       (int)(p->at - p->start) + 1);
	p->failed = true;
	return 0;
}

static void skip_space(struct parser *p)
{
	p->at += strspn(p->at, " \t\n");
}

static bool take(struct parser *p, const char *token)
{
	size_t len = strlen(token);

	skip_space(p);
	if (strncmp(p->at, token, len))
		return false;
	p->at += len;
	return true;
}

static int add_node(struct parser *p, const struct filter_node *node)
{
	if (p->filter->nr == FILTER_NODES)
		return fail(p, "it is too long at", p->at);
	p->filter->nodes[p->filter->nr] = *node;
	return p->filter->nr++;
}

static int add_pair(struct parser *p, bool both, int left, int right)
{
	struct filter_node node = {
		.op = both ? FILTER_AND : FILTER_OR,
		.left = left,
		.right = right,
	};

	return add_node(p, &node);
}

/* Takes a word, or a text in quotes. */
static bool take_text(struct parser *p, char *text)
{
	size_t len, skip = 0;

	skip_space(p);
	if (*p->at == '"' || *p->at == '\'') {
		const char quotes[] = { *p->at, '\0' };

		skip = 1;
		len = strcspn(p->at + 1, quotes);
		if (!p->at[len + 1])
			return fail(p, "no closing quote of", p->at);
	} else {
		len = strspn(p->at, WORD_CHARS);
	}
	if (len >= FILTER_TEXT || (!len && !skip))
		return fail(p, len ? "too long:" : "a value is missing at",
			    p->at);
	memcpy(text, p->at + skip, len);
	text[len] = '\0';
	p->at += len + 2 * skip;
	return true;
}

static bool parse_op(struct parser *p, enum filter_op *op)
{
	static const struct {
		const char *token;
		enum filter_op op;
	} ops[] = {
		{ "==", FILTER_EQ }, { "!=", FILTER_NE }, { "<=", FILTER_LE },
		{ ">=", FILTER_GE }, { "<", FILTER_LT }, { ">", FILTER_GT },
		{ "~", FILTER_LIKE }, { "=", FILTER_EQ },
	};
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!take(p, ops[i].token))
			continue;
		*op = ops[i].op;
		return true;
	}
	*op = FILTER_ANY_BIT;
	if (strncmp(p->at, "&&", 2) && take(p, "&"))
		return true;
	return fail(p, "a comparison is missing at", p->at);
}

static bool find_symbol(const struct kmon_symbol *symbols, const char *name,
			int64_t *value)
{
	for (; symbols && symbols->name; symbols++) {
		if (strcasecmp(symbols->name, name))
			continue;
		*value = symbols->value;
		return true;
	}
	return false;
}

/* A number that the field can have, or the name of one. */
static bool one_number(struct parser *p, const struct kmon_field *field,
		       const char *text, int64_t *value)
{
	int bits = field->size * 8;
	char *end;

	if (find_symbol(field->symbols, text, value))
		return true;
	errno = 0;
	*value = field->kind == KMON_KIND_SIGNED ? strtoll(text, &end, 0) :
						   (int64_t)strtoull(text, &end, 0);
	if (!*text || *end || errno || isspace(*text) ||
	    (*text == '-' && field->kind != KMON_KIND_SIGNED))
		return fail(p, field->symbols ? "no value of this field:" :
						"not a number:", text);
	if (bits == 64)
		return true;
	if (field->kind == KMON_KIND_SIGNED ?
		    *value < -(1LL << (bits - 1)) || *value >= 1LL << (bits - 1) :
		    (uint64_t)*value >> bits)
		return fail(p, "out of range:", text);
	return true;
}

/* Flags may be several: SYN|ACK. */
static bool parse_number(struct parser *p, const struct kmon_field *field,
			 struct filter_node *node)
{
	char text[FILTER_TEXT];
	int64_t value;

	do {
		if (!take_text(p, text) || !one_number(p, field, text, &value))
			return false;
		node->number |= value;
	} while (field->kind == KMON_KIND_FLAGS && strncmp(p->at, "||", 2) &&
		 take(p, "|"));
	return true;
}

static bool parse_address(struct parser *p, struct filter_node *node)
{
	char text[FILTER_TEXT], *addr = text, *slash, *end;
	struct in_addr in;
	long len = -1;

	if (!take_text(p, text))
		return false;
	slash = strchr(text, '/');
	if (slash) {
		*slash = '\0';
		len = strtol(slash + 1, &end, 10);
		if (!isdigit(slash[1]) || *end || len > 128)
			return fail(p, "no prefix length:", slash + 1);
	}
	if (*addr == '[' && addr[strlen(addr) - 1] == ']') {
		addr[strlen(addr) - 1] = '\0';
		addr++;
	}
	if (inet_pton(AF_INET6, addr, &node->addr) == 1) {
		node->bits = len < 0 ? 128 : len;
		node->mapped = IN6_IS_ADDR_V4MAPPED(&node->addr);
		return true;
	}
	if (inet_pton(AF_INET, addr, &in) != 1 || len > 32)
		return fail(p, "no address:", text);
	memset(&node->addr, 0, sizeof(node->addr));
	memset(node->addr.s6_addr + 10, 0xff, 2);
	memcpy(node->addr.s6_addr + 12, &in, sizeof(in));
	node->bits = 96 + (len < 0 ? 32 : len);
	node->mapped = true;
	return true;
}

/* Which comparisons make sense for which kind of value. */
static bool parse_value(struct parser *p, const struct kmon_field *field,
			struct filter_node *node)
{
	enum filter_op op = node->op & ~1;

	switch (node->kind) {
	case KMON_KIND_TEXT:
		if (op != FILTER_EQ && op != FILTER_LIKE)
			return fail(p, "text is compared by ==, != or ~, not at",
				    p->at);
		return take_text(p, node->text);
	case KMON_KIND_ADDRESS:
		if (op != FILTER_EQ)
			return fail(p, "addresses are compared by == or !=, not at",
				    p->at);
		return parse_address(p, node);
	default:
		if (op == FILTER_LIKE)
			return fail(p, "only text is compared by ~, not at",
				    p->at);
		return parse_number(p, field, node);
	}
}

/* Find the field in each type of record. Return: one of them, or NULL. */
static const struct kmon_field *find_fields(struct filter_node *node,
					    const char *name)
{
	const struct kmon_field *any = NULL;
	int type;

	for (type = 0; type < KMON_EVENT_FORK; type++) {
		node->fields[type] = kmon_event_field(type, name);
		if (node->fields[type])
			any = node->fields[type];
	}
	return any;
}

/* The two fields that a word for either end stands for. */
static bool either_end(const char *name, char names[2][FILTER_TEXT + 1])
{
	bool either = !strcmp(name, "port") || !strcmp(name, "addr");

	snprintf(names[0], sizeof(names[0]), "%s%s", either ? "s" : "", name);
	snprintf(names[1], sizeof(names[1]), "d%s", name);
	return either;
}

/* For "port != 80", neither end may have it; for all else, one is enough. */
static int parse_comparison(struct parser *p, bool negated)
{
	char name[FILTER_TEXT], names[2][FILTER_TEXT + 1];
	struct filter_node node = { };
	const struct kmon_field *field;
	bool either, both;
	int first;

	skip_space(p);
	if (!*p->at || *p->at == '"' || !take_text(p, name))
		return fail(p, "the name of a field is missing at", p->at);
	either = either_end(name, names);
	field = find_fields(&node, names[0]);
	if (!field)
		return fail(p, "there is no field", name);
	if (!parse_op(p, &node.op))
		return 0;
	node.kind = field->kind;
	if (!parse_value(p, field, &node))
		return 0;
	both = (node.op == FILTER_NE || node.op == FILTER_NO_BIT) != negated;
	node.op ^= negated;
	first = add_node(p, &node);
	if (!either)
		return first;
	find_fields(&node, names[1]);
	return add_pair(p, both, first, add_node(p, &node));
}

static int parse_unary(struct parser *p, bool negated)
{
	int node;

	if (p->failed)
		return 0;
	if (++p->depth > DEPTH_MAX)
		return fail(p, "too many parentheses at", p->at);
	skip_space(p);
	if (take(p, "!")) {
		node = parse_unary(p, !negated);
	} else if (take(p, "(")) {
		node = parse_or(p, negated);
		if (!take(p, ")"))
			fail(p, "a closing parenthesis is missing at", p->at);
	} else {
		node = parse_comparison(p, negated);
	}
	p->depth--;
	return node;
}

/* Negated, "and" becomes "or" and the other way round. */
static int parse_and(struct parser *p, bool negated)
{
	int node = parse_unary(p, negated);

	while (!p->failed && take(p, "&&"))
		node = add_pair(p, !negated, node, parse_unary(p, negated));
	return node;
}

static int parse_or(struct parser *p, bool negated)
{
	int node = parse_and(p, negated);

	while (!p->failed && take(p, "||"))
		node = add_pair(p, negated, node, parse_and(p, negated));
	return node;
}

struct kmon_filter *kmon_filter_new(const char *text, struct kmon_error *error)
{
	struct parser p = { .at = text, .start = text, .error = error };

	p.filter = calloc(1, sizeof(*p.filter));
	if (!p.filter) {
		kmon_error_set(error, -ENOMEM, "no memory");
		return NULL;
	}
	skip_space(&p);
	if (!*p.at)
		return p.filter;
	p.filter->root = parse_or(&p, false);
	skip_space(&p);
	if (*p.at)
		fail(&p, "not understood:", p.at);
	if (!p.failed)
		return p.filter;
	kmon_filter_free(p.filter);
	errno = EINVAL;
	return NULL;
}

void kmon_filter_free(struct kmon_filter *filter)
{
	free(filter);
}
