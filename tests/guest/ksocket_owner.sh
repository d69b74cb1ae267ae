#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Packets of a module's sockets are the kernel's, with the module's name.
# variant: selftest
. "${0%/*}/lib.sh"
. "${0%/*}/src/ksocket.sh"
need nc socat ss

# owners END PORT: whose the packets are at one end of the connections with the
# port: at the one that has it, "server", or at the other.
owners() {
	packets | awk -v end="$1" -v port=":$2\$" '{
		here = $1 == "out" ? $3 : $5
		there = $1 == "out" ? $5 : $3
		if ((end == "server" ? here : there) ~ port && match($0, /pid=.* source=[^ ]*/))
			print substr($0, RSTART, RLENGTH)
	}' | sort -u
}

# No connection is left, but for TIME_WAIT.
all_closed() {
	! ss -Htan | grep -qv '^\(LISTEN\|TIME-WAIT\)'
}

load
use echo_server
use udp_server
# While nothing is followed, too.
is "$(awk 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$at["pid"] == 0 { print $at["comm"] }' "$debug/sockets" | sort -u | grep -x '.*_server' | paste -sd ' ')" \
	"echo_server udp_server" "the table of sockets names them"
enable || bail "the event cannot be enabled"
for host in 127.0.0.1 '[::1]'; do
	echo hello | socat -t 5 - "TCP:$host:7" >/dev/null
	socat -u OPEN:/dev/null "TCP:$host:7"
done
echo -n hello | socat -t 1 - UDP4:127.0.0.1:4444 >/dev/null
start socat -u TCP4-LISTEN:12345,reuseaddr OPEN:/dev/null
wait_for 10 listening 12345 || bail "socat does not listen"
use tcp_client
wait_for 10 said "[tcp_client] Sent: Hello from kernel TCP client!"
wait_for 10 all_closed
disable
is "$(owners server 7)" "pid=0 comm=echo_server source=kernel" \
	"all packets at the echo server's end are echo_server's"
is "$(owners server 4444)" "pid=0 comm=udp_server source=kernel" \
	"those at the UDP server's end are udp_server's"
is "$(owners client 12345)" "pid=0 comm=tcp_client source=kernel" \
	"those at the TCP client's end are tcp_client's"
within "$(packets | grep -c 'comm=echo_server')" 20 200 "there are enough of them to tell"
rmmod tcp_client

# Sockets that are older than the event, and one whose owner is gone.
clear_trace
enable
echo hello | nc -N 127.0.0.1 7 >/dev/null
disable
is "$(owners server 7)" "pid=0 comm=echo_server source=kernel" "enabled again, they still are"
clear_trace
enable
head -c 200000 /dev/zero | socat -t 0 - TCP4:127.0.0.1:7 >/dev/null
rmmod echo_server
wait_for 10 all_closed
disable
is "$(owners server 7 | grep -v 'source=none')" "pid=0 comm=echo_server source=kernel" \
	"what is left of a connection when its module goes keeps the name"
rmmod udp_server
is "$(grep -c . "$ksocket/sockets")" 1 "no socket is left"
rmmod kmon
ok $? "kmon unloads"
done_testing
