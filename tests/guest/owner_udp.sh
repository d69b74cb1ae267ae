#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An unconnected UDP socket's datagrams have its process, both ways.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
actor server
actor client
enable || bail "the event cannot be enabled"

for family in udp4 udp6; do
	address=$(loopback $family)
	serve server "$family" $family "$address" 9000
	tell client socket s $family
	clear_trace
	# The first sendto is what gives it a port.
	tell client sendto s "$address" 9000 10
	tell server recv "$family"
	port=${reply#* }
	tell server sendto "$family" "$address" "$port" 11
	tell client recv s
	is "$(owners "^out udp .*:$port > .*:9000 len=10 ")" "$(owner client sender)" \
		"$family: the question is the client's, which never bound"
	is "$(owners "^in udp .*:$port > .*:9000 len=10 ")" "$(owner server socket)" \
		"$family: and comes in at the server"
	is "$(owners "^out udp .*:9000 > .*:$port len=11 ")" "$(owner server sender)" \
		"$family: the answer is the server's"
	is "$(owners "^in udp .*:9000 > .*:$port len=11 ")" "$(owner client socket)" \
		"$family: and comes in at the client"
	is "$(packets | grep -c "flags= ")" 4 "$family: that is all, and without TCP's flags"
	tell client connect s "$address" 9000
	clear_trace
	tell client send s 0
	tell server recv "$family"
	is "$(packets | grep -c ' len=0 ')" 2 "$family: an empty datagram is seen out and in"

	tell client close s

	# No socket: the question is seen, the ICMP answer is no event.
	clear_trace
	tell client socket n $family
	tell client sendto n "$address" 9009 12
	is "$(owners '^out udp .*:9009 len=12')" "$(owner client sender)" \
		"$family: to a closed port, it goes out as the client's"
	is "$(owners '^in udp .*:9009 len=12')" "pid=-1 comm= source=none shared=0" \
		"$family: and comes in as nobody's"
	is "$(packets | wc -l)" 2 "$family: and the answer is no event"
	tell client close n
done

# A dual-stack server and a client that knows only IPv4.
serve server d udp6 :: 9002
tell client socket f udp4
clear_trace
tell client sendto f 127.0.0.1 9002 13
tell server recv d
is "$(owners '^in udp .*127.0.0.1:9002 len=13')" "$(owner server socket)" \
	"IPv4 that reaches an IPv6 socket has its process"
is "$(packets | grep -c '^in udp .* len=13')" 1 "and is one event"
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
