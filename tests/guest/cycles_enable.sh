#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A hundred times enabled and disabled under traffic, the event leaves nothing.
# vm: --append slab_nomerge
# timeout: 300
. "${0%/*}/lib.sh"
need traffic

load
start traffic >"$tmp/rounds"
traffic=$started
failed=0
for ((i = 0; i < 100; i++)); do
	enable || failed=$((failed + 1))
	disable || failed=$((failed + 1))
done
is $failed 0 "a hundred times, the event can be enabled and disabled under traffic"
is "$(at_rest)" "" "then nothing is left running"
is "$(cat /sys/module/kmon/refcnt)" 0 "nothing holds the module"
within "$(($(stat packets_in_tcp) + $(stat packets_in_udp)))" 100 100000000 "packets were seen"

# Any hook that had stayed would count.
counted() {
	awk '/^(packets|source)_/ { n += $2 } END { print n }' "$debug/stats"
}
before=$(counted)
traffic 10 >/dev/null
is "$(counted)" "$before" "no packet is seen any more"
kill -TERM "$traffic"
wait "$traffic"
within "$(cat "$tmp/rounds")" 100 100000000 "there was traffic all the time"
rmmod kmon
ok $? "the module unloads"
is "$(left_behind)" "" "and leaves nothing"
done_testing
