#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A write to kmon/enumerate records each socket of each process, then a marker.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"
need churn setpriv nsenter trace-cmd
parameter=/sys/module/kmon/parameters/enumerate

load
buffer 8192
ip netns add blue && ip netns exec blue ip link set lo up || bail "no netns"
actor server
actor client
actor blue ip netns exec blue
for f in 4 6; do
	address=$(loopback tcp$f)
	serve server l$f tcp$f "$address" 9000
	serve server u$f udp$f "$address" 9000
	join client s$f server l$f t$f tcp$f "$address" 9000
	# In the accept queue.
	tell client socket w$f tcp$f
	tell client connect w$f "$address" 9000
	# TIME_WAIT, of a connection that was closed before anybody looked.
	serve server g$f tcp$f "$address" 9001
	join client h$f server g$f i$f tcp$f "$address" 9001
	tell client close h$f
	tell server close i$f
done
wait_for 30 sh -c "ss -Htan state time-wait | wc -l | grep -qx 2" || bail "no TIME_WAIT"
serve blue l tcp4 127.0.0.1 9000
tell client socket unbound tcp4
split server child
start bash -c 'exec 7<>/dev/udp/127.0.0.1/9; exec 8<&7; exec sleep 1000'
wait_for 30 grep -qx sleep "/proc/$started/comm" || bail "no sleep"
sleeper=$started
# A socket of the kernel's.
modprobe vxlan 2>/dev/null
ip link add vx type vxlan id 1 dstport 4789 dev lo 2>/dev/null && ip link set vx up
has_kernels=$?

# Both ways to ask for it.
enumerate() {
	echo "$1" >"$debug/enumerate"
} 2>/dev/null

enumerate_by_parameter() {
	echo "$1" >$parameter
} 2>/dev/null

# held: pid and inode number of each socket of IPv4 and IPv6 that a process
# has, from /proc alone: those that no other family's table has.
held() {
	{
		for netns in self "${pid_of[blue]}"; do
			awk 'FNR > 1 { print $7 }' "/proc/$netns/net/unix"
			awk 'FNR > 1 { print $10 }' "/proc/$netns/net/netlink"
			awk 'FNR > 1 { print $9 }' "/proc/$netns/net/packet"
		done
		echo end
		find /proc/[0-9]*/fd -lname 'socket:*' -printf '%h %l\n' 2>/dev/null |
			tr -c '0-9\n' ' '
	} | awk '
	$1 == "end" { listed = 1; next }
	!listed { other[$1] = 1; next }
	!($2 in other) { print $1, $2 }' | sort -u
}

# found REPORT: the same of the records in it, each as often as it is there.
found() {
	grep '^existing ' "$1" | grep -v ' fd=-1 ' |
		sed 's/.* pid=\([0-9]*\) comm=.* ino=\([0-9]*\) .*/\1 \2/' | sort
}

# complete REPORT CLAIM: it has all that exists, and the marker.
complete() {
	is "$(diff <(held) <(found "$1"))" "" "$2: each socket of each process is there once"
	is "$(tail -n 1 "$1" | cut -d' ' -f 1-2)" "end -" "$2: the marker is the last record"
	is "$(grep -c ^end "$1")" 1 "$2: there is one"
	is "$(grep -c '^existing tcp established .*:9000 > .* fd=-1 ' "$1")" 2 \
		"$2: so is what waits in accept queues"
	# Which lasts for a minute, on a slow machine not up to here.
	within "$(grep -c '^existing tcp time-wait .*:9001 .* fd=-1 ' "$1")" \
		"$(ss -Htan state time-wait | wc -l)" 2 "$2: and what is in TIME_WAIT"
}

# The shortest way there is, the requirement's own.
cd "$tmp" || bail "no $tmp"
trace-cmd record -q -o trace.dat -e kmon:kmon_socket \
	sh -c 'echo 1 > /sys/kernel/debug/kmon/enumerate' >record.log 2>&1
ok $? "trace-cmd records an enumeration"
trace-cmd report -i trace.dat >text 2>errors
sed -n 's/.*kmon_socket: *//p' text >report
is "$(grep -hE 'FAILED TO PARSE|ARG NOT FIELD|\[UNKNOWN' report errors)" "" \
	"it can read every field"
complete report trace-cmd
is "$(grep -cE " pid=$sleeper comm=sleep " report)" 1 "two descriptors of one socket are one record"
is "$(grep -c " pid=${pid_of[child]} comm=child .* fd=[0-9]" report)" \
	"$(grep -c " pid=${pid_of[server]} comm=server .* fd=[0-9]" report)" \
	"the child has as many as its parent"
line=$(grep "pid=${pid_of[server]} .*fd=[0-9].* ino=$(ino server "$(fd_list server | sed -n 2p)") " report)
is "$(cut -d' ' -f 1-6 <<<"$line")" "existing tcp listening 127.0.0.1:9000 > 0.0.0.0:0" \
	"a listener's record has protocol, state and ends"
is "$(grep -o ' fd=[0-9]*' <<<"$line")" " fd=$(fd_list server | sed -n 2p)" "and its descriptor"
is "$(grep " pid=${pid_of[blue]} comm=blue " report | grep -o 'netns=[0-9]*')" \
	"netns=$(ip netns exec blue readlink /proc/self/ns/net | tr -dc 0-9)" \
	"one in another netns has that one's number"
if [ $has_kernels = 0 ]; then
	is "$(grep -c ':4789 > .* pid=0 comm=kernel ' report)" \
		"$(ss -Huan 'sport = :4789' | wc -l)" "a socket of the kernel's is the kernel's"
else
	echo "# no vxlan, no socket of the kernel's"
fi

# Without anybody to see it, it is no error.
enumerate 1
ok $? "with the event disabled, a write does nothing"
is "$(at_rest)" "" "and leaves nothing running"

# Every instance sees all, whenever it was enabled.
two=$tracing/instances/two
mkdir $two && echo 8192 >$two/buffer_size_kb || bail "no instance"
clear_trace
enable
enumerate 1
sockets >first
complete first "the top instance"
echo 1 >$two/events/kmon/kmon_socket/enable
is "$(sockets $two)" "" "enabling in a second instance writes nothing of what exists"
clear_trace
enumerate_by_parameter 1
ok $? "the module parameter is a second way"
sockets >again
sockets $two >later
complete later "an instance enabled later"
is "$(diff again later)" "" "both have the same"
is "$(diff <(found first) <(found again))" "" "a second enumeration has all again"

# Nothing but yes means yes.
clear_trace
for bad in maybe '' 2; do
	! enumerate "$bad"
	ok $? "'$bad' is refused"
	! enumerate_by_parameter "$bad"
	ok $? "'$bad' is refused by the parameter, too"
done
enumerate 0 && enumerate_by_parameter 0
ok $? "0 is accepted"
is "$(sockets)" "" "and none of these enumerates"
! cat "$debug/enumerate" 2>/dev/null
ok $? "there is nothing to be read"
! setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "echo 1 >$parameter" 2>/dev/null
ok $? "a plain user may not write the parameter"
! insmod "$KMON_KO" enumerate=1 2>/dev/null
ok $? "nor is it a parameter to load with"
echo 0 >$two/events/kmon/kmon_socket/enable
rmdir $two

# While sockets come and go: who has closed one does not have it afterwards.
echo global >"$tracing/trace_clock"
buffer 32768
clear_trace
churn 3 8 0 >nr &
while kill -0 $! 2>/dev/null; do
	enumerate 1
done
sockets | sed 's/^\([a-z]*\) .* pid=\([-0-9]*\) comm=.* ino=\([0-9]*\) .*/\1 \2 \3/' >story
is "$(lost)" 0 "in a crowd: the buffer has lost nothing"
within "$(cut -d' ' -f1 nr)" 20 1000000 "in a crowd: children were born"
within "$(grep -c ^existing story)" 100 10000000 "in a crowd: sockets are found"
is "$(awk '
	$1 == "closed" { closed[$2 " " $3] = NR }
	$1 == "existing" && ($2 " " $3) in closed' story)" "" \
	"in a crowd: none is found after it was closed"
disable
rmmod kmon
ok $? "the module unloads"
done_testing
