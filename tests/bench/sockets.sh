#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a packet costs while few, many or very many sockets are alive.
# vm: -m 3000 --append uhash_entries=65536
# timeout: 1800
. "${0%/*}/lib.sh"

declare -A size=([udp]=50 [tcp]=25) runs=([udp]=2 [tcp]=10) events=([udp]=2 [tcp]=4)
declare -A first

# hold COUNT: other processes' sockets, COUNT of them.
holder=''
hold() {
	[ "$1" -gt 0 ] || return 0
	build/bench/hold "$1" > "$tmp/hold" &
	holder=$!
	until grep -q ready "$tmp/hold"; do
		kill -0 $holder || fail "cannot hold $1 sockets"
		sleep 0.2
	done
	settle
}

release() {
	[ -n "$holder" ] || return 0
	kill $holder
	wait $holder 2> /dev/null
	holder=''
	# What is in TIME_WAIT goes too.
	sleep 70
}

# sockets LIVE COUNT: a row for each load while LIVE sockets exist, COUNT of
# them other processes'.
sockets() {
	local load off added

	hold "$2"
	for load in udp tcp; do
		least $load 100 "${size[$load]}" "${runs[$load]}"
		off=$quiet
		events kmon/kmon_packet
		[ $load != udp ] || [ "$2" = 0 ] || known "$1" "$2"
		least $load 100 "${size[$load]}" "${runs[$load]}"
		quiesce
		added=$(calc "($quiet - $off) / ${events[$load]}")
		progress "$load, $1 sockets: off $off, on $quiet"
		record "row-$load" "$load" "$1" "$off" "$quiet" "$added"
		flat $load "$1" "$quiet" "$added"
	done
	release
}

# known LIVE COUNT: cheap packets would mean little if their sockets were not
# in the table.
known() {
	local entries

	entries=$(awk '$1 == "owner_entries" { print $2 }' /sys/kernel/debug/kmon/stats)
	[ "$entries" -ge "$2" ]
	claim $? "enabling with $1 live sockets enters each in the table ($entries entries)"
}

# flat LOAD LIVE COST ADDED: within 15 % of what it is with the fewest.
flat() {
	local was=${first[$1]:-}

	if [ -z "$was" ]; then
		first[$1]="$3 $4"
		return
	fi
	true_if "$3 <= 1.15 * ${was% *}"
	claim $? "$1: a packet with $2 live sockets costs at most 15 % more than with few" \
		"($3, ${was% *})"
	true_if "$4 <= 1.15 * ${was#* }"
	claim $? "$1: and so does what kmon_packet adds to it ($4, ${was#* })"
}

columns load=load sockets='live sockets' off='events off' on='kmon_packet on' \
	added='added per event'
load_module
measure tcp 40 25
# Ten: the loop has its own few, a guest's other processes the rest.
sockets 10 0
sockets 10000 10000
sockets 100000 100000
print_rows udp tcp
note 'Half of the sockets are UDP, the other half both ends of TCP connections, 2,000 to a process.'
note 'The kernel sizes its table of UDP sockets by memory. This guest has that of a machine with 128 GiB:'
note "in its own, of 2,048 chains, the kernel's lookup grows, and with it kmon's, which is the kernel's."
