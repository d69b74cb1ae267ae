#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# No command of kmon's leaks, or reads what it has not written.
# vm: -m 2048
# timeout: 600
. "${0%/*}/lib.sh"
need kmon valgrind

# clean CLAIM STATUS ARG...: that command under valgrind, with nothing found. What
# libtracefs keeps until the end, the name of a directory, is not lost. Without a
# command behind "--": this valgrind does not know pidfd_open().
clean() {
	local claim=$1 status=$2 got
	shift 2
	valgrind --quiet --leak-check=full --error-exitcode=99 \
		--trace-children=no --log-file="$tmp/valgrind" kmon "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	is "$got$(head -n 20 "$tmp/valgrind")" "$status" "$claim"
	[ $got = "$status" ] || sed 's/^/#   /' "$tmp/err"
}

clean "without the module" 1 watch
clean "stats without the module" 1 stats
load
start nc -lkn 127.0.0.1 8080 >/dev/null
wait_for 10 listening 8080 || bail "no server"
requests() {
	while :; do
		echo hello | nc -N 127.0.0.1 8080
		sleep 0.1
	done
}
start requests
clean "watch" 0 watch -x -t 5
within "$(grep -c ' len=6 ' "$tmp/out")" 2 1000 "which has seen packets"
clean "watch --json with a filter and a buffer that is too small" 0 watch --json -b 4 -t 5 \
	'addr == 127.0.0.0/8 && !(comm ~ "x*")'
clean "watch for a number of events" 0 watch -x -e socket -n 1
clean "watch with a filter that makes no sense" 2 watch 'pid ==='
clean "watch with a filter that nothing passes" 2 watch -e exit 'dport == 1'
clean "sockets" 0 sockets --json --net 127.0.0.0/8 --comm 'n*'
clean "port" 0 port 8080
clean "port, of nobody" 1 port 4711
clean "stats" 0 stats
is "$(ls "$tracing/instances")" "" "no instance is left"
done_testing
