#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each socket that a process gets or loses is a record, in that order.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"

load
ip netns add blue && ip netns exec blue ip link set lo up || bail "no netns"
actor server
actor client
actor blue ip netns exec blue
netns=$(readlink /proc/self/ns/net | tr -dc 0-9)
clear_trace
enable
ok $? "the event can be enabled"
is "$(sockets)" "" "enabling writes nothing of what exists"

# newest ACTOR: the inode number of the socket whose descriptor is highest.
newest() {
	ino "$1" "$(fd_list "$1" | tail -n 1)"
}

# story INO: what has happened to a socket: reason, pid and name, in order.
story() {
	sockets | grep " ino=$1 " |
		sed 's/^\([a-z]*\) .* pid=\([-0-9]*\) comm=\([^ ]*\) .*/\1 \2 \3/' | paste -sd ,
}

# happened INO ITEM: whether that is in its story; for wait_for.
happened() {
	story "$1" | grep -qF "$2"
}

# who REASON ACTOR: one item of such a story.
who() {
	echo "$1 ${pid_of[$2]} $2"
}

for family in tcp4 tcp6; do
	address=$(loopback $family)
	shown=$address any=0.0.0.0:0
	case $family in tcp6) shown="[::1]" any="[::]:0" ;; esac

	clear_trace
	tell server socket l $family
	listener=$(newest server)
	is "$(sockets)" "created tcp unconnected $any > $any pid=${pid_of[server]} comm=server uid=0 fd=-1 ino=$listener netns=$netns cgroup=$(sockets | sed 's/.* cgroup=//')" \
		"$family: a new socket is a record with all its fields"
	tell server option l reuseaddr
	tell server bind l "$address" 9000
	tell server listen l
	is "$(sockets | wc -l)" 1 "$family: bind and listen are no news"

	clear_trace
	tell client socket s $family
	outgoing=$(newest client)
	tell client connect s "$address" 9000
	port=$reply
	tell server accept l t
	incoming=$(newest server)
	is "$(sockets | cut -d' ' -f1 | paste -sd ' ')" "created accepted" \
		"$family: a connection is created on one side, then accepted on the other"
	is "$(story "$outgoing")" "$(who created client)" "$family: the client has created its own"
	is "$(story "$incoming")" "$(who accepted server)" "$family: the server has accepted its own"
	is "$(sockets | grep '^accepted' | cut -d' ' -f 2-6)" \
		"tcp established $shown:9000 > $shown:$port" "$family: with the two ends as the server sees them"

	clear_trace
	child=child${family#tcp}
	split server "$child"
	is "$(story "$listener")" "$(who inherited "$child" | sed "s/ $child/ server/")" \
		"$family: a child inherits the listener, under the name it still has"
	is "$(story "$incoming")" "$(who inherited "$child" | sed "s/ $child/ server/")" \
		"$family: and the connection"
	is "$(sockets | wc -l)" 2 "$family: and that is all"

	clear_trace
	tell server close t
	is "$(story "$incoming")" "$(who closed server)" "$family: who closes has closed it"
	tell "$child" exit
	wait_for 30 happened "$listener" "$(who closed "$child")"
	is "$(story "$incoming")" "$(who closed server),$(who closed "$child")" \
		"$family: who exits has closed it, too"
	is "$(story "$listener")" "$(who closed "$child")" "$family: and the listener, once"
	is "$(sockets | grep " ino=$incoming " | tail -n 1 | cut -d' ' -f 2,4-6)" \
		"tcp $shown:9000 > $shown:$port" "$family: the record says which connection it was"

	clear_trace
	tell client pass s blue
	is "$(sockets)" "" "$family: a socket on its way is no news"
	tell blue take s
	is "$(story "$outgoing")" "$(who received blue)" "$family: who takes it has received it"
	is "$(sockets | grep -o 'netns=[0-9]*')" "netns=$netns" "$family: it stays in its own netns"
	tell client close s
	tell blue close s
	is "$(story "$outgoing")" \
		"$(who received blue),$(who closed client),$(who closed blue)" \
		"$family: and each of the two closes it"
	tell server close l
	is "$(story "$listener")" "$(who closed server)" "$family: closed by the last of all"
done

for family in udp4 udp6; do
	clear_trace
	tell client socket u $family
	udp=$(newest client)
	tell client close u
	is "$(story "$udp")" "$(who created client),$(who closed client)" \
		"$family: created and closed"
done
clear_trace
tell blue socket b tcp4
is "$(sockets | grep -o 'netns=[0-9]*')" \
	"netns=$(ip netns exec blue readlink /proc/self/ns/net | tr -dc 0-9)" \
	"in another netns, it has that one's number"
tell blue close b

# Descriptors are not sockets.
clear_trace
bash -c 'exec 5<>/dev/udp/127.0.0.1/9 6<&5; exec 5<&-; exec 6<&-'
is "$(sockets | cut -d' ' -f1 | paste -sd ' ')" "created closed" \
	"two descriptors of one socket are created once and closed once"

# Not of the network.
clear_trace
nc -lU "$tmp/unix" &
pids+=($!)
wait_for 30 test -S "$tmp/unix"
is "$(sockets)" "" "UNIX sockets are none"

# Killed while it holds one.
clear_trace
start bash -c 'exec 7<>/dev/udp/127.0.0.1/9; exec sleep 1000'
wait_for 30 grep -qx sleep "/proc/$started/comm" || bail "no sleep"
kill -KILL "$started"
{ wait "$started"; } 2>/dev/null
is "$(sockets | sed 's/.* pid=\([0-9]*\) comm=.*/\1/' | sort -u)" "$started" \
	"a killed process: its socket is its"
is "$(sockets | tail -n 1 | grep -o '^closed .* comm=[^ ]*' | sed 's/ .* / /')" \
	"closed comm=sleep" "a killed process: has closed it"

is "$(sockets | grep -c ^existing)" 0 "nothing was ever reported as existing"
disable
clear_trace
tell client socket z tcp4
is "$(sockets)" "" "disabled, nothing is recorded"
rmmod kmon
ok $? "the module unloads"
done_testing
