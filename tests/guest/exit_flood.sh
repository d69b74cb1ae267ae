#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Exits at full speed: records and counted losses make up the total.
#
# usage: exit_flood.sh [COUNT]   of exits, 10,000 unless given
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
need flood
nr_exits=${1:-10000}

load
# No pid is given away twice.
echo 4194304 >/proc/sys/kernel/pid_max

# entries: records in the buffers, all CPUs.
entries() {
	cat "$tracing"/per_cpu/cpu*/stats | awk '$1 == "entries:" { n += $2 } END { print n }'
}

# check CLAIM: the number of exits in $wanted, and all that there is to say.
check() {
	local before begin=$SECONDS

	before=$(stat exits)
	run flood "$nr_exits" 8 >"$tmp/nr"
	[ "$status" = 0 ] || bail "flood: status $status"
	# And the program itself.
	wanted=$(($(cat "$tmp/nr") + 1))
	within "$wanted" "$((nr_exits + 9))" "$((nr_exits + 9))" "$1: $nr_exits exits, and who made them"
	echo "# in $((SECONDS - begin)) s; $(entries) recorded, $(lost) lost"
	is $(($(entries) + $(lost))) "$wanted" "$1: records and counted losses are all exits"
	is $(($(stat exits) - before)) "$wanted" "$1: the total in kmon/stats is all exits"
	exits | field pid >"$tmp/pids"
	is "$(wc -l <"$tmp/pids")" "$(entries)" "$1: so many can be read"
	is "$(sort "$tmp/pids" | uniq -d)" "" "$1: each of another process"
}

# Room for all. A record is about 220 bytes.
buffer $((nr_exits / 4 + 1024))
check "a large buffer"
is "$(lost)" 0 "a large buffer: nothing is lost"

# Room for few, the oldest go or the newest.
buffer 64
check "a small buffer that overwrites"
within "$(lost)" 1 "$wanted" "a small buffer that overwrites: many are lost, and counted"
echo 0 >"$tracing/options/overwrite"
check "a small buffer that drops"
within "$(lost)" 1 "$wanted" "a small buffer that drops: many are lost, and counted"

is "$(stat lost_owner_procs)" 0 "no process was too many for the module"
rmmod kmon
ok $? "the module unloads"
done_testing
