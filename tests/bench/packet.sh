#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a packet costs while nobody looks, while kmon looks, while others look.
# vm: -m 1024
# timeout: 1800
. "${0%/*}/lib.sh"

# Enough to be repeatable to far less than one instruction: batches short
# enough that most see no timer tick (every 4 million instructions), many
# enough that a page of the trace buffer ends evenly often in them.
declare -A batches=([udp]=400 [tcp]=100) size=([udp]=50 [tcp]=25) runs=([udp]=2 [tcp]=10)
declare -A counter=([udp]='Udp InDatagrams' [tcp]='Tcp InSegs')
declare -A base base_mean packets unit cost

out=__ip_local_out in=ip_local_deliver

kmon_on() { events kmon/kmon_packet; }
queue() { events net/net_dev_queue; }
receive() { events net/netif_receive_skb; }
both() { events net/net_dev_queue net/netif_receive_skb; }
kprobes() {
	printf 'p:bench/out %s\np:bench/in %s\n' $out $in > "$tracing/kprobe_events" ||
		fail 'no kprobe events'
	events bench/out bench/in
}
capture() {
	read_by 'listening on' tcpdump -i lo -B 8192 -w "$tmp/capture"
}
count() {
	read_by ready bpftrace -e "BEGIN { printf(\"ready\n\") }
		kprobe:$out, kprobe:$in { @[pid, comm] = count(); }"
}
print() {
	BPFTRACE_PERF_RB_PAGES=2048 read_by ready bpftrace -e "BEGIN { printf(\"ready\n\") }
		kprobe:$out, kprobe:$in { printf(\"%d %s\n\", pid, comm); }"
}

# loads SETUP TITLE EVENTS: both loads under a set-up that makes EVENTS records
# of each packet.
loads() {
	local load

	for load in udp tcp; do
		"$1"
		least $load "${batches[$load]}" "${size[$load]}" "${runs[$load]}"
		quiesce
		keep $load "$2" "$3" "$quiet" "${base[$load]}"
	done
}

# with_reader SETUP TITLE: likewise where a process consumes what is recorded.
# All that the machine does counts, also what the reader does after the last
# packet; so this is compared with the mean, ticks included, of nothing.
with_reader() {
	local load used

	for load in udp tcp; do
		"$1"
		measure $load 400 "${size[$load]}" 0
		used=$(reader_used)
		sleep 3
		mean=$(calc "$mean + ($(reader_used) - $used) / (400 * ${size[$load]})")
		quiesce
		keep $load "$2" 2 "$mean" "${base_mean[$load]}"
		seen $load "$2"
	done
}

# seen LOAD TITLE: a reader that missed some looks cheaper than it is. tcpdump
# leaves out what goes out where it also comes in.
seen() {
	local events=$((400 * size[$1] * packets[$1])) got=0

	case $2 in
	tcpdump*) got=$(awk '/packets captured/ { print $1 }' "$reader_log") ;;
	*count*) got=$(awk '/^@/ { n += $NF } END { print int(n / 2) }' "$reader_log") ;;
	*print*) got=$(($(grep -c "^[0-9]* $1$" "$reader_log") / 2)) ;;
	esac
	[ "$got" -ge $events ] || note "$1, $2: saw only $got of $events packets"
}

# keep LOAD TITLE EVENTS COST BASE: one row. The first one with an event of
# its own per packet is the unit that the others are compared with.
keep() {
	local load=$1 title=$2 events=$3 added='' ratio=''

	cost[$load:$title]=$4
	[ "$events" = 0 ] || progress "$load, $title: $4"
	if [ "$events" -gt 0 ]; then
		added=$(calc "($4 - $5) / ${packets[$load]} / $events")
		: "${unit[$load]:=$added}"
		ratio=$(calc "$added / ${unit[$load]}")
		cost[$load:ratio:$title]=$ratio
	fi
	record "row-$load" "$load" "$title" "$4" "$added" "$ratio"
}

# What an operation is in packets, and nothing's cost with and without ticks.
baseline() {
	local load before after

	for load in udp tcp; do
		# The first connection also fills the cache of route metrics.
		measure $load 40 "${size[$load]}"
		# shellcheck disable=SC2086 # two words
		before=$(snmp ${counter[$load]})
		measure $load 400 "${size[$load]}"
		# shellcheck disable=SC2086
		after=$(snmp ${counter[$load]})
		packets[$load]=$(awk -v n="$((after - before))" \
			-v ops="$((400 * size[$load] + 2000))" \
			'BEGIN { printf "%.0f", n / ops }')
		base_mean[$load]=$mean
	done
}

absent='module absent' off='loaded, events off' used='events off after use'

# cheaper TITLE: both loads once more with no event on; keeps the least so far.
cheaper() {
	local load key

	for load in udp tcp; do
		key=$load:$1
		least $load "${batches[$load]}" "${size[$load]}" $((runs[$load] / 2))
		progress "$load, $1: $quiet"
		true_if "${cost[$key]:-$quiet} < $quiet" || cost[$key]=$quiet
	done
}

# In turns, as the luck of connections also changes slowly: before the module,
# with it, after an enable and a disable.
nothing() {
	local round load title

	for round in 1 2 3 4; do
		cheaper "$absent"
		load_module
		cheaper "$off"
		kmon_on
		quiesce
		cheaper "$used"
		[ $round = 4 ] || unload_module
	done
	for load in udp tcp; do
		base[$load]=${cost[$load:$absent]}
		for title in "$absent" "$off" "$used"; do
			keep $load "$title" 0 "${cost[$load:$title]}" ''
		done
	done
}

# The largest difference between the three ways to have no event on.
spread() {
	printf '%s\n' "${cost[$1:$absent]}" "${cost[$1:$off]}" "${cost[$1:$used]}" |
		sort -n | awk 'NR == 1 { min = $1 } END { printf "%.2f", $1 - min }'
}

claims() {
	local load range ratio

	for load in udp tcp; do
		range=$(spread $load)
		true_if "$range <= ${packets[$load]}"
		claim $? "$load: loaded with events off costs what no module costs, within" \
			"1 instruction per packet (range $range)"
		ratio=${cost[$load:ratio:kmon:kmon_packet]}
		true_if "$ratio <= 1.35"
		claim $? "$load: kmon_packet adds at most 1.35 x what net:net_dev_queue adds" \
			"($ratio, goal 1.2)"
	done
}

columns load=load setup=set-up instructions='instructions per operation' \
	added='added per packet event' ratio='ratio to net_dev_queue'
baseline
nothing
loads queue net:net_dev_queue 1
loads kmon_on kmon:kmon_packet 2
loads receive net:netif_receive_skb 1
loads both 'net_dev_queue + netif_receive_skb' 2
loads kprobes 'kprobe events on output + input' 2
with_reader capture 'tcpdump -w'
with_reader count 'bpftrace count by pid, comm'
with_reader print 'bpftrace print pid, comm'
cheaper 'nothing again'
for load in udp tcp; do
	keep $load 'nothing again' 0 "${cost[$load:nothing again]}" ''
done
print_rows udp tcp
note "udp: one 64-byte datagram over loopback, sent and received by one process: ${packets[udp]} packet"
note "tcp: a 64-byte request and response on one connection of one process: ${packets[tcp]} packets"
note 'A packet on loopback goes out and comes in: two events of kmon_packet.'
note 'Included: making the record in a 256 KiB buffer that overwrites the oldest; not reading it.'
note 'tcpdump and bpftrace: all that the machine does, their own work until they have drained included.'
claims
