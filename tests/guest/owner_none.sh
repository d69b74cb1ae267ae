#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A closed TCP port: the question comes in as nobody's, the answer as the asker's.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor client
enable || bail "the event cannot be enabled"
nobody="pid=-1 comm= source=none shared=0"

for family in tcp4 tcp6; do
	clear_trace
	tell client socket s $family
	ask client connect s "$(loopback $family)" 9000
	hear client
	is "$reply" "connect: ECONNREFUSED" "$family: the port is closed"
	is "$(packets | wc -l)" 4 "$family: a question and an answer, out and in"
	is "$(owners '^out tcp .*:9000 len=0 flags=SYN ')" "$(owner client sender)" \
		"$family: the question goes out as the client's"
	is "$(owners '^in tcp .*:9000 len=0 flags=SYN ')" "$nobody" \
		"$family: and comes in as nobody's"
	is "$(owners '^out tcp .*:9000 > .*RST')" "$nobody" "$family: the answer goes out as nobody's"
	is "$(owners '^in tcp .*:9000 > .*RST')" "$(owner client socket)" \
		"$family: and comes in as the client's"
	is "$(packets | grep -c 'pid=-1 comm= .* uid=4294967295 ino=0 ')" 2 \
		"$family: nobody has no name, user or socket"
	tell client close s
done
is "$(stat source_none)" 4 "they are counted"
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
