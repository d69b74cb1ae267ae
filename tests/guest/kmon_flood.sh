#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A flood through a slow reader: nothing is lost, or what is lost is counted.
# vm: -m 2048
# timeout: 900
. "${0%/*}/lib.sh"
need kmon jq datagrams

# flood COUNT ARG...: as many datagrams while kmon watch --json ARG... runs into
# $tmp/fifo, then its end.
flood() {
	local count=$1
	shift
	kmon watch --json -e packet "$@" >"$tmp/fifo" 2>"$tmp/err" &
	watcher=$!
	wait_for 60 grep -qs '[1X]' "$tracing/instances/kmon-$watcher/events/kmon/enable" ||
		bail "kmon does not record: $(cat "$tmp/err")"
	[ -z "$stopped" ] || kill -STOP $watcher
	echo "# $count datagrams in $(datagrams "$count") ms"
	kill -CONT $watcher
	kill -INT $watcher
	instance=$tracing/instances/kmon-$watcher
	kib=$(cat "$instance"/per_cpu/cpu*/buffer_size_kb | awk "{ n += \$1 } END { print n }")
	peak=0
	while kill -0 $watcher 2>/dev/null; do
		now=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$watcher/status" 2>/dev/null)
		[ "${now:-0}" -le "$peak" ] || peak=$now
		sleep 0.5
	done
	wait $watcher
	status=$?
	wait "$jq"
}

load
mkfifo "$tmp/fifo"
# At default settings, jq being much slower than kmon.
stopped=''
jq -c . <"$tmp/fifo" >"$tmp/out" &
jq=$!
flood 100000
is "$status $(cat "$tmp/err")" "0 " "it ends well, and tells of no loss"
is "$(wc -l <"$tmp/out")" 200000 "100,000 datagrams: none of 200,000 records is lost"
is "$(grep -c '"event":"packet".*"dir":"out"' "$tmp/out")" 100000 "half of them went out"
echo "# $kib KiB of kernel buffers, $peak KiB at most of the program's"
within $((kib + peak)) 1 $((128 * 1024)) "kernel's buffers and program's memory are at most 128 MiB"

# With a buffer that is too small on purpose, and nobody who empties it.
stopped=yes
jq -c . <"$tmp/fifo" >"$tmp/out" &
jq=$!
flood 5000 --buffer 64
seen=$(grep -c '"event":"packet"' "$tmp/out")
told=$(jq -n '[inputs | select(.event == "lost").count] | add' "$tmp/out")
echo "# $seen seen, $told lost"
within "$seen" 1 9999 "a buffer of 64 KiB: not all are seen"
is $((seen + told)) 10000 "what is seen and what is told to be lost is what was sent"
is "$status $(cat "$tmp/err")" \
	"0 kmon: $told records were lost, $seen shown: try a larger --buffer, or a filter" \
	"the sum is told at the end"
is "$(grep -n '"event":"lost"' "$tmp/out" | head -n 1 | cut -d: -f 1)" 1 \
	"the loss is told before the records that came after it"
stopped=''
jq -c . <"$tmp/fifo" >"$tmp/out" &
jq=$!
flood 20000 --buffer 64
seen=$(grep -c '"event":"packet"' "$tmp/out")
told=$(jq -n '[inputs | select(.event == "lost").count] | add // 0' "$tmp/out")
echo "# $seen seen, $told lost"
is $((seen + told)) 40000 "so it is with a reader that is only slow"
done_testing
