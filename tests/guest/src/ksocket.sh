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

# column NAME: of the lines of kmon/ksocket/sockets that come in.
column() {
	awk -v name="$1" '
	NR == FNR { if (FNR == 1) for (i = 1; i <= NF; i++) at[$i] = i; next }
	{ print $at[name] }' "$ksocket/sockets" -
}

# sum NAME: a line of kmon/ksocket/summary.
sum() {
	sed -n "s/^$1 //p" "$ksocket/summary"
}

# claims_of MODULE: what a module of self-tests has claimed in the kernel log.
claims_of() {
	local line
	while read -r line; do
		case $line in
		'ok '*) ok 0 "${line#ok * - }" ;;
		'not ok '*) ok 1 "${line#not ok * - }" ;;
		'# '*) echo "$line" ;;
		esac
	done < <(klog | sed -n "s/^$1: //p")
}

# sockets_of MODULE: its lines.
sockets_of() {
	grep -F "[$1] " "$ksocket/sockets" || :
}
