#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where owners are more than fit, they are counted and unknown, never wrong.
# vm: --append slab_nomerge
. "${0%/*}/lib.sh"
need crowd segment

load owner_max=64 tombstone_max=16
enable || bail "the event cannot be enabled"

# crowd_start MODE NUMBER PORT: in the background, until it is ready.
crowd_start() {
	start crowd "$@" >"$tmp/$1"
	wait_for 30 grep -q ready "$tmp/$1" || bail "crowd $* is not ready"
}

# nr REGEX: how many packets match.
nr() {
	packets | grep -cE "$1"
}

# Five hundred sockets, of which 64 are known.
crowd_start bind 500 20000
holder=$started
clear_trace
crowd send 500 20000 >/dev/null &
sender=$!
wait $sender
known=$(nr "^in udp .* pid=$holder comm=bind source=socket shared=0")
is "$(nr '^in udp ')" 500 "each of 500 sockets gets a datagram"
within "$known" 32 64 "as many as fit have their owner"
is "$(nr '^in udp .* pid=-1 comm= source=unknown ')" $((500 - known)) \
	"the others are unknown, and nobody has a wrong name"
is "$(nr "^out udp .* pid=$sender comm=send source=sender ")" 500 \
	"the sender is known by itself"
within "$(stat lost_owner_entries)" $((500 - known)) 2000 "what did not fit is counted"
is "$(stat source_unknown)" $((500 - known)) "and so are the packets"

# When they are gone there is room again.
kill "$holder"
wait "$holder"
recovered() {
	[ "$(stat owner_entries)" -lt 8 ]
}
wait_for 10 recovered
ok $? "closing them makes room"
crowd_start bind 10 21000
holder=$started
clear_trace
crowd send 10 21000 >/dev/null
is "$(nr "^in udp .* pid=$holder comm=bind source=socket shared=0")" 10 "new ones are known again"
kill "$holder"
wait "$holder"

# Two hundred connections in TIME_WAIT, of which 16 are remembered.
crowd_start serve 200 22000
server=$started
entries=$(stat lost_owner_entries)
crowd connect 200 22000 >/dev/null || bail "no connections"
mapfile -t peers < <(ss -Htan state time-wait sport = :22000 | awk '{ sub(/.*:/, "", $4); print $4 }')
# A port may have been used more than once.
within ${#peers[@]} 150 200 "200 connections end"
clear_trace
segment 127.0.0.1 "$(IFS=, && echo "${peers[*]}")" 127.0.0.1 22000 16
known=$(nr "^in tcp .*:22000 len=0 flags=ACK .* pid=$server comm=serve source=tombstone ")
within "$known" 4 16 "of those that are remembered, a late segment has the owner"
is "$(nr '^in tcp .*:22000 len=0 flags=ACK .* pid=-1 comm= source=unknown ')" $((${#peers[@]} - known)) \
	"of the others it is unknown, and nobody has a wrong name" ||
	packets | sed 's/^/# /; s/ uid=.*//; s/:[0-9]\{5\} / /g' | sort | uniq -c
within $(($(stat lost_tombstones) + $(stat lost_owner_entries) - entries)) $((${#peers[@]} - 16)) 100000 \
	"what was forgotten, or not entered in the first place, is counted"
kill "$server"
wait "$server"

# One socket of a hundred processes; the first of them, which are known, end.
crowd_start fork 100 23000
first=$started
mapfile -t children < <(grep -v ready "$tmp/fork")
pids+=("${children[@]}")
within $(($(stat lost_owner_holds) + $(stat lost_owner_procs))) 1 1000 "holders that did not fit are counted"
clear_trace
crowd send 1 23000 >/dev/null
named=$(packets | sed -n 's/^in udp .*pid=\([-0-9]*\) .*/\1/p')
printf '%s\n' -1 "${children[@]}" | grep -qxe "$named"
ok $? "the one that opened it has closed it and is not named" ||
	echo "#      named: $named, closed by: $first"
gone() {
	! kill -0 "${children[@]:0:80}" 2>/dev/null
}
kill -KILL "${children[@]:0:80}"
wait_for 10 gone
clear_trace
crowd send 1 23000 >/dev/null
named=$(packets | sed -n 's/^in udp .*pid=\([-0-9]*\) .*/\1/p')
printf '%s\n' -1 "${children[@]:80}" | grep -qxe "$named"
ok $? "nor is one of 80 that have ended" || echo "#      named: $named"
kill "$first" "${children[@]:80}"

disable
is "$(at_rest)" "" "when the event is disabled, nothing is left running"
is "$(stat owner_limit) $(stat tombstone_limit)" "64 16" "the limits are as they were set"
rmmod kmon
ok $? "the module unloads"
is "$(left_behind)" "" "and leaves nothing"
done_testing
