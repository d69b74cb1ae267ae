#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# While anybody has the event enabled, the module is in use and stays.
# vm: --append slab_nomerge
# timeout: 300
. "${0%/*}/lib.sh"
need traffic trace-cmd perf

load
start traffic >/dev/null
other=$tracing/instances/other

# in_use WHO: rmmod is refused with a clear answer, and the event goes on.
in_use() {
	local answer before

	answer=$(rmmod kmon 2>&1)
	is "$?:$(grep -o 'in use' <<<"$answer")" "1:in use" "$1: rmmod says that it is in use"
	before=$(stat packets_in_udp)
	wait_for 10 sh -c "[ \$(awk '/^packets_in_udp/ { print \$2 }' $debug/stats) -gt $before ]"
	ok $? "$1: and packets are seen as before"
}

# unloads WHO: once it is disabled, at once.
unloads() {
	rmmod kmon
	ok $? "$1: right after it, the module unloads"
	is "$(left_behind)" "" "$1: and leaves nothing"
	load
}

recording() {
	[ "$(cat "$event/enable")" != 0 ] || [ "$(cat /sys/module/kmon/refcnt)" != 0 ]
}

enable
in_use "enabled in the top instance"
disable
unloads "disabled in the top instance"

mkdir "$other" || bail "no instance"
echo 1 >"$other/events/kmon/kmon_packet/enable"
in_use "enabled in another instance"
enable
in_use "enabled in both"
disable
in_use "disabled in one of both"
echo 0 >"$other/events/kmon/kmon_packet/enable"
unloads "disabled in another instance"
rmdir "$other"

start trace-cmd record -q -o "$tmp/trace.dat" -e 'kmon:*' sleep 1000
recorder=$started
wait_for 120 recording || bail "trace-cmd does not start"
in_use "under trace-cmd"
pkill -x -P "$recorder" sleep
wait "$recorder"
unloads "after trace-cmd"

start perf record -q -a -o "$tmp/perf.data" -e kmon:kmon_packet sleep 1000
recorder=$started
wait_for 120 recording || bail "perf does not start"
in_use "under perf"
pkill -x -P "$recorder" sleep
wait "$recorder"
unloads "after perf"

# A stats file that is open while the module goes.
exec 9<"$debug/stats"
! rmmod kmon 2>/dev/null
ok $? "while kmon/stats is open, the module is in use"
exec 9<&-
unloads "once it is closed"
done_testing
