#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two processes that share a files table hold a socket until its last descriptor
# is closed, also where there are fewer of these than holders.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"
need sharers

# sharers_start: its pid in $started, the socket in $ino.
sharers_start() {
	rm -f "$tmp/in" "$tmp/out"
	mkfifo "$tmp/in" "$tmp/out"
	exec {in}<>"$tmp/in" {out}<>"$tmp/out"
	sharers <"$tmp/in" >"$tmp/out" {in}>&- {out}>&- &
	started=$!
	pids+=("$started")
	read -r -t 30 -u "$out" ino || bail "no sharers"
}

# step: it closes a descriptor; how often that was the last one is in $closed.
step() {
	echo go >&"$in"
	read -r -t 30 -u "$out" _ || bail "it does not close"
	closed=$(sockets | grep -c "^closed .* pid=$started .* ino=$ino ")
}

# check CLAIM
check() {
	step
	is "$closed" 0 "$1: one descriptor closed, it still has the other"
	step
	is "$closed" 1 "$1: the other closed, it has none"
	echo go >&"$in"
	wait "$started"
}

load
enable
sharers_start
check "followed from the start"
disable
clear_trace
sharers_start
enable
check "there before"
disable
rmmod kmon
ok $? "the module unloads"
done_testing
