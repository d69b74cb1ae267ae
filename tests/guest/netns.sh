#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Network namespaces that come and go while the event is enabled are followed.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
need traffic
nr_more=5

load
# What runs once for each that is really gone.
put 'p:gone/netns tcp_sk_exit' "$tracing/kprobe_events" || bail "no function to probe"
echo 1 >"$tracing/events/gone/enable"
ip netns add before || bail "no netns"
enable || bail "the event cannot be enabled"
ip netns add red
ip netns add blue
ip link add vred netns red type veth peer name vblue netns blue || bail "no veth"
for name in red blue; do
	ip -n $name link set lo up
	ip -n $name link set v$name up
done
ip -n red address add 10.0.0.1/24 dev vred
ip -n red address add fd00::1/64 dev vred nodad
ip -n blue address add 10.0.0.2/24 dev vblue
ip -n blue address add fd00::2/64 dev vblue nodad
actor red ip netns exec red
actor blue ip netns exec blue

buffer 8192

# number NETNS: the inode number by which everyone knows it.
number() {
	ip netns exec "$1" readlink /proc/self/ns/net | tr -dc 0-9
}

# From one namespace to the other: each half of the way is in its own.
for family in 4 6; do
	case $family in 4) to=10.0.0.2 ;; 6) to=fd00::2 ;; esac
	serve blue l tcp$family "$to" 9000
	clear_trace
	join red s blue l t tcp$family "$to" 9000
	tell red send s 10
	tell blue recv t
	tell blue send t 11
	tell red recv s
	ends=$(packets | grep -o 'pid=[-0-9]* comm=[a-z]*\|netns=[0-9]*' | paste -d ' ' - - | sort -u)
	is "$ends" "$(printf 'pid=%s comm=%s netns=%s\n' \
		"${pid_of[red]}" red "$(number red)" "${pid_of[blue]}" blue "$(number blue)" | sort)" \
		"IPv$family: over veth, each end has its process and its netns"
	is "$(packets | grep -c '^out .* len=1[01] ')" 2 "IPv$family: the data goes out"
	is "$(packets | grep -c '^in .* len=1[01] ')" 2 "IPv$family: and comes in"
	tell red close s
	tell blue close t
	tell blue close l
done

# Namespaces that end while something in them sends.
for ((i = 1; i <= nr_more; i++)); do
	ip netns add n$i || break
	ip -n n$i link set lo up
	start ip netns exec n$i traffic >"$tmp/rounds$i"
	numbers+=" $(number n$i)"
	traffics+=" $started"
done
is $((i - 1)) $nr_more "more can be made"
for ((i = 1; i <= nr_more; i++)); do
	ip netns del n$i
done
# Nothing but these processes keeps them now.
# shellcheck disable=SC2086 # pids are words
kill -TERM $traffics
# shellcheck disable=SC2086 # pids are words
wait $traffics
within "$(sort -n "$tmp"/rounds* | head -n 1)" 1 1000000 "each had its traffic"
wait_for 20 sh -c "grep -c 'netns: (tcp_sk_exit' $tracing/trace | grep -qx $nr_more"
ok $? "each ends while the event is enabled"
seen=0
for number in $numbers; do
	grep -q "kmon_packet: .* netns=$number " "$tracing/trace" && seen=$((seen + 1))
done
is $seen $nr_more "each is seen by its number"
is "$(packets | grep -c 'source=unknown')" 0 "with an owner for each packet"

# One that was there before the event was enabled.
ip -n before link set lo up
clear_trace
ip netns exec before traffic 2 >/dev/null
is "$(packets | grep -o 'netns=[0-9]*' | sort -u)" "netns=$(number before)" \
	"one that was there before is seen"
is "$(stat netns_unhooked)" 0 "none is left out"
disable
clear_trace
before=$(stat packets_in_tcp)
ip netns exec before traffic 2 >/dev/null
ip netns exec red traffic 2 >/dev/null
is "$(stat packets_in_tcp)" "$before" "when the event is disabled, nothing is seen in any"
is "$(stat source_unknown)" 0 "no owner is unknown"
echo 0 >"$tracing/events/gone/enable"
is "$(at_rest)" "" "nothing is left running"
rmmod kmon
ok $? "the module unloads while namespaces stay"
ip netns exec red traffic 2 >/dev/null
ok $? "and they work on"
done_testing
