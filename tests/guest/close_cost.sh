#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What is added to the closing of many sockets grows with their number only.
#
# In the guest's clock 1 ns is one instruction.
# vm: --icount -m 2048
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
need holder
few=2000 many=8000

load
exit_enable=$event/enable
socket_enable=$tracing/events/kmon/kmon_socket/enable

# holder_start SOCKETS
holder_start() {
	rm -f "$tmp/in" "$tmp/out"
	mkfifo "$tmp/in" "$tmp/out"
	exec {in}<>"$tmp/in" {out}<>"$tmp/out"
	holder "$1" "$1" <"$tmp/in" >"$tmp/out" {in}>&- {out}>&- &
	holder=$!
	pids+=("$holder")
	read -r -t 600 -u "$out" answer
	[ "$answer" = ready ] || bail "no holder"
}

tell() {
	echo "$1" >&"$in"
	read -r -t 600 -u "$out" answer || bail "it does not $1"
}

# of_exec: instructions of a child that executes a program and so loses all.
of_exec() {
	clear_trace
	tell exec
	used=$(exits | grep " ppid=$holder " | field sum_exec)
}

# inherited NUMBER: so many were entered for the child; none where nobody follows.
inherited() {
	[ "$(<"$socket_enable")" = 0 ] || [ "$(stat owner_inherited)" -ge "$1" ]
}

# of_close: of closing all, while another process has them.
of_close() {
	local before all

	all=$(($(stat owner_inherited) + $1))
	tell share
	wait_for 60 inherited "$all" || bail "not all are entered for the child"
	read -r before _ <"/proc/$holder/schedstat"
	tell close
	read -r used _ <"/proc/$holder/schedstat"
	used=$((used - before))
}

# added WAY SOCKETS: what following the sockets adds to it, in $added.
added() {
	local without

	holder_start "$2"
	of_"$1" "$2"
	without=$used
	kill "$holder"
	wait "$holder" 2>/dev/null
	echo 1 >"$socket_enable"
	holder_start "$2"
	of_"$1" "$2"
	echo 0 >"$socket_enable"
	kill "$holder"
	wait "$holder" 2>/dev/null
	added=$(((used - without) / $2))
	echo "# $1, $2 sockets: $without without us, $used with; $added for each socket"
}

echo 1 >"$exit_enable"
for way in 'exec' close; do
	added $way $few
	first=$added
	added $way $many
	within "$added" 0 $((first * 2)) "$way: a socket of $many costs about as much as one of $few"
	within "$added" 0 20000 "$way: which is some thousand instructions"
done
echo 0 >"$exit_enable"
is "$(stat lost_owner_holds)" 0 "no holder was lost"
is "$(at_rest)" "" "nothing is left running"
rmmod kmon
ok $? "the module unloads"
done_testing
