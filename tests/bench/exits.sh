#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the record of an exit costs, beside other ways to see exits.
# vm: -m 1024
# timeout: 1200
. "${0%/*}/lib.sh"

# What an exit costs depends on how the pieces that it frees lie in memory,
# which changes slowly: so many in a run, and the set-ups in turns.
batches=300 size=50 rounds=5
few=40
declare -A means cost
exits=kmon/kmon_process_exit
account=/sys/module/kmon/parameters/net_account

none() { :; }
kmon_on() { events $exits; }
kmon_account() {
	echo 1 > $account
	events $exits
}
kmon_all() { events $exits kmon/kmon_socket kmon/kmon_packet; }
in_tree() { events sched/sched_process_exit; }
kprobe() {
	# shellcheck disable=SC2016 # the kernel's variable
	echo 'p:bench/exit do_exit code=%di comm=$comm' > "$tracing/kprobe_events" ||
		fail 'no kprobe event'
	events bench/exit
}
snoop() { read_by PCOMM stdbuf -oL exitsnoop; }
fork_stat() { read_by Event forkstat -l -e exit; }
bpf_trace() {
	read_by ready bpftrace -e 'BEGIN { printf("ready\n") }
		tracepoint:sched:sched_process_exit { printf("%d %s\n", pid, comm); }'
}

# turn TITLE FUNCTION: one run of one set-up. All that the machine does counts,
# as much of what an exit costs is put off: the mean, ticks included.
turn() {
	"$2"
	measure exit $batches $size 1000
	quiesce
	[ ! -e $account ] || echo 0 > $account
	means[$1]+="$mean "
	progress "$1: $mean"
}

# middle NUMBER...: the median.
middle() {
	printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"
}

# keep TITLE COST: one row.
keep() {
	cost[$1]=$(calc "$2 - $base")
	row "$1" "$2" "${cost[$1]}"
}

# with_reader TITLE FUNCTION REGEX: likewise where a process prints what it
# sees, its own work until it has drained included; REGEX is one line of its.
with_reader() {
	local used got

	"$2"
	measure exit $few $size 0
	used=$(reader_used)
	sleep 3
	mean=$(calc "$mean + ($(reader_used) - $used) / ($few * $size)")
	quiesce
	progress "$1: $mean"
	keep "$1" "$mean"
	got=$(grep -cE "$3" "$reader_log")
	[ "$got" -ge $((few * size)) ] || note "$1: saw only $got of $((few * size)) exits"
}

# datagram: instructions per UDP datagram in the state that is.
datagram() {
	least udp 100 50 2
	calc "$quiet"
}

absent='module absent' off='loaded, events off' used='events off after use'
on=kmon:kmon_process_exit counted='the same with net_account=1'
all='all events of kmon' sched=sched:sched_process_exit
probe='kprobe event on do_exit, status and name'

# The first run makes what the later ones find.
measure exit $batches $size 1000
for ((round = 0; round < rounds; round++)); do
	turn "$absent" none
	load_module
	turn "$off" none
	turn "$on" kmon_on
	turn "$counted" kmon_account
	turn "$all" kmon_all
	turn "$sched" in_tree
	turn "$probe" kprobe
	turn "$used" none
	[ $((round + 1)) = $rounds ] || unload_module
done

columns setup=set-up instructions='instructions per process' added='added per exit'
# shellcheck disable=SC2086 # numbers
base=$(middle ${means[$absent]} ${means[$off]} ${means[$used]})
for title in "$absent" "$off" "$used" "$on" "$counted" "$all" "$sched" "$probe"; do
	# shellcheck disable=SC2086
	keep "$title" "$(middle ${means[$title]})"
done
with_reader 'exitsnoop (libbpf-tools)' snoop '^exit '
with_reader 'bpftrace print pid, comm' bpf_trace '^[0-9]+ exit$'
with_reader 'forkstat -e exit' fork_stat ' exit .*bench/exit'
note 'process: vfork, exit and wait4; no sockets. Each number is the median of five runs in turns, those'
note 'with a reader are one run. Runs of the same differ by up to 300 instructions, so what is added is the'
note "difference to the median of all runs without an event: $base."
note 'Included: making the record in a 256 KiB buffer that overwrites the oldest; not reading it.'
note 'exitsnoop, bpftrace and forkstat: all that the machine does, their own work included.'

quiet_off=$(datagram)
kmon_on
before=$(awk '/^packets_/ { n += $2 } END { print n }' /sys/kernel/debug/kmon/stats)
quiet_on=$(datagram)
after=$(awk '/^packets_/ { n += $2 } END { print n }' /sys/kernel/debug/kmon/stats)
quiesce
true_if "${cost[$on]} <= 2000"
claim $? "an exit record adds at most 2,000 instructions (${cost[$on]})"
true_if "$quiet_on - $quiet_off <= 1 && $after == $before"
claim $? "exits alone enabled install no packet hook: a datagram costs $quiet_on with them," \
	"$quiet_off without, and $((after - before)) packets were looked at"
