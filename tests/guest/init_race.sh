#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Enabling while the module is being loaded or fails to load has a clear answer.
# vm: --append slab_nomerge
. "${0%/*}/lib.sh"
need traffic enabler

unload() {
	wait_for 60 rmmod kmon || bail "the module does not unload"
}

# ENODEV is the tracing core's answer for a file that goes while it is open.
start traffic >/dev/null
start enabler "$event/enable" >"$tmp/answers"
enabler=$started
failed=0
for ((i = 0; i < 10; i++)); do
	insmod "$KMON_KO" || failed=$((failed + 1))
	unload
done
kill -TERM "$enabler"
wait "$enabler"
is $failed 0 "ten times, the module loads while another enables its event"
sed 's/^/# /' "$tmp/answers"
is "$(grep -vE '^(OK|EAGAIN|ENOENT|ENODEV) ' "$tmp/answers")" "" \
	"that one is told that it worked, or to try again, or that there is none"
within "$(awk '/^EAGAIN/ { n += $2 } END { print n + 0 }' "$tmp/answers")" 1 1000000 \
	"some came before the module was ready"
within "$(awk '/^OK/ { n += $2 } END { print n + 0 }' "$tmp/answers")" 1 1000000 \
	"some came after that"
is "$(left_behind)" "" "in the end nothing is left"

start enabler "$event/enable" >"$tmp/answers"
enabler=$started
loaded=0
for ((i = 0; i < 10; i++)); do
	insmod "$KMON_KO" owner_max=1 2>/dev/null && loaded=$((loaded + 1))
done
kill -TERM "$enabler"
wait "$enabler"
is $loaded 0 "ten times, the module fails to load while another enables its event"
sed 's/^/# /' "$tmp/answers"
is "$(grep -vE '^(EAGAIN|ENOENT|ENODEV) ' "$tmp/answers")" "" "that one is never told that it worked"
within "$(awk '/^EAGAIN/ { print $2 }' "$tmp/answers")" 1 1000000 "some came in that time"
is "$(left_behind)" "" "nothing is left of that"

load
enable
ok $? "then it loads and can be enabled"
disable
unload
done_testing
