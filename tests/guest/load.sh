#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module loads and unloads without a complaint and leaves nothing.
# vm: --append slab_nomerge
. "${0%/*}/lib.sh"

# The kernel's own line about a module from elsewhere is no complaint.
said() {
	klog | grep -i kmon | grep -v 'loading out-of-tree module taints kernel\|module verification failed'
}

is "$(left_behind)" "" "before, there is nothing of it"
insmod "$KMON_KO" 2>"$tmp/err"
ok $? "it loads" || sed 's/^/# /' "$tmp/err"
is "$(said)" "kmon: loaded, trace record version 1" "it says one line"
is "$(at_rest)" "" "it hooks nothing yet"
is "$(find "$tracing/events/kmon" -mindepth 1 -type d -printf '%f\n' | sort | paste -sd ' ')" \
	"kmon_packet kmon_process_exit kmon_socket" "its events are there"
rmmod kmon
ok $? "it unloads"
is "$(said | tail -n +2 | grep -c '^kmon: unloaded after 0 process exits')" 1 "it says so"
is "$(left_behind)" "" "and leaves nothing"
done_testing
