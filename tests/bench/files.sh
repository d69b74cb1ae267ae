#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What it costs to ask which process has which socket, for each socket.
# vm: -m 1024
# timeout: 1800
. "${0%/*}/lib.sh"

debug=/sys/kernel/debug/kmon
declare -A cost

# hold COUNT: other processes' sockets, COUNT of them.
hold() {
	build/bench/hold "$1" > "$tmp/hold" &
	holder=$!
	until grep -q ready "$tmp/hold"; do
		kill -0 $holder || fail "cannot hold $1 sockets"
		sleep 0.2
	done
	settle
}

release() {
	kill $holder
	wait $holder 2> /dev/null
	# What is in TIME_WAIT goes too.
	sleep 70
}

# lines COUNT COMMAND...: whether it has a line of $shape for each of that many
# sockets.
lines() {
	local want=$1

	shift
	"$@" 2> /dev/null | grep -cE "$shape" | awk -v want="$want" '{ exit $1 < want }'
}

# ask COUNT OWNERS SHAPE COMMAND...: one row; SHAPE is what a line with a socket
# of ours looks like.
ask() {
	local count=$1 owners=$2 shape=$3 used ratio
	shift 3

	lines "$count" "$@" || fail "$* does not show $count sockets"
	used=$(build/bench/spend "$@") || fail "$* fails"
	used=$(calc "$used / $count")
	cost[$count:$*]=$used
	: "${unit:=$used}"
	progress "$count, $*: $used"
	ratio=$(calc "$used / $unit")
	row "$count" "$*" "$owners" "$used" "$ratio"
}

tables='cat /proc/net/tcp /proc/net/udp'
# all COUNT: every way to ask, with that many sockets.
all() {
	local unit=''

	hold "$1"
	# shellcheck disable=SC2086 # words
	ask "$1" no '^ *[0-9]+: [0-9A-F]+017F:' $tables
	ask "$1" yes ' hold$' cat $debug/sockets
	ask "$1" yes ' comm=hold ' cat /proc/open_ports
	ask "$1" no ' 127[.]1[.]' ss -tuna
	ask "$1" yes '"hold"' ss -tunap
	ask "$1" yes ' [0-9]+/build/bench' netstat -tunap
	ask "$1" yes '^hold ' lsof -nP -i
	release
}

columns sockets=sockets command=command owners='names owners' \
	instructions='instructions per socket' ratio='ratio to /proc/net'
load_module
all 2000
all 10000
note 'User and system time of the command, output to /dev/null. Half of the sockets are UDP, the other half'
note 'both ends of TCP connections, 2,000 to a process. Events are off.'
for count in 2000 10000; do
	true_if "${cost[$count:cat $debug/sockets]} <= ${cost[$count:$tables]}"
	claim $? "with $count sockets, kmon/sockets costs no more per socket than $tables"
	true_if "10 * ${cost[$count:cat $debug/sockets]} <= ${cost[$count:ss -tunap]}"
	claim $? "and at most a tenth of ss -tunap"
done
