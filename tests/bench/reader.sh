#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What it costs to read an event, and to list sockets, beside others' tools.
# vm: -m 2000
# timeout: 1800
. "${0%/*}/lib.sh"
PATH=$PWD/build/user/bin:$PATH

# Two records each; all of them fit into the buffers of every reader.
datagrams=15000
records=$((2 * datagrams))
sockets=5000

# used COMMAND...: what it costs, in $cost.
used() {
	cost=$(build/bench/spend "$@") || fail "$1 failed"
}

# live CHECK COMMAND...: a reader in the background while datagrams are sent, or
# none with $idle set; interrupted once CHECK says that it has them all.
live() {
	local check=$1 end=$((SECONDS + 600)) wanted=$records
	shift
	[ -z "$idle" ] || wanted=0
	build/bench/spend "$@" > "$tmp/cost" 2> "$tmp/tool.log" &
	reader=$!
	until grep -qsx 1 "$kmon/enable" "$tracing"/instances/*/events/kmon/kmon_packet/enable; do
		kill -0 $reader 2> /dev/null || fail "$1 ended: $(cat "$tmp/tool.log")"
		[ $SECONDS -lt $end ] || fail "$1 is not ready"
		sleep 0.2
	done
	sleep 1
	[ -n "$idle" ] || build/bench/udp 1 $datagrams 0 > /dev/null || fail "cannot send"
	until [ "$("$check")" -ge $wanted ]; do
		[ $SECONDS -lt $end ] || fail "$1 has only $("$check") records"
		sleep 0.5
	done
	sleep 1
	kill -INT $reader
	wait $reader || fail "$1 failed: $(cat "$tmp/tool.log")"
	reader=''
	cost=$(<"$tmp/cost")
}

# The file's lines, where one is a record; nothing where there is none yet.
lines() {
	if [ -e "$tmp/file" ]; then wc -l < "$tmp/file"; else echo 0; fi
}

# trace-cmd's buffers are only copied when they are full, or at the end.
at_once() {
	echo $records
}

# per_event CHECK COMMAND...: what a record costs, without start and end.
per_event() {
	local without
	idle=yes
	rm -f "$tmp/file"
	live "$@"
	without=$cost
	quiesce
	idle=''
	rm -f "$tmp/file"
	live "$@"
	each=$(calc "($cost - $without) / $records")
	quiesce
}

declare -A event
reading() {
	local name=$1 what=$2
	shift 2
	per_event "$@"
	event[$name]=$each
	progress "$what: $each"
	row reading "$what" "$each" ''
}

columns load=load what=what each=instructions ratio=ratio
load_module
reading watch 'kmon watch -o FILE' lines kmon watch -e packet -o "$tmp/file"
reading json 'kmon watch --json -o FILE' lines kmon watch --json -e packet -o "$tmp/file"

# A pipe of text, enabled by hand.
pipe() {
	echo 16384 > "$tracing/buffer_size_kb"
	events kmon/kmon_packet
	exec cat "$tracing/trace_pipe" > "$tmp/file"
}
export -f pipe events fail
export tracing tmp name
reading pipe 'cat trace_pipe > FILE' lines bash -c pipe
reading record 'trace-cmd record' at_once trace-cmd record -q -b 16384 -e kmon:kmon_packet -o "$tmp/trace.dat"
# Their own work only: no plugin of ours or others.
nr=$(trace-cmd report -N -i "$tmp/trace.dat" 2> /dev/null | grep -c kmon_packet:)
used trace-cmd report -N -i "$tmp/trace.dat"
[ "$nr" -ge $records ] || fail "trace-cmd has only $nr records"
event[report]=$(calc "$cost / $nr")
row reading 'trace-cmd report' "${event[report]}" ''
export TRACEEVENT_PLUGIN_DIR=$PWD/build/user/plugins
used trace-cmd report -i "$tmp/trace.dat"
row reading 'trace-cmd report with plugin_kmon' "$(calc "$cost / $nr")" ''
rm -f "$tmp/trace.dat"
# Of both, for comparison with watch, which does both.
both=$(calc "${event[record]} + ${event[report]}")

true_if "${event[pipe]} >= 10 * ${event[watch]}"
claim $? "kmon watch is 10 times cheaper for each event than cat trace_pipe" \
	"($(calc "${event[pipe]} / ${event[watch]}"))"
true_if "$both >= 3 * ${event[watch]}"
claim $? "and 3 times cheaper than trace-cmd record and report" \
	"($(calc "$both / ${event[watch]}"))"

build/bench/hold $sockets 500 > "$tmp/hold" &
holder=$!
until grep -q ready "$tmp/hold"; do
	kill -0 $holder || fail "cannot hold $sockets sockets"
	sleep 0.2
done
settle
# listing WHAT SHAPE COUNT COMMAND...: that many lines of this shape, at least.
listing() {
	local what=$1 shape=$2 count=$3
	shift 3
	[ "$("$@" 2> /dev/null | grep -cE "$shape")" -ge "$count" ] ||
		fail "$* does not show $count sockets"
	used "$@"
	event[$what]=$cost
	progress "$*: $cost"
	row sockets "$*" "$(calc "$cost / $sockets")" "$(calc "$cost / ${event[ss]}")"
}
listing ss '"hold"' $sockets ss -tunap
listing cat ' hold$' $sockets cat /sys/kernel/debug/kmon/sockets
listing sockets ' hold/' $sockets kmon sockets
listing port ' hold/' 10 kmon port --all 10000
for what in sockets port; do
	true_if "${event[ss]} >= 10 * ${event[$what]}"
	claim $? "kmon $what costs a tenth of ss -tunap ($(calc "${event[ss]} / ${event[$what]}"))"
done
note "reading: for each of $records records; the cost of starting and ending is left out."
note "sockets: user and system, for each of $sockets sockets of 10 processes, ss -tunap as the measure."
kill $holder
