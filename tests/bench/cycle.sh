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

# The life-cycle hooks, with a record made of what each sees and thrown away,
# and no packet looked at.
hooks_alone() {
	echo 'pid == -2' > "$kmon_socket/filter" || fail 'no filter'
	events kmon/kmon_socket
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

absent='module absent'
columns setup=set-up instructions='instructions per cycle' added=added \
	percent='added in %'
cycle
setup none "$absent"
setup queue net:net_dev_queue
setup both 'net_dev_queue + netif_receive_skb'
load_module
setup none 'loaded, events off'
setup hooks_alone "kmon_socket, filter 'pid == -2'"
setup kmon_on kmon:kmon_packet
setup kmon_filtered "kmon_packet, filter 'len > 9999999'"
setup none 'events off after use'
note "cycle: socket, bind, connect, accept, close both ends; one process, loopback, $packets packets"
note 'The mean with timer ticks and all that is put off to softirq, grace periods and workers.'
note "kmon_packet has $(calc "2 * $packets") events in it, most of them the first or last of their socket."
hooks=$(calc "100 * (${cost["kmon_socket, filter 'pid == -2'"]} - ${cost[$absent]}) / ${cost[$absent]}")
true_if "$hooks <= 10"
claim $? "the life-cycle hooks add at most 10 % to a cycle ($hooks %)"
for title in 'loaded, events off' 'events off after use'; do
	percent=$(calc "100 * (${cost[$title]} - ${cost[$absent]}) / ${cost[$absent]}")
	true_if "$percent <= 0.2"
	claim $? "$title: a cycle costs what it does without the module, within 0.2 % ($percent %)"
done
