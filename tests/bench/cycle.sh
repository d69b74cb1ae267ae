#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a TCP connection costs from socket(2) to both ends closed.
# vm: -m 1024
# timeout: 1200
. "${0%/*}/lib.sh"

batches=2000 size=5
declare -A cost

none() { :; }
queue() { events net/net_dev_queue; }
both() { events net/net_dev_queue net/netif_receive_skb; }
kmon_on() { events kmon/kmon_packet; }
# Packets are looked at, and what is known of them is thrown away.
kmon_filtered() {
	echo 'len > 9999999' > "$kmon/filter" || fail 'no filter'
	events kmon/kmon_packet
}

# In a namespace of its own, whose end is the end of what is in TIME_WAIT. All
# that the machine does counts, as much of what a connection costs is put off
# to a grace period: the mean, ticks included.
cycle() {
	local line

	# shellcheck disable=SC2016 # expanded by the inner shell
	line=$(unshare --net bash -c '
		ip link set lo up
		segments() { awk "/^Tcp:/ && n++ { print \$11 }" /proc/net/snmp; }
		before=$(segments)
		build/bench/cycle "$@" || exit 1
		echo "$before $(segments)"' cycle $batches $size 1000) || fail 'cycle failed'
	# shellcheck disable=SC2086 # words
	set -- $line
	mean=$4 packets=$(calc "($8 - $7) / ($batches * $size + 1000)")
	sleep 2
}

# setup FUNCTION TITLE: one row; the cheaper of two runs.
setup() {
	local first added='' per=''

	"$1"
	cycle
	first=$mean
	cycle
	true_if "$first > $mean" || mean=$first
	quiesce
	cost[$2]=$mean
	progress "$2: $mean"
	if [ "$1" != none ]; then
		added=$(calc "$mean - ${cost[$absent]}")
		per=$(calc "100 * $added / ${cost[$absent]}")
	fi
	row "$2" "$mean" "$added" "$per"
}

# per_event TITLE FUNCTION: what an event costs where no connection begins or
# ends, to tell the packets' part of a cycle from the hooks'.
per_event() {
	local off

	measure tcp 400 25
	measure tcp 400 25
	off=$quiet
	"$2"
	measure tcp 400 25
	quiesce
	calc "($quiet - $off) / 4"
}

absent='module absent'
columns setup=set-up instructions='instructions per cycle' added=added \
	percent='added in %'
cycle
setup none "$absent"
setup queue net:net_dev_queue
setup both 'net_dev_queue + netif_receive_skb'
load_module
setup none 'loaded, events off'
setup kmon_on kmon:kmon_packet
setup kmon_filtered "kmon_packet, filter 'len > 9999999'"
setup none 'events off after use'
events_in_cycle=$(calc "2 * $packets")
recorded=$(per_event recorded kmon_on)
filtered=$(per_event filtered kmon_filtered)
note "cycle: socket, bind, connect, accept, close both ends; one process, loopback, $packets packets"
note 'The mean with timer ticks and all that is put off to softirq, grace periods and workers.'
note "An event of kmon_packet costs $recorded on a standing connection, $filtered where it is filtered out."
for kind in "kmon:kmon_packet=$recorded" "kmon_packet, filter 'len > 9999999'=$filtered"; do
	title=${kind%=*}
	added=$(calc "${cost[$title]} - ${cost[$absent]}")
	hooks=$(calc "$added - $events_in_cycle * ${kind##*=}")
	note "$title: $added - $events_in_cycle events x ${kind##*=} =" \
		"$hooks for the life-cycle hooks and their table"
	true_if "$hooks <= ${cost[$absent]} / 10"
	claim $? "$title: the life-cycle hooks add at most 10 % to a cycle" \
		"($(calc "100 * $hooks / ${cost[$absent]}") %)"
done
for title in 'loaded, events off' 'events off after use'; do
	percent=$(calc "100 * (${cost[$title]} - ${cost[$absent]}) / ${cost[$absent]}")
	true_if "$percent <= 0.2"
	claim $? "$title: a cycle costs what it does without the module, within 0.2 % ($percent %)"
done
