#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A socket passed over a UNIX socket is the receiver's once the original closed.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor giver
actor taker
actor peer
enable || bail "the event cannot be enabled"

for family in tcp4 tcp6; do
	address=$(loopback $family)
	serve peer l $family "$address" 9000
	join giver s peer l t $family "$address" 9000

	tell giver pass s taker
	clear_trace
	tell peer send t 10
	tell giver recv s
	is "$(owners '^in tcp .*:9000 > .* len=10')" "$(owner giver socket)" \
		"$family: in flight it is still the giver's alone"

	tell taker take s
	clear_trace
	tell taker send s 11
	tell peer recv t
	is "$(owners '^out tcp .*:9000 len=11')" "$(owner taker sender 1)" \
		"$family: what the receiver sends is the receiver's, shared"
	is "$(owners '^in tcp .*:9000 len=11')" "$(owner peer socket)" \
		"$family: and comes in at the peer"
	clear_trace
	tell giver send s 12
	tell peer recv t
	is "$(owners '^out tcp .*:9000 len=12')" "$(owner giver sender 1)" \
		"$family: what the giver still sends is the giver's, shared"

	tell giver close s
	clear_trace
	tell peer send t 13
	tell taker recv s
	is "$(owners '^in tcp .*:9000 > .* len=13')" "$(owner taker socket)" \
		"$family: after the giver's close it is the receiver's alone"
	wait_for 5 seen '^out tcp .*:9000 len=0 flags=ACK'
	is "$(owners '^out tcp .*:9000 len=0 flags=ACK')" "$(owner taker socket)" \
		"$family: the kernel's acknowledgements too"
	clear_trace
	tell taker close s
	tell peer drain t
	is "$(owners '^out tcp .*:9000 .*FIN')" "$(owner taker sender)" \
		"$family: the end is the receiver's"
	tell peer close t
	tell peer close l
done

# A socket nobody holds while it is on its way keeps the last holder's name.
serve peer l tcp4 127.0.0.1 9001
join giver s peer l t tcp4 127.0.0.1 9001
tell giver pass s taker
tell giver close s
tell taker take s
clear_trace
tell taker send s 14
tell peer send t 15
tell taker recv s
is "$(owners '^out tcp .*:9001 len=14')" "$(owner taker sender)" \
	"closed by the giver while on its way, the receiver sends alone"
is "$(owners '^in tcp .*:9001 > .* len=15')" "$(owner taker socket)" \
	"and receives alone"
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
