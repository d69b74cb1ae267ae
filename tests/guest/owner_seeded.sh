#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Sockets that were open before the event was enabled have the right owners.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor server
actor client
actor parent
for f in 4 6; do
	address=$(loopback $f)
	serve server l$f tcp$f "$address" 9000
	serve server u$f udp$f "$address" 9000
	join client s$f server l$f t$f tcp$f "$address" 9000
	tell client socket v$f udp$f
	tell client connect v$f "$address" 9000
	# Accepted by nobody yet.
	tell client socket w$f tcp$f
	tell client connect w$f "$address" 9000
	waiting[f]=$reply
done
serve parent shared udp4 127.0.0.1 9001
split parent child
is "$(stat owner_entries)" 0 "before, nothing is known"
enable || bail "the event cannot be enabled"
within "$(stat owner_seeded)" 10 100 "enabling finds the sockets"

for f in 4 6; do
	clear_trace
	tell client send s$f 10
	tell server recv t$f
	tell server send t$f 11
	tell client recv s$f
	tell client send v$f 12
	tell server recv u$f
	is "$(owners '^out tcp .*:9000 len=10')" "$(owner client sender)" \
		"IPv$f: a connection's data goes out as the client's"
	is "$(owners '^in tcp .*:9000 len=10')" "$(owner server socket)" \
		 "IPv$f: and comes in as the server's"
	is "$(owners '^in tcp .*:9000 > .* len=11')" "$(owner client socket)" \
		"IPv$f: its answer comes in as the client's"
	is "$(owners '^in udp .*:9000 len=12')" "$(owner server socket)" \
		 "IPv$f: a datagram comes in as the server's"

	clear_trace
	tell client send w$f 13
	is "$(owners "^in tcp .*:${waiting[f]} > .*:9000 len=13" |
		grep -vE "comm=server source=listener|pid=-1 comm= source=unknown")" "" \
		"IPv$f: not accepted yet, it is the listener's or not known"
	tell server accept l$f x$f
	clear_trace
	tell client send w$f 14
	tell server recv x$f
	is "$(owners "^in tcp .*:9000 len=14")" "$(owner server socket)" \
		"IPv$f: from accept on it is the server's"
done

clear_trace
tell client socket z udp4
tell client sendto z 127.0.0.1 9001 15
tell child recv shared
is "$(owners '^in udp .*:9001 len=15' | grep -o 'shared=.')" "shared=1" \
	"what two processes held already is shared"
tell child close shared
clear_trace
tell client sendto z 127.0.0.1 9001 16
is "$(owners '^in udp .*:9001 len=16')" "$(owner parent socket)" \
	"and no longer when one of them has closed it"
done_testing
