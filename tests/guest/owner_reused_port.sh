#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A new connection's question is not of the one that had its ports before.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor parent
actor old
actor new
enable || bail "the event cannot be enabled"

for family in tcp4 tcp6; do
	address=$(loopback $family)
	child=child${family#tcp}
	serve parent l $family "$address" 9000

	# The child closes first, so that TIME_WAIT and its name stay.
	tell old socket s $family
	tell old option s reuseaddr
	tell old bind s "$address" 9100
	tell old connect s "$address" 9000
	tell parent accept l t
	split parent "$child"
	tell parent close t
	tell "$child" close l
	tell "$child" close t
	tell old close s
	wait_for 5 sh -c "ss -Htan state time-wait sport = :9000 | grep -q :9100" ||
		bail "$family: no TIME_WAIT"

	clear_trace
	tell new socket s $family
	tell new option s reuseaddr
	tell new bind s "$address" 9100
	tell new connect s "$address" 9000
	tell parent accept l t
	tell new send s 10
	tell parent recv t
	is "$(owners '^out tcp .*:9100 > .*flags=SYN ')" "$(owner new sender)" \
		"$family: the question is the new client's"
	is "$(owners '^in tcp .*:9100 > .*flags=SYN ')" "$(owner parent listener)" \
		"$family: and comes in at the listener, not at the child that had the port"
	is "$(owners '^in tcp .*:9100 > .*len=10')" "$(owner parent socket)" \
		"$family: the data comes in at who accepted it"
	is "$(owners ' tcp .*:9100' | grep -c "comm=\($child\|old\) ")" 0 \
		"$family: and nothing has the former owners"
	tell new close s
	tell parent close t
	tell parent close l
done
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
