#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernel.ftrace_enabled=0 and the event exclude each other, each with an answer.
. "${0%/*}/lib.sh"
need traffic
switch=/proc/sys/kernel/ftrace_enabled

load
put 0 $switch || bail "ftrace cannot be switched off"
dmesg -C
! put 1 "$event/enable"
ok $? "with ftrace off, the event cannot be enabled"
is "$(grep -o 'Device or resource busy' <<<"$refusal")" "Device or resource busy" "it is busy"
is "$(klog | grep -c '^kmon: .*kernel.ftrace_enabled')" 1 "a line in the kernel log names the switch"
is "$(cat "$event/enable")" 0 "the event is still disabled"
is "$(at_rest)" "" "and nothing is left running"
traffic 2 >/dev/null
is "$(awk '/^packets_/ { n += $2 } END { print n }' "$debug/stats")" 0 "no packet is seen"

put 1 $switch
enable
ok $? "with ftrace on, it can be enabled"
! put 0 $switch
ok $? "then ftrace cannot be switched off"
is "$(grep -o 'Device or resource busy' <<<"$refusal")" "Device or resource busy" "it is busy"
is "$(cat $switch)" 1 "it is still on"
clear_trace
traffic 2 >/dev/null
within "$(packets | grep -c 'source=s')" 10 1000 "and owners are found"
is "$(stat source_unknown)" 0 "all of them"
disable
put 0 $switch
ok $? "with the event disabled, ftrace can be switched off"
rmmod kmon
ok $? "and the module unloads"
put 1 $switch
done_testing
