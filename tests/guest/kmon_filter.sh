#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Filters choose the same records, whether kernel or program does it.
. "${0%/*}/lib.sh"
need kmon jq

load
start nc -lkn 127.0.0.1 8080 >/dev/null
server=$started
start nc -lkn ::1 8081 >/dev/null
wait_for 10 listening 8080 && wait_for 10 listening 8081 || bail "no server"

# Everything, beside what filters choose: each filter has an instance of its own.
nr=0
declare -A of_nr
choose() {
	kmon watch --json "$@" >"$tmp/chosen.$nr" 2>"$tmp/err.$nr" &
	of_nr[$nr]=$!
	wait_for 60 grep -qs '[1X]' "$tracing/instances/kmon-$!/events/kmon/enable" ||
		bail "kmon does not record: $(cat "$tmp/err.$nr")"
	nr=$((nr + 1))
}
# Beside each, what jq is to choose of everything.
cases=(
	'--port 8080#(.sport? == 8080 or .dport? == 8080)'
	'--net 127.0.0.0/8#([.saddr?, .daddr?] | any(. != null and startswith("127.")))'
	'--net ::1#([.saddr?, .daddr?] | any(. == "::1"))'
	'--comm nc#.comm == "nc"'
	"-p $server#.pid == $server"
	'--port 8080 --port 8081 len > 0#(.len? // 0) > 0 and ([.sport, .dport] | any(. == 8080 or . == 8081))'
	'!(port == 8080) && dir == in#.dir? == "in" and .sport != 8080 and .dport != 8080'
	'-e exit comm ~ n*#.event == "exit" and (.comm | startswith("n"))'
	'addr == ::1 || exit_code == 3#([.saddr?, .daddr?] | any(. == "::1")) or .exit_code? == 3'
	'tcp_flags & FIN#(.tcp_flags? // "" | contains("FIN"))'
	'reason == accepted#.reason? == "accepted"'
	'--netns self#has("netns")'
)
choose
for row in "${cases[@]}"; do
	args=${row%%#*}
	set -f
	# shellcheck disable=SC2086 # words
	choose $args
	set +f
done
for port in 8080 8081; do
	address=127.0.0.1
	[ $port = 8080 ] || address=::1
	for _ in 1 2 3; do
		echo hello | nc -N $address $port
	done
done
sh -c 'exit 3'
for ((i = 0; i < nr; i++)); do
	kill -INT "${of_nr[$i]}"
	wait "${of_nr[$i]}"
	is "$? $(cat "$tmp/err.$i")" "0 " "filter $i: ends well, without a loss"
done
# What they have in common: up to the last record that all were there for.
key='[.event, .pid, .sport?, .dport?, .dir?, .reason?, .len?, .tcp_flags?, .exit_code?] | @tsv'
during='select(.comm == "nc" or .exit_code? == 3)'
for ((i = 1; i < nr; i++)); do
	row=${cases[$((i - 1))]}
	jq -r "$during | select(${row#*#}) | $key" "$tmp/chosen.0" | sort >"$tmp/wanted"
	jq -r "$during | $key" "$tmp/chosen.$i" | sort >"$tmp/got"
	is "$(diff "$tmp/wanted" "$tmp/got")" "" "$row"
	within "$(wc -l <"$tmp/got")" 1 1000 "which are some"
done
done_testing
