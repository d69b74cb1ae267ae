#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The samples talk with each other and with programs, and unload at once.
# variant: selftest
. "${0%/*}/lib.sh"
. "${0%/*}/src/ksocket.sh"
need socat nc ss

heard() {
	grep -q "$@"
}

load
is "$(wc -l <"$ksocket/sockets")" 1 "there are no sockets at first"

# A kernel client, a program as the server.
start socat -u TCP4-LISTEN:12345,reuseaddr "OPEN:$tmp/got,creat,append"
wait_for 10 listening 12345 || bail "socat does not listen"
use tcp_client
ok $? "tcp_client loads"
wait_for 10 heard 'Hello from kernel TCP client!' "$tmp/got"
ok $? "its line arrives at socat"
is "$(<"$tmp/got")" "Hello from kernel TCP client!" "and nothing else"
said "[tcp_client] Connected to 127.0.0.1:12345" && said "[tcp_client] Sent: Hello from kernel TCP client!"
ok $? "it logs that"
unload_soon tcp_client

# A client whose peer does not answer: blocked in kconnect().
ip link add blackhole type dummy && ip addr add 192.0.2.1/24 dev blackhole && ip link set blackhole up
ip neigh add 192.0.2.99 lladdr 02:00:00:00:00:01 dev blackhole
use tcp_client address=192.0.2.99
syn_sent() {
	sockets_of tcp_client | grep -q syn-sent
}
wait_for 10 syn_sent
ok $? "a client waits for its connection"
unload_soon tcp_client

# A kernel server, programs and the kernel client.
use tcp_server
ok $? "tcp_server loads"
said "tcp_server: listening on port 12345"
ok $? "and says that it listens"
echo -n "from a program" | nc -N 127.0.0.1 12345
wait_for 10 said "tcp_server: received (14 bytes): from a program"
ok $? "it logs what nc sends"
use tcp_client
wait_for 10 said "tcp_server: received (29 bytes): Hello from kernel TCP client!"
ok $? "and what tcp_client sends"
rmmod tcp_client
unload_soon tcp_server
use tcp_server
start nc 127.0.0.1 12345
connected() {
	sockets_of tcp_server | grep -q established
}
wait_for 10 connected
ok $? "it loads again; a client is connected and silent"
unload_soon tcp_server

use udp_server
ok $? "udp_server loads"
is "$(echo -n hello | socat -t 2 - UDP4:127.0.0.1:4444)" "ACK from UDP Server" \
	"it answers socat"
said "udp_server: Received 'hello'"
ok $? "and logs what it got"
use udp_client
wait_for 10 said "[udp_client] Received: ACK from UDP Server"
ok $? "it answers udp_client"
said "[udp_client] Sent: Hello UDP Server" && said "udp_server: Received 'Hello UDP Server'"
ok $? "both log what was sent"
rmmod udp_client
unload_soon udp_server
start socat UDP4-RECVFROM:4444,fork SYSTEM:'cat >/dev/null; echo -n from socat'
bound() {
	ss -Hlun "sport = :4444" | grep -q .
}
wait_for 10 bound || bail "socat does not receive"
use udp_client
wait_for 10 said "[udp_client] Received: from socat"
ok $? "udp_client is answered by socat"
unload_soon udp_client
use udp_client port=4445 timeout_ms=60000 address=192.0.2.99
waiting() {
	sockets_of udp_client | grep -q .
}
wait_for 10 waiting
unload_soon udp_client

use echo_server
ok $? "echo_server loads"
is "$(echo "over IPv4" | nc -N 127.0.0.1 7)" "over IPv4" "it echoes over IPv4"
is "$(echo "over IPv6" | nc -N ::1 7)" "over IPv6" "and over IPv6"
head -c 3000000 /dev/urandom >"$tmp/in"
socat -t 10 STDIO TCP4:127.0.0.1:7 <"$tmp/in" >"$tmp/out"
cmp -s "$tmp/in" "$tmp/out"
ok $? "3 MB come back as they were"
for ((i = 0; i < 100; i++)); do
	start socat -u EXEC:'sleep 1000' 'TCP6:[::1]:7' 2>/dev/null
done
many() {
	[ "$(sockets_of echo_server | grep -c established)" -ge 100 ]
}
wait_for 60 many
ok $? "100 connections at once"
is "$(echo one more | nc -N 127.0.0.1 7)" "one more" "and it serves one more"
unload_soon echo_server

is "$(wc -l <"$ksocket/sockets")" 1 "no socket is left"
rmmod kmon
ok $? "kmon unloads"
is "$(klog | grep -c 'left open')" 0 "and reports no leak"
done_testing
