#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# With 100,000 descriptors nobody is kept from running for as long as 10 ms.
#
# usage: sockets_latency.sh [SOCKETS [DESCRIPTORS]]   100,000 of both
# In the guest's clock 1 ns is one instruction, and the emulated processor is
# alone, so that delays repeat. 10 ms are 10 million instructions, for which
# real processors need about a third of that time.
# vm: --icount -m 2048
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
need holder latency
nr_sockets=${1:-100000}
nr_descriptors=${2:-100000}

load owner_max=262144
mkfifo "$tmp/in" "$tmp/out"
exec {in}<>"$tmp/in" {out}<>"$tmp/out"
holder "$nr_sockets" "$nr_descriptors" <"$tmp/in" >"$tmp/out" &
holder=$!
pids+=("$holder")
read -r -t 6000 -u "$out" answer
[ "$answer" = ready ] || bail "no descriptors"
is "$(find "/proc/$holder/fd" -lname 'socket:*' | wc -l)" "$nr_descriptors" \
	"a process has $nr_descriptors descriptors of $nr_sockets sockets"

# delay COMMAND...: the worst that happens meanwhile, in us, in $worst.
delay() {
	rm -f "$tmp/over"
	: >"$tmp/latency"
	latency "$tmp/over" >"$tmp/latency" &
	wait_for 60 test -s "$tmp/latency" || bail "nobody watches"
	"$@" >"$tmp/text"
	: >"$tmp/over"
	wait $!
	read -r worst wakeups < <(tail -n 1 "$tmp/latency")
	echo "# $*: $worst us, $(wc -l <"$tmp/text") lines, $wakeups wakeups"
}

tell() {
	echo "$1" >&"$in"
	read -r -t 6000 -u "$out" answer || bail "the process does not $1"
}

# below_10ms CLAIM COMMAND...
below_10ms() {
	local claim=$1

	shift
	delay "$@"
	within "$worst" 0 9999 "$claim"
}

enumerate() {
	echo 1 >"$debug/enumerate"
}

sockets=$tracing/events/kmon/kmon_socket/enable
event_on() {
	echo 1 >"$sockets"
}

event_off() {
	echo 0 >"$sockets"
}

delay sleep 0.1
within "$worst" 0 2000 "nothing: the machine itself is quick"
delay tell fork
plain_fork=$worst
below_10ms "reading open_ports" cat /proc/open_ports
is "$(grep -c "pid=$holder " "$tmp/text")" "$nr_sockets" "which has all of them"
below_10ms "reading kmon/sockets" cat "$debug/sockets"
is "$(awk -v pid="$holder" '$7 == pid' "$tmp/text" | wc -l)" "$nr_descriptors" "which has all of them"
below_10ms "enumerating, with nobody to see it" enumerate
below_10ms "enabling the event" event_on
within "$(stat owner_entries)" "$nr_sockets" $((nr_sockets * 2)) "which knows all of them then"
is "$(stat lost_owner_entries) $(stat lost_owner_holds)" "0 0" "none was lost"
below_10ms "enumerating, with the event enabled" enumerate
below_10ms "a fork of that process, with the event enabled" tell fork
echo "# a fork without anything of ours: $plain_fork us"
below_10ms "disabling the event" event_off
enable
below_10ms "a fork and an exit, recorded" tell fork
disable
done_testing
