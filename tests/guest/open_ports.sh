#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# /proc/open_ports has a line for each process and socket, in its exact format.
#
# usage: open_ports.sh [SOCKETS]   500 unless given
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"
need throng dribble less nc nsenter ss
nr_sockets=${1:-500}
ports=/proc/open_ports

# lines_of PID: its lines.
lines_of() {
	grep "^\[kports\] pid=$1 " $ports
}

# line PID NAME LOCAL REMOTE: what one should be.
line() {
	echo "[kports] pid=$1 comm=$2 source port=$3 destination port=$4"
}

! [ -e $ports ]
ok $? "without the module there is no file"
load
is "$(cat $ports)" "" "without sockets it is empty"

# A listener, then a connection, mirrored at its two ends.
for address in 127.0.0.1 ::1; do
	nc -l $address 8080 >/dev/null &
	server=$!
	pids+=("$server")
	wait_for 30 listening 8080 || bail "no server"
	is "$(lines_of $server)" "$(line $server nc 8080 0)" "$address: nc -l 8080 is a line"
	nc $address 8080 < <(sleep 1000) &
	client=$!
	pids+=("$client")
	wait_for 30 sh -c "ss -Htn 'dport = :8080' | grep -q ESTAB" || bail "no connection"
	wait_for 30 sh -c "grep -q '^.kports. pid=$client ' $ports"
	port=$(ss -Htn 'dport = :8080' | awk '{ sub(/.*:/, "", $4); print $4 }')
	is "$(lines_of $client)" "$(line $client nc "$port" 8080)" "$address: the client's ports"
	is "$(lines_of $server | grep -v 'destination port=0$')" "$(line $server nc 8080 "$port")" \
		"$address: the server's are the same, mirrored"
	kill $client $server 2>/dev/null
	wait $client $server 2>/dev/null
done

# UDP, not connected and connected.
actor server
actor client
for family in udp4 udp6; do
	serve server u $family "$(loopback $family)" 8080
	is "$(lines_of "${pid_of[server]}")" "$(line "${pid_of[server]}" server 8080 0)" \
		"$family: a bound socket is a line"
	tell client socket u $family
	is "$(lines_of "${pid_of[client]}")" "$(line "${pid_of[client]}" client 0 0)" \
		"$family: one that is not bound has no ports"
	tell client connect u "$(loopback $family)" 8080
	port=$reply
	is "$(lines_of "${pid_of[client]}")" "$(line "${pid_of[client]}" client "$port" 8080)" \
		"$family: connected, it has both"
	tell server connect u "$(loopback $family)" "$port"
	is "$(lines_of "${pid_of[server]}")" "$(line "${pid_of[server]}" server 8080 "$port")" \
		"$family: and the other end has them mirrored"
	tell server close u
	tell client close u
	is "$(cat $ports)" "" "$family: closed, they are gone"
done

# One line for each process and socket: not for each descriptor or thread.
start bash -c 'exec 7<>/dev/udp/127.0.0.1/9; exec 8<&7 9<&7; exec sleep 1000'
wait_for 30 grep -qx sleep "/proc/$started/comm" || bail "no sleep"
is "$(lines_of "$started" | grep -c 'destination port=9$')" 1 "three descriptors of one socket are one line"
serve server l tcp4 127.0.0.1 8081
split server child
is "$(grep 'source port=8081' $ports | sort)" \
	"$( (line "${pid_of[server]}" server 8081 0; line "${pid_of[child]}" child 8081 0) | sort)" \
	"a socket of two processes is a line for each"
tell child exit
tell server thread
is "$(lines_of "${pid_of[server]}")" "$(line "${pid_of[server]}" server 8081 0)" \
	"two threads that share a descriptor are one line"
tell server leaderexit
wait_for 30 grep -q '^State:.Z' "/proc/${pid_of[server]}/status" || bail "the leader does not exit"
is "$(lines_of "${pid_of[server]}")" "$(line "${pid_of[server]}" server 8081 0)" \
	"after the leader's exit, it is still the process's"
# Which ss does not see.
tell server exit

# Against ss, in this and in another netns at the same time.
ip netns add blue && ip netns exec blue ip link set lo up || bail "no netns"
actor blue nsenter --net=/run/netns/blue
serve blue l tcp6 :: 8082
join blue s blue l t tcp4 127.0.0.1 8082
throng_start "$nr_sockets" 10

# expected: ss, one line for each process and socket.
expected() {
	{
		ss_users
		ss_users nsenter --net=/run/netns/blue
	} | awk '
	$5 != "-" && !seen[$5 " " $7]++ {
		sub(/.*:/, "", $3)
		sub(/.*:/, "", $4)
		print "[kports] pid=" $5 " comm=" $8 " source port=" $3 " destination port=" $4
	}' | sort
}
expected >"$tmp/ss"
within "$(wc -l <"$tmp/ss")" "$nr_sockets" $((2 * nr_sockets + 100)) "ss sees all of them"
cat $ports >"$tmp/cat"
is "$(sort "$tmp/cat" | diff "$tmp/ss" -)" "" "the lines are those of ss, of every netns"
is "$(grep -vcxE '\[kports\] pid=[0-9]+ comm=[^ ]+ source port=[0-9]+ destination port=[0-9]+' "$tmp/cat")" \
	0 "each line is in the format"

# However it is read, it is the same text. Nothing else happens meanwhile.
dd if=$ports bs=1 2>/dev/null | cmp -s - "$tmp/cat"
ok $? "byte by byte"
size=$(wc -c <"$tmp/cat")
for way in 'bytes 7' 'bytes 100' 'bytes 4096' 'bytes 1048576' \
	"back $((size / 13))" "pieces $((size / 17))"; do
	# shellcheck disable=SC2086 # two words
	dribble $ports $way | cmp -s - "$tmp/cat"
	ok $? "the same by dribble $way"
done
less -E $ports 2>/dev/null | cmp -s - "$tmp/cat"
ok $? "less"
rmmod kmon
ok $? "the module unloads"
! [ -e $ports ]
ok $? "and the file is gone"
done_testing
