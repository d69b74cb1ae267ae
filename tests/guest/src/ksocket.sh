# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Modules that use ksocket, and its files. Sourced after lib.sh.

ksocket=$debug/ksocket
modules=${KMON_KO%/*}

# use MODULE [PARAM...]: loads a sample, or the self-test.
use() {
	local ko
	ko=$(ls "$modules"/*/"$1.ko") || bail "$1 was not built"
	shift
	insmod "$ko" "$@"
}

# said LINE: whether the kernel log has it, as a whole line.
said() {
	klog | grep -qxF -- "$1"
}

# unload_soon MODULE: rmmod, which may take a second.
unload_soon() {
	local begin end
	begin=$(date +%s%N)
	rmmod "$1"
	ok $? "$1 unloads"
	end=$(date +%s%N)
	within $(((end - begin) / 1000000)) 0 999 "$1 has done so within a second"
}

# column NAME: of kmon/ksocket/sockets, of all lines that come in on stdin.
column() {
	awk -v name="$1" 'NR == FNR { for (i = NF; $i != name; i--); exit } END { print i }' \
		"$ksocket/sockets" |
		{ read -r nr && awk -v nr="$nr" '{ print $nr }'; }
}

# sockets_of MODULE: its lines.
sockets_of() {
	grep -F "[$1] " "$ksocket/sockets"
}
