#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A process's bytes in its exit record are the payload that it sent and received.
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
. "${0%/*}/src/actor.sh"
need payload
parameter=/sys/module/kmon/parameters/net_account

account() {
	echo "$1" >$parameter
} 2>/dev/null

# hooks: the module's netfilter hooks; newer kernels list them.
hooks() {
	nft list hooks 2>/dev/null | grep -c '\[kmon\]'
}

packets_seen() {
	echo $(($(stat packets_in_tcp) + $(stat packets_in_udp) +
		$(stat packets_out_tcp) + $(stat packets_out_udp)))
}

# totals: what the records say, in the shape of the program's own words.
totals() {
	exits | sed -n 's/^pid=\([0-9]*\) comm=payload .* rx_bytes=\([0-9]*\) .* tx_bytes=\([0-9]*\) .*/\1 \2 \3/p' |
		grep -v "^$ran " | sort
}

# equal FAMILY CLIENTS CLAIM: all its processes' totals are the payload.
equal() {
	run payload "$1" "$2" 9000 >"$tmp/truth"
	[ "$status" = 0 ] || bail "payload $1: status $status"
	is "$(wc -l <"$tmp/truth")" $(($2 + 1)) "$1: $2 clients and a server have ended"
	is "$(diff <(sort "$tmp/truth") <(totals))" "" "$1: $3"
}

# since: of the processes in the trace, each value of net_since once.
since() {
	exits | grep ' comm=payload ' | field net_since | sort -u
}

load
buffer 4096
actor old
actor peer

# Nobody asked for it.
run payload tcp4 3 9000 >"$tmp/truth"
is "$(totals | cut -d' ' -f2- | sort -u)" "0 0" "exits alone: nothing is counted"
is "$(since)" 0 "exits alone: which net_since=0 says"
is "$(packets_seen)" 0 "exits alone: no packet was looked at"
alone=$(hooks)
read -r value <$parameter
is "$value" N "by default net_account is off"

# A process that is older than the counting.
serve peer l tcp4 127.0.0.1 9001
join old s peer l t tcp4 127.0.0.1 9001
tell old send s 1000
tell peer recv t
tell peer send t 100
tell old recv s

account 1
ok $? "net_account can be switched on"
read -r value <$parameter
is "$value" Y "and says so"
for family in tcp4 tcp6 udp4 udp6; do
	equal $family 25 "received and sent bytes are the payload of each"
	is "$(exits | grep ' comm=payload ' | awk '
		function value(name) {
			match($0, " " name "=[0-9]*")
			return substr($0, RSTART + length(name) + 2, RLENGTH - length(name) - 2)
		}
		!value("net_since") || value("net_since") + 0 > value("start_time") + 0')" "" \
		"$family: counted from before they started"
done
is "$(exits | grep ' comm=payload ' | grep -c ' rx_packets=3 .* tx_packets=3 ')" 25 \
	"udp6: three packets each way for each client"
is "$(grep -c kmon_packet: "$tracing/trace")" 0 "no packet is recorded"
within "$(packets_seen)" 300 100000 "packets were counted"

if [ "$(hooks)" -gt 0 ]; then
	is "$alone" 0 "exits alone: no packet hook"
else
	skip "this kernel does not list its packet hooks" "exits alone: no packet hook"
fi

tell old send s 2000
tell peer recv t
tell peer send t 200
tell old recv s
clear_trace
enable
tell old exit
wait "${pid_of[old]}"
disable
record=$(exit_of "${pid_of[old]}")
is "$(grep -o '[rt]x_bytes=[0-9]*' <<<"$record" | paste -sd ' ')" "rx_bytes=200 tx_bytes=2000" \
	"an older process has what it did since the counting began"
[ "$(field net_since <<<"$record")" -gt "$(field start_time <<<"$record")" ]
ok $? "and its net_since is after its start"

# Two reasons to count are one counting; without one there is none.
run payload udp4 1 9000 >"$tmp/truth"
first=$(since)
echo 1 >$tracing/events/kmon/kmon_packet/enable
equal tcp4 5 "with packets recorded too, nothing is counted twice"
is "$(since)" "$first" "and the counting goes on"
account 0
equal tcp6 5 "while packets are recorded, also without net_account"
is "$(since)" "$first" "and the counting goes on"
echo 0 >$tracing/events/kmon/kmon_packet/enable
seen=$(packets_seen)
run payload tcp4 3 9000 >"$tmp/truth"
is "$(since)" 0 "with neither, net_since=0"
is "$(totals | cut -d' ' -f2- | sort -u)" "0 0" "and nothing is counted"
is "$(packets_seen)" "$seen" "and no packet was looked at"

# Off and on again: a new counting.
account 1
equal udp4 5 "counted again"
[ "$(since)" -gt "$first" ]
ok $? "from a later time on"
for bad in maybe '' 2; do
	! account "$bad"
	ok $? "'$bad' is refused"
done
read -r value <$parameter
is "$value" Y "and changes nothing"
is "$(lost)" 0 "the buffer has lost nothing"
rmmod kmon
ok $? "the module unloads while it counts"
load net_account=1
equal tcp6 5 "net_account=1 at load counts from then on"
rmmod kmon
is "$(left_behind)" "" "nothing is left behind"
done_testing
