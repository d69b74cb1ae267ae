#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# One request to a server: each packet is seen twice, with the right owners.
. "${0%/*}/lib.sh"

load
start nc -lkn 127.0.0.1 8080
server=$started
start nc -lkn ::1 8080
server6=$started
wait_for 10 listening 8080 || bail "no server"
enable
ok $? "the event can be enabled"

for address in 127.0.0.1 ::1; do
	clear_trace
	echo hello | nc -N $address 8080 &
	client=$!
	wait $client
	wait_for 5 sh -c "grep -c 'flags=FIN' $tracing/trace | grep -qx 4"
	case $address in ::1) owner=$server6 ;; *) owner=$server ;; esac
	is "$(packets | grep -c ' len=6 ')" 2 "$address: the data is seen once out and once in"
	is "$(packets | grep '^out tcp .*:8080 len=6' | grep -o 'pid=[0-9]* comm=nc source=sender')" \
		"pid=$client comm=nc source=sender" "$address: going out it is the client's, its sender"
	is "$(packets | grep '^in tcp .*:8080 len=6' | grep -o 'pid=[0-9]*')" \
		"pid=$owner" "$address: coming in it is the server's"
	is "$(packets | grep -v "pid=$client \|pid=$owner ")" "" "$address: no packet is anybody else's"
	is "$(packets | grep -c '^in')" "$(packets | grep -c '^out')" "$address: what goes out comes in"
done
is "$(stat source_unknown)" 0 "no owner is unknown"
disable
rmmod kmon
ok $? "the module unloads"
done_testing
