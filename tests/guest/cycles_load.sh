#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Again and again loaded, used and unloaded under traffic, the module leaves nothing.
#
# KMON_CYCLES: how often, 50 unless set.
# vm: --append slab_nomerge
# timeout: 300
. "${0%/*}/lib.sh"
need traffic
nr_cycles=${KMON_CYCLES:-50}

start traffic >"$tmp/rounds"
traffic=$started
failed=0 seen=0
for ((i = 0; i < nr_cycles; i++)); do
	insmod "$KMON_KO" || failed=$((failed + 1))
	# Every second time it has something to undo.
	if [ $((i % 2)) = 1 ]; then
		enable || failed=$((failed + 1))
		traffic 1 >/dev/null
		disable || failed=$((failed + 1))
		[ "$(stat packets_in_udp)" = 0 ] || seen=$((seen + 1))
	fi
	rmmod kmon || failed=$((failed + 1))
done
is $failed 0 "$nr_cycles times, the module can be loaded, used and unloaded under traffic"
is $seen $((nr_cycles / 2)) "each time that the event was enabled, packets were seen"
is "$(left_behind)" "" "then nothing is left"

# Traffic that goes on would run into any hook that had stayed.
traffic 20 >/dev/null
ok $? "and traffic goes on"
kill -TERM "$traffic"
wait "$traffic"
within "$(cat "$tmp/rounds")" 100 100000000 "there was traffic all the time"
done_testing
