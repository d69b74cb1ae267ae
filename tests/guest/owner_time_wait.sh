#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A segment for a connection in TIME_WAIT and its answer have the owner that was.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
need segment
enable || bail "the event cannot be enabled"

# Who closes first keeps the TIME_WAIT: $1 = server or client.
for family in tcp4 tcp6; do
	for first in server client; do
		address=$(loopback $family)
		server=server${family#tcp}$first
		client=client${family#tcp}$first
		actor "$server"
		actor "$client"
		serve "$server" l $family "$address" 9000
		join "$client" s "$server" l t $family "$address" 9000
		port=$reply
		if [ $first = server ]; then
			tell "$server" close t
			tell "$client" close s
			waits=$server from=$port to=9000
		else
			tell "$client" close s
			tell "$server" close t
			waits=$client from=9000 to=$port
		fi
		tell "$client" exit
		tell "$server" exit
		wait "${pid_of[$client]}" "${pid_of[$server]}"
		wait_for 5 sh -c "ss -Htan state time-wait | grep -q ':$to .*:$from'" ||
			bail "$family: no TIME_WAIT of the $first"
		clear_trace
		# An acknowledgement of nothing that it ever sent: it answers.
		segment "$address" "$from" "$address" "$to" 16
		wait_for 5 seen "^out tcp .*:$to > .*:$from " || bail "no answer"
		is "$(owners "^in tcp .*:$from > .*:$to ")" "$(owner "$waits" tombstone)" \
			"$family: the segment to the $first, which closed first, is its"
		is "$(owners "^out tcp .*:$to > .*:$from ")" "$(owner "$waits" tombstone)" \
			"$family: and so is the answer from TIME_WAIT"
		is "$(owners "^out tcp .*:$from > .*:$to .*source=sender" | grep -o 'comm=[^ ]*')" \
			"comm=segment" "$family: what a raw socket sends is its process's"
	done
done
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
