#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Bulk data through ksocket, its counters, latencies and network namespaces.
# variant: selftest
# timeout: 300
. "${0%/*}/lib.sh"
. "${0%/*}/src/ksocket.sh"
need iperf3 nc socat ip ss

load
use ksocket_relay || bail "the relay does not load"
start iperf3 -s -B 127.0.0.1 >/dev/null
wait_for 20 listening 5201 || bail "iperf3 does not listen"
# idle: whether only the listener is left.
idle() {
	[ "$(sockets_of ksocket_relay | grep -vc ' listen ')" = 0 ]
}
for direction in '' -R; do
	before=$(sum tx_bytes)
	# shellcheck disable=SC2086 # no word for no option
	iperf3 -c 127.0.0.1 -p 5202 -n 20M -P 4 $direction >"$tmp/iperf" 2>&1
	ok $? "iperf3 ${direction:+with $direction }gets through the relay"
	# It may stop before the last of them is through.
	within "$(($(sum tx_bytes) - before))" 15000000 60000000 "and its data do"
	wait_for 20 idle
	ok $? "no connection stays open"
done
rmmod ksocket_relay

# Counters equal the payload that was sent.
echo 1 >/sys/module/kmon/parameters/ksocket_latency
use echo_server
rx=$(sum rx_bytes) tx=$(sum tx_bytes)
head -c 1234567 /dev/urandom >"$tmp/in"
mkfifo "$tmp/pipe"
socat -t 20 STDIO TCP4:127.0.0.1:7 <"$tmp/pipe" >"$tmp/out" &
client=$!
exec 3>"$tmp/pipe"
cat "$tmp/in" >&3
arrived() {
	cmp -s "$tmp/in" "$tmp/out"
}
wait_for 30 arrived
ok $? "all comes back"
line=$(sockets_of echo_server | grep established)
is "$(echo "$line" | column rx_bytes) $(echo "$line" | column tx_bytes)" "1234567 1234567" \
	"the socket's bytes are those sent"
is "$(echo "$line" | column errors) $(echo "$line" | column shorts)" "0 0" "without error"
within "$(echo "$line" | column sends)" 19 5000 "in as many calls as there were"
is "$(echo "$line" | column local)" "[::ffff:127.0.0.1]:7" "it has its local address"
is "$(echo "$line" | column remote)" "[::ffff:127.0.0.1]:$(ss -Htn state established "dport = :7" |
	awk '{ sub(/.*:/, "", $3); print $3 }')" "and its remote one"
# Sum over the buckets: the calls.
is "$(echo "$line" | column send_log2ns | tr ',' '\n' | awk -F: '{ n += $2 } END { print n }')" \
	"$(echo "$line" | column sends)" "each send has its place among the latencies"
exec 3>&-
wait "$client"
none() {
	! sockets_of echo_server | grep -q established
}
wait_for 20 none
is "$(($(sum rx_bytes) - rx)) $(($(sum tx_bytes) - tx))" "1234567 1234567" \
	"the sums keep them after it is closed"
rmmod echo_server
echo 0 >/sys/module/kmon/parameters/ksocket_latency

# The namespace of the process that makes it, and one that is named.
ip netns add one && ip -n one link set lo up && ip netns add two && ip -n two link set lo up
ip netns exec one insmod "$modules/samples/echo_server.ko"
is "$(ip netns exec one ss -Hltn 'sport = :7' | wc -l) $(ss -Hltn 'sport = :7' | wc -l)" "1 0" \
	"a socket is in the network namespace of the process that makes it"
is "$(echo there | ip netns exec one nc -N 127.0.0.1 7)" there "and works there"
start ip netns exec two sleep 1000
use ksocket_relay netns_of="$started" to_port=7
start ip netns exec two socat TCP4-LISTEN:7,fork,reuseaddr EXEC:cat
here() {
	ip netns exec two ss -Hltn 'sport = :7' | grep -q .
}
wait_for 20 here
is "$(echo named | ip netns exec two nc -N 127.0.0.1 5202)" named \
	"a module can choose a namespace"
rmmod echo_server
ok $? "a module goes"
ip netns del one
ok $? "and its namespace"
rmmod ksocket_relay
rmmod kmon
ok $? "kmon unloads"
done_testing
