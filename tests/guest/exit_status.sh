#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An exit record has the status that wait(2) gives, and the real parent.
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
need ends strace setpriv

load
cd "$tmp" || bail "no $tmp"
# The words of a record that are about who and how.
who='comm=[^ ]* ppid=[0-9]* uid=[0-9]*'
how='exit_code=[0-9]* signal=[0-9]* core=[01]'

# ended PID: both of its record.
ended() {
	exit_of "$1" | grep -o "$who $how"
}

# This shell is the parent of what it runs.
for code in 0 1 3 127 255; do
	run sh -c "exit $code"
	is "$(ended $ran)" "comm=sh ppid=$$ uid=0 exit_code=$code signal=0 core=0" \
		"exit $code: the code, and the parent of the shell"
done
# shellcheck disable=SC2242 # what does not fit into eight bits is the point
run bash -c 'exit 259'
is "$(ended $ran)" "comm=bash ppid=$$ uid=0 exit_code=3 signal=0 core=0" \
	"exit 259: its low byte"
run setpriv --reuid 1234 --regid 1234 --clear-groups sh -c 'exit 3'
is "$(ended $ran)" "comm=sh ppid=$$ uid=1234 exit_code=3 signal=0 core=0" \
	"another user's process has its uid"

# Signals, with and without a core dump.
echo "$tmp/core" >/proc/sys/kernel/core_pattern
echo 1 >/proc/sys/kernel/core_uses_pid
ulimit -c 0
for name in SEGV TERM KILL ABRT; do
	# shellcheck disable=SC2016 # that shell's own pid
	run sh -c 'kill -$1 $$' sh $name
	is "$(ended $ran)" \
		"comm=sh ppid=$$ uid=0 exit_code=0 signal=$(kill -l $name) core=0" \
		"kill -$name, no core allowed: the signal"
done
ulimit -c unlimited
# shellcheck disable=SC2016 # that shell's own pid
run sh -c 'kill -SEGV $$'
is "$(ended $ran)" "comm=sh ppid=$$ uid=0 exit_code=0 signal=11 core=1" \
	"kill -SEGV, core allowed: the signal and the core flag"
[ -s "core.$ran" ]
ok $? "and there is a core"
# shellcheck disable=SC2016 # that shell's own pid
run sh -c 'kill -TERM $$'
is "$(ended $ran)" "comm=sh ppid=$$ uid=0 exit_code=0 signal=15 core=0" \
	"kill -TERM, core allowed: this signal makes none"
run ends 3 4 kill 11 >truth
is "$(exits | grep ' comm=kill ' | sed 's/ run_time=.*//' | sort)" "$(sort truth)" \
	"three of four threads: as wait(2) has it"
is "$(grep -c ' signal=11 core=1 ' truth)" 3 "with signal and core flag"
ulimit -c 0

# With threads that end by themselves, kernels differ in whose status counts.
for way in 'first 7' 'last 8' 'group 9' 'together 10'; do
	# shellcheck disable=SC2086 # two words
	run ends 2 3 $way >truth
	is "$(exits | grep " comm=${way% *} " | sed 's/ run_time=.*//' | sort)" "$(sort truth)" \
		"leader and workers, $way: as wait(2) has it"
	case $way in
	first* | group*)
		is "$(grep -c " exit_code=${way#* } " truth)" 2 "which is that code" ;;
	esac
done

# Under a tracer the parent stays who it was.
run strace -f -qq -o strace.log sh -c 'sh -c "exit 5"; exit 4'
is "$status" 4 "strace -f: the command has its status"
is "$(exits | grep -c ' comm=sh ')" 2 "strace -f: two records"
outer=$(exits | grep ' comm=sh .* exit_code=4 ' | field pid)
is "$(exits | grep ' comm=sh .* exit_code=4 ' | field ppid)" "$ran" \
	"strace -f: the shell is strace's child"
is "$(exits | grep ' comm=sh .* exit_code=5 ' | field ppid)" "$outer" \
	"strace -f: and its child is its own, not the tracer's"

traced() {
	grep -q '^TracerPid:.*[1-9]' "/proc/$1/status"
}

clear_trace
enable
mkfifo hold
sh -c 'read -r line; exit 6' <hold &
victim=$!
exec 5>hold
start strace -f -qq -o strace.log -p $victim
wait_for 30 traced $victim
ok $? "strace -p attaches"
echo go >&5
wait $victim
exec 5>&-
disable
is "$(ended $victim)" "comm=sh ppid=$$ uid=0 exit_code=6 signal=0 core=0" \
	"strace -p: the parent is still this shell"

# Whose parent has gone is another one's.
clear_trace
enable
mkfifo hold2
exec 5<>hold2
sh -c '(read -r line; exit 9) <hold2 & echo $! >orphan'
orphan=$(cat orphan)
parent=$(awk '$1 == "PPid:" { print $2 }' "/proc/$orphan/status")
echo go >&5
wait_for 30 recorded "$orphan"
disable
is "$(ended "$orphan")" "comm=sh ppid=$parent uid=0 exit_code=9 signal=0 core=0" \
	"an orphan's parent is who has taken it in"
rmmod kmon
ok $? "the module unloads"
done_testing
