#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An exit record places its process: pid namespace, cgroup, open sockets.
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
. "${0%/*}/src/actor.sh"
need unshare ends

load

# Outside, the two pids are one.
run sh -c 'exit 3'
is "$(exit_of $ran | field ns_pid)" "$ran" "in the initial pid namespace, ns_pid is pid"

# Each process writes down the pid that it sees.
run unshare --pid --fork --mount-proc sh -c "
	sh -c 'echo \$\$ >$tmp/inner; exit 21'
	echo \$\$ >$tmp/outer
	exit 20"
is "$(cat "$tmp/outer")" 1 "in a new namespace there is a pid 1"
is "$(exits | grep ' comm=sh .* exit_code=20 ' | field ns_pid)" 1 "its record has ns_pid=1"
inner=$(exits | grep ' exit_code=21 ')
is "$(field ns_pid <<<"$inner")" "$(cat "$tmp/inner")" "its child's has the pid that it saw"
[ "$(field pid <<<"$inner")" -gt "$(cat "$tmp/inner")" ]
ok $? "and the one that the initial namespace has for it"
outer=$(exits | grep ' comm=sh .* exit_code=20 ' | field pid)
is "$(field ppid <<<"$inner")" "$outer" "the parent's pid is the initial namespace's"

# One in another: the innermost counts.
run unshare --pid --fork unshare --pid --fork sh -c 'sh -c "exit 31"; exit 30'
is "$(exits | grep ' comm=sh .* exit_code=30 ' | field ns_pid)" 1 "two deep: pid 1 of its own"
is "$(exits | grep ' comm=sh .* exit_code=31 ' | field ns_pid)" 2 "two deep: and pid 2"

# Where pid 1 ends, the kernel kills all the others.
run unshare --pid --fork sh -c "ends 20 3 forever >/dev/null & \
	until [ \$(grep -lx forever /proc/[0-9]*/task/*/comm | wc -l) -ge 60 ]; do sleep 0.1; done; exit 5"
is "$(exits | grep -c ' comm=forever .* signal=9 .* threads=3 ')" 20 \
	"pid 1 ends: each process that dies with it has one record"
is "$(exits | field pid | sort | uniq -d)" "" "pid 1 ends: and nobody two"

inode_of() {
	find "$1" -maxdepth 0 -printf '%i'
}

# The cgroup, by the number that its directory has.
cgroup=/sys/fs/cgroup/kmon.test
mkdir -p $cgroup/inner || bail "no cgroup"
run sh -c 'exit 3'
is "$(exit_of $ran | field cgroup)" "$(inode_of "/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)")" \
	"where nobody has put it elsewhere, its parent's"
for dir in $cgroup $cgroup/inner; do
	run sh -c "echo \$\$ >$dir/cgroup.procs; exit 3"
	is "$(exit_of $ran | field cgroup)" "$(inode_of "$dir")" \
		"in ${dir#/sys/fs/cgroup/}, the inode of that directory"
done
rmdir $cgroup/inner $cgroup
ok $? "and it does not hold them"

# What it had open at its end, without what is no IPv4 or IPv6 socket.
actor holder
for s in tcp4 tcp6 udp4 udp6; do
	tell holder socket $s $s
done
tell holder socket gone tcp4
tell holder close gone
clear_trace
enable
tell holder exit
wait "${pid_of[holder]}"
disable
is "$(exit_of "${pid_of[holder]}" | field sockets)" 4 "four sockets were open at its end"
run true
is "$(exit_of $ran | field sockets)" 0 "a process without any has none"
rmmod kmon
ok $? "the module unloads"
done_testing
