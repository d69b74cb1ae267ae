#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A bad parameter keeps the module from loading, with one clear line.
# vm: --append slab_nomerge
. "${0%/*}/lib.sh"

# refused PARAMETER=VALUE REGEX: nothing is loaded, one line says why.
refused() {
	local lines

	dmesg -C
	! insmod "$KMON_KO" "$1" 2>"$tmp/err"
	ok $? "$1: insmod fails"
	is "$(wc -l <"$tmp/err")" 1 "$1: with one line"
	lines=$(klog | grep -E "${1%%=*}")
	is "$(grep -cE "^kmon: .*$2" <<<"$lines")" 1 "$1: a line in the kernel log says why" ||
		klog | sed 's/^/# /'
	is "$(wc -l <<<"$lines")" 1 "$1: and only one"
	is "$(left_behind)" "" "$1: nothing is left"
}

for name in owner_max tombstone_max; do
	refused $name=5 "$name=5 .*16 to 4194304"
	refused $name=15 "$name=15 .*16 to 4194304"
	refused $name=4194305 "$name=4194305 .*16 to 4194304"
	refused $name=abc "abc.*$name"
	refused $name=-1 "-1.*$name"
	refused $name=99999999999 "99999999999.*$name"
done

# That one is the kernel's own: it loads, and tells.
dmesg -C
insmod "$KMON_KO" nosuch=1
ok $? "nosuch=1: loads"
is "$(klog | grep -c "^kmon: unknown parameter 'nosuch' ignored")" 1 "nosuch=1: is told of"
rmmod kmon

for limit in 16 4194304; do
	insmod "$KMON_KO" owner_max=$limit tombstone_max=$limit
	ok $? "$limit: is within the range"
	is "$(stat owner_limit) $(stat tombstone_limit)" "$limit $limit" "$limit: is in kmon/stats"
	is "$(cat /sys/module/kmon/parameters/owner_max)" $limit "$limit: and in sysfs"
	enable
	ok $? "$limit: the event can be enabled"
	disable
	rmmod kmon
done

# Without any, memory decides.
load
within "$(stat owner_limit)" 4096 1048576 "by itself, the number of sockets has its limit"
within "$(stat tombstone_limit)" 4096 1048576 "and that of closed connections too"
rmmod kmon
is "$(left_behind)" "" "in the end nothing is left"
done_testing
