#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A namespace that cannot be hooked is made all the same, and counted.
# variant: faults
. "${0%/*}/lib.sh"
need traffic
fault_at=/sys/module/kmon/parameters/fault_at

load owner_max=16 tombstone_max=16
ip netns add before || bail "no netns"
enable || bail "the event cannot be enabled"

# number NETNS: the inode number by which everyone knows it.
number() {
	ip netns exec "$1" readlink /proc/self/ns/net | tr -dc 0-9
}

echo 1 >$fault_at
ip netns add unhooked
ok $? "the namespace is made"
is "$(stat netns_unhooked)" 1 "that it has no hooks is counted"
echo 0 >$fault_at
ip netns add after
is "$(stat netns_unhooked)" 1 "the next one has them"

for name in before unhooked after; do
	ip -n $name link set lo up
	clear_trace
	ip netns exec $name traffic 2 >/dev/null
	seen=$(packets | grep -c " netns=$(number $name) ")
	case $name in
	unhooked) is "$seen" 0 "$name: its traffic is not seen" ;;
	*) within "$seen" 10 1000 "$name: its traffic is seen" ;;
	esac
done
disable
enable
clear_trace
ip netns exec unhooked traffic 2 >/dev/null
within "$(packets | grep -c " netns=$(number unhooked) ")" 10 1000 \
	"enabled once more, it is seen too"
for name in before unhooked after; do
	ip netns del $name || bail "$name stays"
done
disable
is "$(at_rest)" "" "nothing is left running"
rmmod kmon
ok $? "the module unloads"
is "$(left_behind)" "" "and leaves nothing"
done_testing
