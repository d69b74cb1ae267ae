#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A new name of the process, by prctl or by exec, is in its next packet.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor first
actor peer
enable || bail "the event cannot be enabled"
pid=${pid_of[first]}
serve peer l tcp4 127.0.0.1 9000
join first s peer l t tcp4 127.0.0.1 9000

# exchange NAME: packets both ways; nobody but NAME on the socket's side.
exchange() {
	clear_trace
	tell peer send t 10
	tell first recv s
	tell first send s 11
	tell peer recv t
	is "$(owners '^in tcp .*:9000 > .* len=10')" "pid=$pid comm=$1 source=socket shared=0" \
		"what comes in has the name '$1'"
	is "$(owners '^out tcp .*:9000 len=11')" "pid=$pid comm=$1 source=sender shared=0" \
		"what goes out has the name '$1'"
}

exchange first
tell first name second
exchange second
tell first exec third
exchange third
tell first name a-name-of-15-ch
exchange a-name-of-15-ch

# The name it died with stays with what comes after.
clear_trace
tell first exit
tell peer send t 12
wait_for 5 seen '^in tcp .*:9000 > .* len=12'
is "$(owners '^in tcp .*:9000 > .* len=12' | sed 's/source=[a-z]*/source=any/')" \
	"pid=$pid comm=a-name-of-15-ch source=any shared=0" "its last name stays"
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
