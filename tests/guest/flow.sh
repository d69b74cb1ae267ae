#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the last packet's lookup found is not taken for the next one's.
. "${0%/*}/lib.sh"

# sockets: how many exist, the closed ones that somebody still refers to included.
sockets() {
	awk '/^sockets:/ { print $3 }' /proc/net/sockstat
}

# named LEN: how often incoming packets of that payload have which owner.
named() {
	packets | sed -n "s/^in .* len=$1 .* pid=\([-0-9]*\) .* source=\([a-z]*\) .*/\1 \2/p" |
		sort | uniq -c | awk '{ print $1, $2, $3 }'
}

turns=100
buffer 16384
load
before=$(sockets)
enable || bail "the event cannot be enabled"
for proto in udp tcp; do
	for address in 127.0.0.1 ::1; do
		clear_trace
		two=$(turns $proto $address $turns)
		ok $? "$proto $address: two processes take turns on one port"
		n=$((turns * 3 / 2))
		is "$(named 10)" "$n ${two% *} socket" "what is the first one's is only the first one's"
		is "$(named 20)" "$n ${two#* } socket" "what is the second one's is only the second one's"
		[ $proto = udp ] || continue
		is "$(named 30 | cut -d' ' -f 2-)" "-1 none" "what is nobody's is nobody's"
	done
done

# What is kept is kept for a moment only, by a reference.
turns udp 127.0.0.1 40 >"$tmp/pids"
turns tcp ::1 40 >"$tmp/pids"
wait_for 2 grep -qx "sockets: used $before" /proc/net/sockstat
ok $? "closed sockets are let go"
ip netns add flow
ip link add flow-out type veth peer name flow-in netns flow
ip -n flow link set lo up
ip netns exec flow turns tcp 127.0.0.1 10 >"$tmp/pids"
ip netns exec flow turns udp 127.0.0.1 10 >"$tmp/pids"
ip netns del flow
# Its end of the pair goes with the namespace itself.
wait_for 2 sh -c '! ip link show flow-out'
ok $? "a namespace that had packets goes"
turns udp 127.0.0.1 10 >"$tmp/pids"
disable
is "$(sockets)" "$before" "disabled, nothing is kept"
done_testing
