#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a packet costs while nobody looks, while kmon looks, while others look.
# vm: -m 1024
# timeout: 1800
. "${0%/*}/lib.sh"

# Enough to be repeatable to far less than one instruction: batches short
# enough that most see no timer tick (every 4 million instructions), many
# enough that a page of the trace buffer ends evenly often in them.
declare -A batches=([udp]=800 [tcp]=800) size=([udp]=50 [tcp]=25)
declare -A counter=([udp]='Udp InDatagrams' [tcp]='Tcp InSegs')
declare -A base base_mean packets unit cost

out=__ip_local_out in=ip_local_deliver

none() { :; }
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
# of each packet; keeps the cheaper of two runs, as a connection may be a
# little unlucky in what it shares a cache or a hash chain with.
loads() {
	local load best

	for load in udp tcp; do
		"$1"
		measure $load "${batches[$load]}" "${size[$load]}"
		best=$quiet
		measure $load "${batches[$load]}" "${size[$load]}"
		quiesce
		true_if "$best < $quiet" || best=$quiet
		keep $load "$2" "$3" "$best" "${base[$load]:-$best}"
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
	progress "$load, $title: $4"
	if [ "$events" -gt 0 ]; then
		added=$(calc "($4 - $5) / ${packets[$load]} / $events")
		: "${unit[$load]:=$added}"
		ratio=$(calc "$added / ${unit[$load]}")
		cost[$load:ratio:$title]=$ratio
	fi
	[[ $title == *"(2)" ]] || record "row-$load" "$load" "${title% (1)}" "$4" "$added" "$ratio"
}

# What an operation is in packets, and nothing's cost with and without ticks.
baseline() {
	local load before after

	for load in udp tcp; do
		# The first connection also fills the cache of route metrics.
		measure $load 40 "${size[$load]}"
		# shellcheck disable=SC2086 # two words
		before=$(snmp ${counter[$load]})
		measure $load "${batches[$load]}" "${size[$load]}"
		# shellcheck disable=SC2086
		after=$(snmp ${counter[$load]})
		packets[$load]=$(awk -v n="$((after - before))" \
			-v ops="$((batches[$load] * size[$load] + 2000))" \
			'BEGIN { printf "%.0f", n / ops }')
		base_mean[$load]=$mean
	done
}

absent='module absent' off='loaded, events off' used='events off after use'

# Twice, in turns: before the module, with it, after an enable and a disable.
nothing() {
	local round

	for round in 1 2; do
		loads none "$absent ($round)" 0
		load_module
		loads none "$off ($round)" 0
		kmon_on
		quiesce
		loads none "$used ($round)" 0
		[ $round = 2 ] || unload_module
	done
	for load in udp tcp; do
		base[$load]=${cost[$load:$absent (1)]}
	done
}

# The largest difference between two of the six ways to have no event on.
spread() {
	local key
	for key in "${!cost[@]}"; do
		case $key in
		"$1:$absent ("* | "$1:$off ("* | "$1:$used ("*) echo "${cost[$key]}" ;;
		esac
	done | sort -n | awk 'NR == 1 { min = $1 } END { printf "%.2f", $1 - min }'
}

claims() {
	local load range ratio

	for load in udp tcp; do
		range=$(spread $load)
		true_if "$range <= ${packets[$load]}"
		claim $? "$load: loaded with events off costs what no module costs, within" \
			"1 instruction per packet (six measurements, range $range)"
		ratio=${cost[$load:ratio:kmon:kmon_packet]}
		true_if "$ratio <= 1.6"
		claim $? "$load: kmon_packet adds at most 1.6 x what net:net_dev_queue adds" \
			"($ratio, goal 1.2)"
	done
}

head load=load setup=set-up instructions='instructions per operation' \
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
loads none 'nothing again' 0
# One load after the other, in the order in which they were measured.
for load in udp tcp; do
	sed -n "s/^row-$load\t/row\t/p" "$results"
done > "$tmp/rows"
sed -i '/^row-/d' "$results"
cat "$tmp/rows" >> "$results"
note "udp: one 64-byte datagram over loopback, sent and received by one process: ${packets[udp]} packet"
note "tcp: a 64-byte request and response on one connection of one process: ${packets[tcp]} packets"
note 'A packet on loopback goes out and comes in: two events of kmon_packet.'
note 'Included: making the record in a 256 KiB buffer that overwrites the oldest; not reading it.'
note 'tcpdump and bpftrace: all that the machine does, their own work until they have drained included.'
claims
