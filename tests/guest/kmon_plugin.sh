#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# With the plugin, trace-cmd report shows kmon's events as kmon watch does.
. "${0%/*}/lib.sh"
need kmon trace-cmd curl nm

plugins=$PWD/build/user/plugins
is "$(nm -D --defined-only "$plugins/plugin_kmon.so" | awk '{ print $3 }' | sort | xargs)" \
	"tep_plugin_loader tep_plugin_unloader" "it exports its loader and unloader alone"
load
start nc -lkn 127.0.0.1 8080 >/dev/null
wait_for 10 listening 8080 || bail "no server"
# Both at once, each with a buffer of its own; nc's are what both have seen.
kmon watch >"$tmp/watch" 2>&1 &
watcher=$!
wait_for 60 grep -qs 1 "$tracing/instances/kmon-$watcher/events/kmon/enable" || bail "no kmon"
cd "$tmp" || bail "no $tmp"
trace-cmd record -q -o trace.dat -e 'kmon:*' sh -c 'echo hello | nc -N 127.0.0.1 8080' >/dev/null 2>&1
kill -INT $watcher
wait $watcher
export TRACEEVENT_PLUGIN_DIR=$plugins
trace-cmd report -i trace.dat >with 2>errors
is "$(grep -hE 'FAILED TO PARSE|ARG NOT FIELD|plugin_kmon' with errors)" "" "it understands all"
texts() {
	grep -E ' nc/[0-9]+ .*(tcp|code=0)' "$1" | sed "s/^$2//; s/ *$//" | sort
}
texts with '.*kmon_[a-z_]*: *' >from_report
texts watch '[0-9:.]* ' >from_watch
within "$(grep -c . from_report)" 10 100 "there are records of nc"
is "$(diff from_report from_watch)" "" "they read as with kmon watch"
trace-cmd report -i trace.dat -O kmon:raw >raw 2>errors
is "$(grep 'kmon_packet:' raw | grep -c 'ifindex=.*dport=')" "$(grep -c kmon_packet: with)" \
	"an option shows the fields as they were recorded"
unset TRACEEVENT_PLUGIN_DIR
trace-cmd report -i trace.dat >plain 2>errors
is "$(grep -c 'kmon_packet: .* pid=[0-9]* comm=' plain)" "$(grep -c kmon_packet: with)" \
	"without it, they read as the kernel prints them"
done_testing
