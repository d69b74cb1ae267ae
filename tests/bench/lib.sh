# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the benches share inside the guest: the loops, set-ups, rows of results.
#
# A bench sources this file first. It runs as root in an icount guest of its
# own, in the checkout, where 1 ns of CLOCK_MONOTONIC is one instruction.

set -u
name=$(basename "$0" .sh)
tracing=/sys/kernel/tracing
kmon=$tracing/events/kmon/kmon_packet kmon_socket=$tracing/events/kmon/kmon_socket
results=$OUT/$name.tsv
tmp=$(mktemp -d)
: > "$results"

# fail WHY...: the bench cannot go on.
fail() {
	echo "bench $name: $*" >&2
	exit 1
}

# Results, one line each: how tests/bench/run prints them is its business.
# columns KEY=TITLE...: of the table; row CELL...: one line of the table.
columns() { record head "$@"; }
row() { record row "$@"; }
note() { record note "$*"; }

record() {
	local IFS=$'\t'
	printf '%s\n' "$*" >> "$results"
}

# claim STATUS TEXT...: a promise of the project, and whether it is kept.
# Use as: test; claim $? "text".
claim() {
	local word=met
	[ "$1" -eq 0 ] || word=missed
	shift
	record claim $word "$*"
}

# print_rows GROUP...: rows that were recorded as row-GROUP, a group at a time.
print_rows() {
	local group

	for group; do
		sed -n "s/^row-$group\t/row\t/p" "$results"
	done > "$tmp/rows"
	sed -i '/^row-/d' "$results"
	cat "$tmp/rows" >> "$results"
}

# calc EXPRESSION: arithmetic with two decimals. true_if: a comparison.
calc() {
	awk "BEGIN { printf \"%.2f\", $1 }"
}

true_if() {
	awk "BEGIN { exit !($1) }"
}

# progress TEXT...: the guest is slow, so each measurement is shown at once.
progress() {
	printf '%s: %s\n' "$name" "$*" >&2
}

# measure PROGRAM BATCHES SIZE [WARMUP]: instructions per operation in $quiet
# (nothing but the operation) and $mean (all that the machine did meanwhile).
measure() {
	local line word share

	line=$("build/bench/$1" "$2" "$3" "${4:-2000}") || fail "$1 failed"
	# shellcheck disable=SC2034 # for the benches
	read -r word quiet word mean word share <<< "$line"
	[ -n "${share:-}" ] || fail "$1 printed '$line'"
}

# least PROGRAM BATCHES SIZE RUNS: the cheapest of several runs, in $quiet. A TCP
# exchange costs two or four instructions more on some connections than on
# others, for as long as the connection lasts; a few runs find a cheap one.
least() {
	local run best=''

	for ((run = 0; run < $4; run++)); do
		measure "$1" "$2" "$3" 1000
		true_if "${best:-$quiet} < $quiet" || best=$quiet
	done
	quiet=$best
}

# What is recorded stays in memory, the oldest first overwritten, as if a
# reader came only now and then. The warm-up fills the buffer once.
tracing_prepare() {
	echo 0 > "$tracing/events/enable"
	echo 256 > "$tracing/buffer_size_kb"
	echo 1 > "$tracing/options/overwrite"
	echo 1 > "$tracing/tracing_on"
}

# events NAME...: enables system/event, fails loudly.
events() {
	local event
	for event; do
		echo 1 > "$tracing/events/$event/enable" || fail "cannot enable $event"
	done
}

# Ends every set-up: what it may have enabled, started or filtered.
reader=''
quiesce() {
	if [ -n "$reader" ]; then
		kill -INT "$reader"
		wait "$reader" 2> /dev/null
		reader=''
	fi
	echo 0 > "$tracing/events/enable"
	[ ! -e "$kmon" ] || echo 0 | tee "$kmon/filter" "$kmon_socket/filter" > /dev/null
	echo > "$tracing/kprobe_events"
	echo > "$tracing/trace"
	settle
}

# Work that was put off (grace periods, queued frees) ends in idle time, which
# costs nothing here.
settle() {
	sleep 0.5
}

load_module() {
	insmod "$KMON_KO" || fail 'the module does not load'
	settle
}

unload_module() {
	rmmod kmon || fail 'the module does not unload'
	settle
}

# read_by WORD COMMAND...: starts a reader of packets, which is ready once it
# has said WORD; what it says is in $reader_log.
reader_log=$tmp/reader.log
read_by() {
	local word=$1 end=$((SECONDS + 300))
	shift
	"$@" > "$reader_log" 2>&1 &
	reader=$!
	until grep -q "$word" "$reader_log"; do
		kill -0 $reader 2> /dev/null || fail "$1 ended: $(cat "$reader_log")"
		[ $SECONDS -lt $end ] || fail "$1 is not ready"
		sleep 0.2
	done
	sleep 1
}

# Instructions that the reader's threads have used so far.
reader_used() {
	cat /proc/"$reader"/task/*/schedstat | awk '{ sum += $1 } END { print sum }'
}

# snmp PROTO FIELD: a counter of the protocol from /proc/net/snmp.
snmp() {
	awk -v proto="$1:" -v field="$2" '
	$1 == proto && !n { for (n = NF; $n != field; n--); next }
	$1 == proto { print $n }' /proc/net/snmp
}

tracing_prepare
trap 'rm -rf "$tmp"' EXIT
