#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 64 readers against 64 loops of fork, open and exit: whole lines, no report.
#
# usage: sockets_storm.sh [SECONDS]   5 unless given
. "${0%/*}/lib.sh"
. "${0%/*}/src/sockets.sh"
need churn throng
seconds=${1:-5}

load
throng_start 200 4

# storm CLAIM: and whether all went on to its end. A report of the kernel on
# itself, a stall among them, fails the run of the guest.
storm() {
	churn "$seconds" 64 64 /proc/open_ports "$debug/sockets" >"$tmp/result"
	ok $? "$1: every reader read whole lines to the end, every loop went on"
	read -r children reads lines <"$tmp/result"
	echo "# $children children, $reads reads, $lines lines"
	within "$children" 64 100000000 "$1: processes came and went"
	within "$reads" 64 100000000 "$1: files were read to their ends"
	within "$lines" $((reads * 200)) 100000000000 "$1: with no less than what was there all the time"
}

storm "nothing enabled"
before=$(stat owner_created)
enable
echo 1 >"$tracing/events/kmon/kmon_process_exit/enable"
storm "events enabled"
within $(($(stat owner_created) - before)) "$children" 10000000000 \
	"events enabled: the sockets that came were followed"
echo 0 >"$tracing/events/kmon/kmon_process_exit/enable"
disable
is "$(stat alloc_failed)" 0 "no allocation has failed"
is "$(at_rest)" "" "nothing is left running"
rmmod kmon
ok $? "the module unloads"
done_testing
