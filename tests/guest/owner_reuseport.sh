#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Of four processes on one port, each packet has the one that receives it.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
nr_clients=16

load
for i in 1 2 3 4; do
	actor server$i
done
actor client
enable || bail "the event cannot be enabled"

# share FAMILY PORT: all four on it.
share() {
	local i
	for i in 1 2 3 4; do
		tell server$i socket "$1" "$1"
		tell server$i option "$1" reuseport
		tell server$i option "$1" nonblock
		tell server$i bind "$1" "$(loopback "$1")" "$2"
		case $1 in tcp*) tell server$i listen "$1" ;; esac
	done
}

# right PORT: of the packets to and from it, how many and how many of them
# have the process that $truth (lines "client's port, pid, comm") says.
right() {
	packets | awk -v port="$1" -v truth="$truth" '
	function port_of(address) { sub(/.*:/, "", address); return address }
	BEGIN {
		n = split(truth, line, "\n")
		for (i = 1; i <= n; i++) {
			split(line[i], word)
			wanted[word[1]] = "pid=" word[2] " comm=" word[3] " shared=0"
		}
	}
	$1 == "in" && port_of($5) == port { key = port_of($3) }
	$1 == "out" && port_of($3) == port { key = port_of($5) }
	key {
		all++
		match($0, /pid=.* comm=[^ ]*/)
		owner = substr($0, RSTART, RLENGTH)
		match($0, /shared=./)
		if (owner " " substr($0, RSTART, RLENGTH) == wanted[key])
			good++
		key = ""
	}
	END { print all + 0, good + 0 }'
}

# had: how many of the four had some.
had() {
	cut -d' ' -f2 <<<"$truth" | sort -u | grep -c .
}

for family in tcp4 tcp6; do
	clear_trace
	share $family 9000
	truth=''
	for ((i = 0; i < nr_clients; i++)); do
		tell client socket s$i $family
		tell client connect s$i "$(loopback $family)" 9000
	done
	for i in 1 2 3 4; do
		accepted=()
		while ask server$i accept $family t${#accepted[@]} && hear server$i; do
			accepted+=("$reply")
			truth+="$reply ${pid_of[server$i]} server$i"$'\n'
		done
		for ((j = 0; j < ${#accepted[@]}; j++)); do
			tell server$i send t$j 10
			tell server$i close t$j
		done
	done
	for ((i = 0; i < nr_clients; i++)); do
		tell client drain s$i
		tell client close s$i
	done
	is "$(grep -c . <<<"$truth")" $nr_clients "$family: all are accepted"
	read -r all good < <(right 9000)
	within "$all" $((7 * nr_clients)) $((20 * nr_clients)) "$family: their packets are recorded"
	is "$good" "$all" "$family: each packet, before accept too, is the acceptor's"
	within "$(had)" 2 4 "$family: more than one of the four accepted"
done

for family in udp4 udp6; do
	clear_trace
	share $family 9001
	truth=''
	for ((i = 0; i < nr_clients; i++)); do
		tell client socket u$i $family
		tell client sendto u$i "$(loopback $family)" 9001 10
		tell client close u$i
	done
	for i in 1 2 3 4; do
		while ask server$i recv $family && hear server$i; do
			truth+="${reply#* } ${pid_of[server$i]} server$i"$'\n'
		done
	done
	is "$(grep -c . <<<"$truth")" $nr_clients "$family: all are received"
	is "$(right 9001)" "$nr_clients $nr_clients" "$family: each has the process that receives it"
	within "$(had)" 2 4 "$family: more than one of the four received"
done
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
