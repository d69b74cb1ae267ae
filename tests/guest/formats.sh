#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The formats that the unit tests decode are the running module's.
. "${0%/*}/lib.sh"

# The id is given out at load; which saved file a kernel's is, is said nowhere.
same_format() {
	diff <(grep -v '^ID:' "$1") <(grep -v '^ID:' "$2") >/dev/null
}

# saved EVENT: whether the event's format is among the saved ones.
saved() {
	local file
	for file in tests/unit/formats/"$1"{,-*}; do
		[ -e "$file" ] && same_format "$file" "$tracing/events/kmon/$1/format" && return
	done
	return 1
}

load
for dir in "$tracing"/events/kmon/*/; do
	name=$(basename "$dir")
	saved "$name"
	ok $? "$name: the running module's format is a saved one" ||
		diff "tests/unit/formats/$name" "$dir/format" | sed 's/^/#   /'
done
done_testing
