#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a killed process still had to send has its name, long after its end.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor peer
enable || bail "the event cannot be enabled"

gone() {
	! kill -0 "$1" 2>/dev/null
}

for family in tcp4 tcp6; do
	address=$(loopback $family)
	victim=victim${family#tcp}
	actor "$victim"
	pid=${pid_of[$victim]}
	serve peer l $family "$address" 9000
	join "$victim" s peer l t $family "$address" 9000
	tell "$victim" fill s
	filled=$reply
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	wait_for 5 gone "$pid" || bail "it does not die"
	clear_trace
	tell peer drain t
	is "$reply" "$filled" "$family: all that it sent arrives"
	late=$(packets | grep '^out tcp .*:9000 len=[1-9]')
	within "$(wc -l <<<"$late")" 2 100000 "$family: some of it after its end"
	is "$(owners '^out tcp .*:9000 len=' | sed 's/source=[a-z]*/source=any/' | sort -u)" \
		"pid=$pid comm=$victim source=any shared=0" "$family: with its name"
	is "$(owners '^in tcp .*:9000 >' | sed 's/source=[a-z]*/source=any/' | sort -u)" \
		"pid=$pid comm=$victim source=any shared=0" "$family: and so what comes in for it"
	tell peer close t
	tell peer close l
done
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
