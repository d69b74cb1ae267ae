# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Makes each wrapped call of the way to an enabled event fail in turn, in a
# module built with FAULTS=1. Sourced after lib.sh.

fault_at=/sys/module/kmon/parameters/fault_at
fault_count=/sys/module/kmon/parameters/fault_count
nr_calls_max=200

# fail_one N FILE: the N-th call fails while the event of FILE is enabled, in a
# module that was just loaded, as what was found once is not looked for again.
# Sets $verdict: refused, counted, done (there is no such call) or what is wrong.
fail_one() {
	load owner_max=16 tombstone_max=16
	echo "$1" >$fault_at
	verdict=refused
	if ! put 1 "$2"; then
		[[ $refusal == *'Cannot allocate memory'* ]] || verdict="answer: $refusal"
	elif [ "$(<$fault_count)" -lt "$1" ]; then
		verdict='done'
	elif [ "$(stat alloc_failed)" != 0 ]; then
		# A pool that is filled later on.
		verdict=counted
	else
		verdict="it is enabled all the same"
	fi
	echo 0 >$fault_at
	put 0 "$2"
	[ -z "$(at_rest)" ] || verdict="left running: $(at_rest)"
	rmmod kmon || bail "the module does not unload after call $1 has failed"
	[ -z "$(left_behind)" ] || verdict="left behind: $(left_behind)"
}

# fail_each EVENT
fail_each() {
	local n file=$tracing/events/kmon/$1/enable nr_refused=0

	for ((n = 1; n < nr_calls_max; n++)); do
		fail_one $n "$file"
		case $verdict in
		done) break ;;
		refused) nr_refused=$((nr_refused + 1)) ;;
		counted) ;;
		*) break ;;
		esac
	done
	is "$verdict" "done" "whichever of $((n - 1)) calls fails, it is told and nothing stays" ||
		echo "#      at call $n"
	within $nr_refused 1 $nr_calls_max "$nr_refused of them are refused"
	load
	put 1 "$file"
	ok $? "when none fails, the event can be enabled"
	put 0 "$file"
	is "$(at_rest)" "" "and disabled, with nothing left running"
	rmmod kmon
	ok $? "and the module unloads"
}
