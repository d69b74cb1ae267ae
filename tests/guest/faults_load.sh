#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whatever fails while the module is loaded, there is an answer and nothing left.
# variant: faults
# vm: --append slab_nomerge
. "${0%/*}/lib.sh"
nr_max=200

hit() {
	[ "$(cat /sys/module/kmon/parameters/fault_count)" -ge "$1" ]
}

for ((n = 1; n < nr_max; n++)); do
	dmesg -C
	if insmod "$KMON_KO" fault_at=$n owner_max=16 tombstone_max=16 2>"$tmp/err"; then
		hit $n || break
		# It can do without what failed.
		enable
		ok $? "call $n fails: it loads all the same, and can be enabled"
		disable
		rmmod kmon
	else
		is "$(grep -o 'Cannot allocate memory' "$tmp/err")" "Cannot allocate memory" \
			"call $n fails: insmod says why"
		within "$(klog | grep -c '^kmon: .*-12')" 1 2 "call $n fails: so does the kernel log"
	fi
	is "$(left_behind)" "" "call $n fails: nothing is left"
done
within $n 5 $((nr_max - 1)) "every wrapped call has failed once: $((n - 1))"
echo 0 >/sys/module/kmon/parameters/fault_at
enable
ok $? "when none fails, it loads and can be enabled"
disable
rmmod kmon
ok $? "and unloads"
is "$(left_behind)" "" "and leaves nothing"
done_testing
