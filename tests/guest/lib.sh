# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What every guest test shares: TAP, the module, conditions with deadlines.
#
# A test sources this file first, makes claims with ok and is, and ends with
# done_testing. It runs as root in a guest of its own.

set -u
tracing=/sys/kernel/tracing
debug=/sys/kernel/debug/kmon
event=$tracing/events/kmon/kmon_packet
tmp=$(mktemp -d)
nr_ok=0 nr_not_ok=0
pids=()
# The helpers that tests/guest/Makefile builds.
PATH=$PWD/build/test-bin:$PATH

# Ends what the test started, by pid, and leaves the guest as it was.
cleanup() {
	local pid
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null
	done
	rm -rf "$tmp"
}
trap cleanup EXIT

# ok STATUS CLAIM...: one test result. Use as: cmd; ok $? "claim".
ok() {
	local status=$1
	shift
	if [ "$status" -eq 0 ]; then
		nr_ok=$((nr_ok + 1))
		echo "ok $((nr_ok + nr_not_ok)) - $*"
	else
		nr_not_ok=$((nr_not_ok + 1))
		echo "not ok $((nr_ok + nr_not_ok)) - $*"
	fi
	return "$status"
}

# is GOT WANTED CLAIM...: equality of strings; shows both where they differ.
is() {
	local got=$1 wanted=$2
	shift 2
	[ "$got" = "$wanted" ]
	ok $? "$@" || printf '#      got: %s\n#   wanted: %s\n' "$got" "$wanted"
}

# within GOT LOW HIGH CLAIM...: a whole number in a range.
within() {
	local got=$1 low=$2 high=$3
	shift 3
	[ "$got" -ge "$low" ] && [ "$got" -le "$high" ]
	ok $? "$@" || echo "#      got: $got, not within $low to $high"
}

# skip REASON CLAIM...: one that this kernel has no means to check.
skip() {
	local reason=$1
	shift
	nr_ok=$((nr_ok + 1))
	echo "ok $((nr_ok + nr_not_ok)) - $* # SKIP $reason"
}

# skip_all REASON: there is nothing in this test that this kernel could do.
skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

done_testing() {
	echo "1..$((nr_ok + nr_not_ok))"
	[ "$nr_not_ok" -eq 0 ] && [ "$nr_ok" -gt 0 ]
	exit
}

# bail WHY...: the test cannot go on.
bail() {
	echo "Bail out! $*"
	exit 1
}

# wait_for SECONDS COMMAND...: until it succeeds; the deadline is guest time.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# start COMMAND...: in the background, ended by cleanup; pid in $started.
start() {
	"$@" &
	started=$!
	pids+=("$started")
}

# listening PORT: whether a TCP socket listens there, in this netns.
listening() {
	ss -Hltn "sport = :$1" | grep -q .
}

load() {
	insmod "$KMON_KO" "$@" || bail "the module does not load"
}

# stat NAME: one line's value from kmon/stats.
stat() {
	local name value
	while read -r name value; do
		[ "$name" != "$1" ] || echo "$value"
	done <"$debug/stats"
}

enable() {
	echo 1 >"$event/enable"
}

disable() {
	echo 0 >"$event/enable"
}

# packets: the kmon_packet records in the top buffer, one a line, text only.
packets() {
	sed -n 's/.*: kmon_packet: //p' "$tracing/trace"
}

clear_trace() {
	: >"$tracing/trace"
}

# need PROGRAM...: bails out where one is not there.
need() {
	local program
	for program; do
		command -v "$program" >/dev/null || bail "$program is missing"
	done
}

# put TEXT FILE: writes it; where that fails, the reason is in $refusal.
put() {
	refusal=$( (echo "$1" >"$2") 2>&1)
}

# buffer KIB: room for that much on each CPU in the top instance.
buffer() {
	echo "$1" >"$tracing/buffer_size_kb"
}

# lost [INSTANCE-DIR]: records that the buffer had no room for, all CPUs.
lost() {
	cat "${1:-$tracing}"/per_cpu/cpu*/stats |
		awk '/^(overrun|commit overrun|dropped events):/ { n += $NF } END { print n + 0 }'
}

# at_rest: what a loaded module with all events disabled should not have.
at_rest() {
	local name value
	while read -r name value; do
		case $name in owner_entries | owner_holds | owner_procs | tombstones)
			[ "$value" = 0 ] || echo "$name $value" ;;
		esac
	done <"$debug/stats"
	echo -n "$(<"$tracing/enabled_functions")"
}

# left_behind: what there should not be without the module. Slab caches have
# names of their own only with "# vm: --append slab_nomerge"; otherwise these are
# links to others, which the kernel leaves.
left_behind() {
	local path
	for path in "$debug" "$tracing/events/kmon" /sys/module/kmon /proc/open_ports \
		/sys/kernel/slab/kmon*; do
		[ ! -e "$path" ] || [ -L "$path" ] || echo "$path"
	done
	echo -n "$(<"$tracing/enabled_functions")"
}

# klog: the kernel log, without the time stamps.
klog() {
	dmesg | sed 's/^\[[^]]*\] //'
}
