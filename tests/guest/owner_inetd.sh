#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What inetd starts on a connection (fork, dup2, close, exec) owns it alone.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor inetd
actor client
enable || bail "the event cannot be enabled"

for family in tcp4 tcp6; do
	address=$(loopback $family)
	serve inetd l $family "$address" 9000
	join client s inetd l t $family "$address" 9000
	tell inetd inetd t
	cat=$reply
	pids+=("$cat")
	wait_for 5 grep -qx cat "/proc/$cat/comm" || bail "cat does not start"
	tell inetd close t
	clear_trace
	tell client send s 20
	tell client recv s
	is "${reply% *}" 20 "$family: cat answers"
	is "$(owners '^in tcp .*:9000 len=20')" "pid=$cat comm=cat source=socket shared=0" \
		"$family: what comes in is cat's alone"
	is "$(owners '^out tcp .*:9000 > .* len=20')" "pid=$cat comm=cat source=sender shared=0" \
		"$family: what cat writes is cat's alone"
	clear_trace
	tell client shutdown s
	tell client drain s
	wait_for 5 seen '^out tcp .*:9000 > .*FIN'
	is "$(owners '^(out tcp .*:9000 >|in tcp .*:9000 len)' | grep -o '^pid=.* comm=[^ ]*' | sort -u)" \
		"pid=$cat comm=cat" "$family: until its end"
	tell client close s
	tell inetd close l
done
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
