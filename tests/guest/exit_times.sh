#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An exit record has what all threads together have used: CPU, faults, memory.
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
need burn

load

# burnt ARGUMENT...: runs it; what wait4(2) says of the child is in $pid, $cpu,
# $system, $minflt, $majflt, $maxrss, $start and $lived, its record in $record.
burnt() {
	run burn "$@" >"$tmp/truth"
	read -r pid cpu system minflt majflt maxrss start lived <"$tmp/truth" || bail "burn $*: no truth"
	record=$(exit_of "$pid")
	is "$(grep -c . <<<"$record")" 1 "burn $*: one record"
}

# value NAME: of $record.
value() {
	field "$1" <<<"$record"
}

# About what, of a number that wait4(2) has: in percent of that.
near() {
	local got=$1 wanted=$2 percent=$3

	shift 3
	within "$got" $((wanted * (100 - percent) / 100)) $((wanted * (100 + percent) / 100)) "$@"
}

# The leader's time must not be forgotten because it has ended first, nor the
# workers' because they were released before.
burnt 500 500 4
within "$cpu" 2500000000 4000000000 "five times 0.5 s are burnt"
near "$(value sum_exec)" "$cpu" 2 "leader first: CPU time within 2 % of wait4's"
# The emulated clock drops ticks. What wait4(2) says is the exact sum, divided
# up as the ticks are.
ticks=$(($(value utime) + $(value stime)))
within "$ticks" 100000000 $((cpu * 11 / 10)) "leader first: there are ticks, not more than that"
within $((1000 * $(value stime) / ticks)) $((1000 * system / cpu - 30)) \
	$((1000 * system / cpu + 30)) "leader first: in user and system as wait4 has it"
is "$(value threads)" 5 "leader first: five threads"

burnt 500 0 4
near "$(value sum_exec)" "$cpu" 2 "only the leader burns: within 2 %"
burnt 0 500 1
near "$(value sum_exec)" "$cpu" 2 "only a worker, after the leader's end: within 2 %"
burnt 250 250 3
within "$cpu" 1000000000 1300000000 "1.00 s is burnt by four threads"
near "$(value sum_exec)" "$cpu" 2 "1.00 s on four threads: within 2 %"

# Shorter than a tick. The program burns until it has used at least that much.
# A parent that waits on another CPU may be told the sum of up to a tick before,
# as what a task uses is added up when it is switched out.
tick=10000000
burnt 2 0 0
within "$(value sum_exec)" 2000000 $((cpu + tick)) \
	"2 ms: not less than these, and not more than wait4's"
burnt 0 0 0
within "$(value sum_exec)" 1 $((cpu + tick)) \
	"a fork that ends at once: some, and not more than wait4's"
run true
within "$(exit_of $ran | field sum_exec)" 1 1000000000 "true: has used CPU time"

# What it leaves to its end, the record cannot know: it is written before.
burnt 1 0 0 40
near "$(value min_flt)" "$minflt" 1 "40 MiB touched: minor faults within 1 % of wait4's"
within "$(value min_flt)" 10000 20000 "40 MiB touched: which are as many as that has pages"
is "$(value max_rss)" "$maxrss" "40 MiB touched: the largest resident set is wait4's"
within "$maxrss" 40960 60000 "40 MiB touched: which is that and a little more"
is "$(value maj_flt)" "$majflt" "40 MiB touched: major faults are wait4's"

# The checkout's own file, which comes from the host.
sync
echo 3 >/proc/sys/vm/drop_caches
burnt 1 0 0 1 "$KMON_KO"
within "$majflt" 1 100000 "a file that is not in memory: there are major faults"
is "$(value maj_flt)" "$majflt" "a file that is not in memory: as many as wait4 says"

# From before its fork to after its wait, and a part of both is not its own.
within "$(value start_time)" "$start" $((start + lived)) "it started after its fork began"
within "$(value run_time)" 1000000 $((lived)) "and did not live longer than it could be waited for"
within "$(($(value start_time) + $(value run_time)))" "$start" $((start + lived)) \
	"and ended before wait4 returned"
is "$(lost)" 0 "the buffer has lost nothing"
rmmod kmon
ok $? "the module unloads"
done_testing
