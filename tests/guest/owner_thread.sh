#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A thread's socket is the process's, also after the leader has exited.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor peer
enable || bail "the event cannot be enabled"

zombie() {
	grep -q '^State:.Z' "/proc/$1/task/$1/status"
}

for family in tcp4 tcp6; do
	address=$(loopback $family)
	leader=leader${family#tcp}
	actor "$leader"
	pid=${pid_of[$leader]}
	serve peer l $family "$address" 9000

	tell "$leader" thread
	[ "$reply" != "$pid" ] || bail "that is no other thread"
	# The thread has a name of its own, which is not the process's.
	tell "$leader" name worker
	clear_trace
	join "$leader" s peer l t $family "$address" 9000
	tell "$leader" send s 10
	tell peer recv t
	is "$(owners '^out tcp .*:9000 len=')" "$(owner "$leader" sender)" \
		"$family: what a thread opens and sends is its process's"

	tell "$leader" leaderexit
	wait_for 5 zombie "$pid" || bail "the leader does not exit"
	clear_trace
	tell peer send t 11
	tell "$leader" recv s
	tell "$leader" send s 12
	tell peer recv t
	is "$(owners '^in tcp .*:9000 > .* len=11')" "$(owner "$leader" socket)" \
		"$family: after the leader's exit, so is what comes in"
	is "$(owners '^out tcp .*:9000 len=12')" "$(owner "$leader" sender)" \
		"$family: and what goes out"

	clear_trace
	tell "$leader" socket u "udp${family#tcp}"
	tell "$leader" sendto u "$address" 9000 13
	is "$(owners '^out udp .*:9000 len=13')" "$(owner "$leader" sender)" \
		"$family: and a socket that is opened then"
	tell "$leader" exit
	tell peer close t
	tell peer close l
done
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
