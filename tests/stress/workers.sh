# SPDX-License-Identifier: GPL-2.0
# What goes on at the same time in the stress test: one function each.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with guest and lib.sh
# shellcheck disable=SC2317 # workers_start calls them by name

# A worker repeats its turn until the time is up. A turn is short, may find
# the module gone at any point, and undoes what it did; its errors are silent.
turns='load
toggle:top toggle:one toggle:two toggle:coming
perf
net
namespace
hotplug
read:1 read:2
enumerate
parameter
kprobe
trace_functions
fail'
storms='procs fds conns'

# going: whether time is left, and some for the rest of a turn.
going() {
	[ $SECONDS -lt "$end" ]
}

chance() {
	[ $((RANDOM % $1)) = 0 ]
}

# nap MS: up to that long.
nap() {
	local ms=$((RANDOM % $1))

	printf -v ms '%d.%03d' $((ms / 1000)) $((ms % 1000))
	sleep "$ms"
}

# pick WORD...: one of them in $picked; a subshell would have its own chance.
pick() {
	shift $((RANDOM % $#))
	picked=$1
}

# count NAME: of this worker; fact adds them up.
count() {
	echo >>"$facts/$1.$BASHPID"
}

fact() {
	cat "$facts/$1".* 2>/dev/null | wc -l
}

# The loader wants to unload: nobody should switch anything on for a while.
quiet() {
	[ -e "$tmp/quiet" ]
}

load_turn() {
	local parameters=() still

	pick 0 16 64 4096 && parameters+=("owner_max=$picked")
	pick 0 16 256 && parameters+=("tombstone_max=$picked")
	pick 0 0 1 && parameters+=("net_account=$picked")
	pick 0 0 1 && parameters+=("log_exits=$picked")
	insmod "$KMON_KO" "${parameters[@]}" 2>/dev/null
	nap 8000
	# First into the middle of it, then with everybody asked to keep still.
	still=$((SECONDS + 3))
	while [ -d /sys/module/kmon ] && ! rmmod kmon && going; do
		[ $SECONDS -lt $still ] || : >"$tmp/quiet"
		chance 2 || echo 0 >/sys/module/kmon/parameters/net_account
		chance 2 || echo 0 >/sys/module/kmon/parameters/log_exits
		nap 200
	done 2>/dev/null
	rm -f "$tmp/quiet"
	[ -d /sys/module/kmon ] || count loads
}

# One event or all of them, in one instance, with a buffer that is too small.
toggle_turn() {
	local dir=$tracing file

	quiet && nap 500 && return
	case $1 in
	top) ;;
	coming)
		# All events' files are made for it, and nobody else gets at one.
		nap 10000
		dir=$tracing/instances/stress-$RANDOM
		mkdir "$dir" || return
		;;
	*) dir=$tracing/instances/stress-$1 ;;
	esac
	pick 1 4 8 64 && echo "$picked" >"$dir/buffer_size_kb"
	pick "$dir"/events/kmon*/enable "$dir"/events/kmon*/*/enable && file=$picked
	if echo 1 >"$file"; then
		count enabled
		pick 'pid > 100' 'uid == 0' 'comm ~ "s*"' 0
		chance 3 && echo "$picked" >"${file%/enable}/filter"
		nap 700
		chance 4 && timeout 0.3 cat "$dir/trace_pipe"
		chance 4 && head -n 50 "$dir/trace"
		chance 8 && : >"$dir/trace"
	fi
	# An instance that goes switches off what is on in it.
	if [ "$1" = coming ] && chance 2; then
		rmdir "$dir" && return
	fi
	echo 0 >"$file"
	[ "$1" != coming ] || rmdir "$dir"
} >/dev/null 2>&1

perf_turn() {
	quiet && nap 500 && return
	pick kmon_packet kmon_socket kmon_process_exit
	perf stat -a -e "kmon:$picked" sleep 0.2
	nap 3000
} >/dev/null 2>&1

# Real programs, over both families.
net_turn() {
	local address port=$((30000 + RANDOM % 1000)) server

	pick 127.0.0.1 ::1 && address=$picked
	timeout 3 nc -lN "$address" $port </dev/null &
	server=$!
	nap 200
	head -c $((RANDOM % 200000)) /dev/zero | timeout 2 nc -N "$address" $port
	echo x | timeout 1 nc -uw0 "$address" $port
	kill $server
	wait $server
} >/dev/null 2>&1

# A namespace with a veth pair and traffic that goes while packets are on the way.
namespace_turn() {
	local n=$((RANDOM % 200)) name=stress-$RANDOM job

	ip netns add $name
	ip link add s$n type veth peer name p$n netns $name
	ip address add 10.9.$n.1/24 dev s$n
	ip link set s$n up
	ip -n $name address add 10.9.$n.2/24 dev p$n
	ip -n $name link set p$n up
	ip -n $name link set lo up
	ip netns exec $name timeout 2 "$storm" conns 1 $RANDOM &
	job=$!
	ip netns exec $name timeout 2 nc -l 10.9.$n.2 99 &
	nap 300
	head -c 20000 /dev/zero | timeout 1 nc -N 10.9.$n.2 99
	chance 2 && unshare -n sh -c 'ip link set lo up; echo | timeout 1 nc -uw0 127.0.0.1 9'
	ip netns del $name
	ip link del s$n
	wait $job
} >/dev/null 2>&1

hotplug_turn() {
	nap 3000
	echo 0 >/sys/devices/system/cpu/cpu1/online
	nap 800
	echo 1 >/sys/devices/system/cpu/cpu1/online
} 2>/dev/null

# Whole, in pieces, from the middle, by who may not, held open while unloading.
read_turn() {
	local file

	pick "$debug"/* /proc/open_ports /proc/open_ports && file=$picked
	case $((RANDOM % 6)) in
	0) dd if="$file" bs=7 count=30 ;;
	1) dd if="$file" bs=100 skip=3 count=2 ;;
	2) unshare -rn cat "$file" ;;
	3) (exec 5<"$file" && read -rn 3 -u 5 _ && sleep 0.5 && cat <&5) ;;
	*) cat "$file" ;;
	esac
	nap 300
} >/dev/null 2>&1

enumerate_turn() {
	pick "$debug/enumerate" /sys/module/kmon/parameters/enumerate
	echo 1 >"$picked"
	nap 1000
} 2>/dev/null

parameter_turn() {
	quiet && nap 500 && return
	pick net_account log_exits
	echo $((RANDOM % 2)) >"/sys/module/kmon/parameters/$picked"
	nap 800
} 2>/dev/null

functions='locks_remove_posix wake_up_new_task security_sk_free
	security_socket_post_create security_sk_clone security_sock_graft
	inet_unhash tcp_time_wait security_file_receive exit_files
	exit_signals taskstats_exit'

# Somebody else's probes on the functions that we hook.
kprobe_turn() {
	local name=s$RANDOM kind

	pick p r && kind=$picked
	# shellcheck disable=SC2086 # functions are words
	pick $functions
	echo "$kind:stress/$name $picked" >>"$tracing/kprobe_events"
	echo 1 >"$tracing/events/stress/$name/enable"
	nap 600
	echo 0 >"$tracing/events/stress/$name/enable"
	echo "-:stress/$name" >>"$tracing/kprobe_events"
} 2>/dev/null

trace_functions_turn() {
	local dir=$tracing/instances/stress-functions knob

	# shellcheck disable=SC2086 # functions are words
	pick $functions
	echo "$picked" >"$dir/set_ftrace_filter"
	pick 'kmon_*' ':mod:kmon'
	chance 3 && echo "$picked" >>"$dir/set_ftrace_filter"
	echo function >"$dir/current_tracer"
	nap 500
	echo nop >"$dir/current_tracer"
	: >"$dir/set_ftrace_filter"
	# Hooks of ours keep the first from having an effect, or are refused by it.
	for knob in /proc/sys/kernel/ftrace_enabled /sys/kernel/debug/kprobes/enabled; do
		chance 4 && echo 0 >$knob && nap 200
		echo 1 >$knob
	done
	nap 1500
} 2>/dev/null

# Allocations from our own caches fail, where the kernel can do that.
fail_turn() {
	local knobs=/sys/kernel/debug/failslab cache

	[ -d $knobs ] || { sleep 5 && return; }
	for cache in /sys/kernel/slab/kmon_*; do
		echo 1 >"$cache/failslab"
	done
	echo 1 >$knobs/cache-filter
	echo N >$knobs/ignore-gfp-wait
	echo 0 >$knobs/verbose
	echo -1 >$knobs/times
	pick 1 10 50 100 && echo "$picked" >$knobs/probability
	nap 1000
	echo 0 >$knobs/probability
	nap 2000
} 2>/dev/null

# work TURN[:ARGUMENT]: until the time is up.
work() {
	local turn=${1%%:*} argument=${1#*:}

	RANDOM=$((seed + 7919 * $2))
	while going; do
		"${turn}_turn" "$argument"
		count "turn.$turn"
	done
}

workers_start() {
	local n=0 name

	workers=()
	mkdir "$tracing"/instances/stress-{one,two,functions}
	for name in $turns; do
		n=$((n + 1))
		work "$name" $n &
		workers+=($!)
	done
	for name in $storms; do
		nice -n 10 "$storm" "$name" "$duration" "$seed" &
		workers+=($!)
	done
}

# What a worker may have been in the middle of.
workers_undo() {
	local dir

	[ ! -d /sys/kernel/debug/failslab ] || echo 0 >/sys/kernel/debug/failslab/probability
	echo 1 >/sys/devices/system/cpu/cpu1/online
	echo 1 >/proc/sys/kernel/ftrace_enabled
	echo 1 >/sys/kernel/debug/kprobes/enabled
	rm -f "$tmp/quiet"
	for dir in "$tracing"/instances/stress-*; do
		[ ! -d "$dir" ] || rmdir "$dir"
	done
	: >"$tracing/kprobe_events"
	for dir in "$tracing"/events/kmon*; do
		[ ! -d "$dir" ] || echo 0 >"$dir/enable"
	done
	[ ! -d /sys/module/kmon ] || {
		echo 0 >/sys/module/kmon/parameters/net_account
		echo 0 >/sys/module/kmon/parameters/log_exits
	}
	ip -all netns delete
	echo "# turns: $(for dir in $turns; do
		echo "${dir%%:*}"
	done | sort -u | while read -r dir; do
		printf '%s %d, ' "$dir" "$(fact "turn.$dir")"
	done)"
} 2>/dev/null
