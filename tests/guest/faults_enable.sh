#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each allocation and registration of enabling an event fails in turn.
# variant: faults
# timeout: 300
. "${0%/*}/lib.sh"

parameters=/sys/module/kmon/parameters
# Small pools, so that the stock of each is a few allocations.
small='owner_max=16 tombstone_max=16'
# More than there are wrapped calls; reaching it means that none is counted.
tries=100

unhooked() {
	[ ! -s "$tracing/enabled_functions" ] && [ "$(stat owner_entries)" = 0 ] &&
		[ "$(stat owner_procs)" = 0 ] && [ "$(stat owner_holds)" = 0 ]
}

# shellcheck disable=SC2086 # words
load $small
# Enabling. A pool that cannot be filled later on is no failure, but counted.
for name in kmon_packet kmon_socket kmon_process_exit; do
	enable=$tracing/events/kmon/$name/enable
	failed=0 left=0
	for ((n = 1; n < tries; n++)); do
		echo "$n" >$parameters/fault_at
		if (echo 1 >"$enable") 2>"$tmp/err"; then
			count=$(cat $parameters/fault_count)
			echo 0 >$parameters/fault_at
			echo 0 >"$enable"
			[ "$count" -lt "$n" ] && break
		else
			failed=$((failed + 1))
			grep -q 'Cannot allocate memory' "$tmp/err" || left=$((left + 1))
		fi
		unhooked || left=$((left + 1))
	done
	within "$failed" 5 $((tries - 1)) "$name: enabling fails for the calls that it cannot do without"
	within "$n" 5 $((tries - 1)) "$name: and is enabled when all go well"
	is "$left" 0 "$name: each failure is ENOMEM and has left nothing behind"
done
echo 0 >$parameters/fault_at

rmmod kmon
ok $? "the module unloads"
done_testing
