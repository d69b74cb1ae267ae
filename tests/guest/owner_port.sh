#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# One port number, many sockets: by protocol, address and netns each its own.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
ip netns add blue && ip netns exec blue ip link set lo up || bail "no netns"
actor tcp
actor udp
actor other
actor blue ip netns exec blue
actor client
actor bluecli ip netns exec blue
enable || bail "the event cannot be enabled"
here=$(readlink /proc/self/ns/net | tr -dc 0-9)
there=$(ip netns exec blue readlink /proc/self/ns/net | tr -dc 0-9)

serve tcp l tcp4 127.0.0.1 9000
serve udp u udp4 127.0.0.1 9000
serve other l tcp4 127.0.0.2 9000
serve blue l tcp4 127.0.0.1 9000

clear_trace
join client s tcp l t tcp4 127.0.0.1 9000
tell client send s 10
tell tcp recv t
tell client socket u udp4
tell client sendto u 127.0.0.1 9000 11
tell udp recv u
is "$(owners '^in tcp .* > 127.0.0.1:9000 .*len=10')" "$(owner tcp socket)" \
	"TCP's packet is the TCP server's"
is "$(owners '^in udp .* > 127.0.0.1:9000 .*len=11')" "$(owner udp socket)" \
	"UDP's packet is the UDP server's"
is "$(packets | grep -o 'netns=[0-9]*' | sort -u)" "netns=$here" "all in this netns"

clear_trace
join client o other l t tcp4 127.0.0.2 9000
tell client send o 12
tell other recv t
is "$(owners '^in tcp .* > 127.0.0.2:9000 .*len=12')" "$(owner other socket)" \
	"on another address, the packet is that server's"

clear_trace
join bluecli s blue l t tcp4 127.0.0.1 9000
tell bluecli send s 13
tell blue recv t
is "$(owners '^in tcp .* > 127.0.0.1:9000 .*len=13')" "$(owner blue socket)" \
	"in another netns, the packet is that server's"
is "$(owners '^out tcp .* > 127.0.0.1:9000 .*len=13')" "$(owner bluecli sender)" \
	"and goes out as the client's there"
is "$(owners '^in tcp .* > 127.0.0.1:9000 .*flags=SYN ')" "$(owner blue listener)" \
	"the question to the listener there is its too"
is "$(packets | grep -o 'netns=[0-9]*' | sort -u)" "netns=$there" "all in that netns"
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
