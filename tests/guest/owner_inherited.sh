#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A socket inherited over fork and exec is the child's once the parent closed.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor parent
actor peer
enable || bail "the event cannot be enabled"

for family in tcp4 tcp6; do
	address=$(loopback $family)
	child=child${family#tcp}
	serve peer l $family "$address" 9000
	join parent s peer l t $family "$address" 9000

	split parent "$child"
	clear_trace
	tell peer send t 10
	tell parent recv s
	is "$(owners '^in tcp .*:9000 > .* len=10' | sed 's/pid=[0-9]* comm=[a-z0-9]*/HOLDER/')" \
		"HOLDER source=socket shared=1" "$family: held by two, what comes in is shared"
	clear_trace
	tell "$child" send s 11
	tell parent send s 12
	is "$(owners '^out tcp .*:9000 len=11')" "$(owner "$child" sender 1)" \
		"$family: held by two, the child sends as itself"
	is "$(owners '^out tcp .*:9000 len=12')" "$(owner parent sender 1)" \
		"$family: held by two, the parent sends as itself"

	tell parent close s
	clear_trace
	tell peer send t 13
	tell "$child" recv s
	is "$(owners '^in tcp .*:9000 > .* len=13')" "$(owner "$child" socket)" \
		"$family: after the parent's close it is the child's alone"

	tell "$child" exec "after$child"
	pid_of["after$child"]=${pid_of[$child]}
	actor_in["after$child"]=${actor_in[$child]}
	actor_out["after$child"]=${actor_out[$child]}
	clear_trace
	tell peer send t 14
	tell "after$child" recv s
	tell "after$child" send s 15
	is "$(owners '^in tcp .*:9000 > .* len=14')" "$(owner "after$child" socket)" \
		"$family: after exec it is still the child's, by its new name"
	is "$(owners '^out tcp .*:9000 len=15')" "$(owner "after$child" sender)" \
		"$family: and so is what it sends"

	# The child ends without closing; the end is its own.
	clear_trace
	tell "after$child" exit
	tell peer drain t
	wait_for 5 seen '^out tcp .*:9000 .*FIN'
	is "$(owners '^(out tcp .*:9000 len|in tcp .*:9000 >)' | sed 's/source=[a-z]*/source=any/' | sort -u)" \
		"$(owner "after$child" any)" "$family: its exit is the end, by its name"
	tell peer close t
	tell peer close l
done

is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
