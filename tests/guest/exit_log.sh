#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# With log_exits=1 each exit is two lines in the kernel log, or is counted there.
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
need flood setpriv
parameter=/sys/module/kmon/parameters/log_exits

# lines: the process monitor's, since the last `dmesg -C`, which puts blanks
# before the second line of an entry.
lines() {
	klog | sed 's/^ *PROCESS_MONITOR: /PROCESS_MONITOR: /' | grep '^PROCESS_MONITOR: '
}

# shown: how many exits these are.
shown() {
	lines | grep -c 'Process exiting'
}

# suppressed: how many they say they leave out.
suppressed() {
	lines | awk '/process exits not shown$/ { n += $2 } END { print n + 0 }'
}

switch() {
	echo "$1" >$parameter
}

load
is "$(cat $parameter)" N "by default it is off"
true
/bin/true
is "$(lines)" "" "and nothing is written"

# The format, to the letter.
dmesg -C
switch 1
ok $? "it can be switched on"
sh -c 'exit 3' &
pid=$!
wait $pid
switch 0
is "$(lines | head -n 1)" \
	"PROCESS_MONITOR: Process exiting - PID: $pid, Name: sh, Parent PID: $$" \
	"an exit is a line with pid, name and parent"
is "$(lines | sed -n 2p | grep -cxE \
	'PROCESS_MONITOR:   User time: [0-9]+ ns, System time: [0-9]+ ns')" 1 \
	"and one with its CPU times"
is "$(lines | sed -n 3p)" "PROCESS_MONITOR: Total process exits monitored: $(stat exits)" \
	"switching it off writes the total"
is "$(lines | wc -l)" 3 "and that is all"
is "$(stat exits)" 1 "the total is that one exit"
is "$(dd if=/dev/kmsg iflag=nonblock bs=16k 2>/dev/null |
	grep -c 'Process exiting - PID: .*User time: ')" 1 "the two lines are one record of the log"

# The times are the event's.
enable
dmesg -C
switch 1
run bash -c 'for ((i = 0; i < 20000; i++)); do :; done'
switch 0
is "$(lines | grep -A 1 "PID: $ran,")" "$(exit_of $ran | sed -n \
	's/^pid=\([0-9]*\) comm=\([^ ]*\) ppid=\([0-9]*\) .* utime=\([0-9]*\) stime=\([0-9]*\) .*/PROCESS_MONITOR: Process exiting - PID: \1, Name: \2, Parent PID: \3\nPROCESS_MONITOR:   User time: \4 ns, System time: \5 ns/p')" \
	"name, parent and times are those of the event's record"

# A name forges no line.
forged=$'x\nPROCESS_MON'
cp "$(type -P sleep)" "$tmp/$forged"
dmesg -C
switch 1
"$tmp/$forged" 0 &
pid=$!
wait $pid
switch 0
is "$(lines | grep "PID: $pid,")" \
	"PROCESS_MONITOR: Process exiting - PID: $pid, Name: x\\012PROCESS_MON, Parent PID: $$" \
	"a newline in a name is \\012"
is "$(lines | wc -l)" 3 "and begins no line"

# More than can be read: some are shown, the others counted.
dmesg -C
before=$(stat exits)
suppressed_before=$(stat exit_log_suppressed)
switch 1
flood 2000 4 >"$tmp/nr"
switch 0
exits=$(($(stat exits) - before))
is "$exits" $(($(cat "$tmp/nr") + 1)) "a flood: all exits are in the total"
within "$(shown)" 1 $((exits / 2)) "a flood: a part of them is shown"
is $(($(shown) + $(suppressed))) "$exits" "a flood: shown and counted as not shown are all"
is $(($(stat exit_log_suppressed) - suppressed_before)) "$(suppressed)" \
	"a flood: kmon/stats has as many not shown"
is "$(lines | tail -n 1)" "PROCESS_MONITOR: Total process exits monitored: $(stat exits)" \
	"a flood: the last line is the total"
is "$(lines | grep -vcxE 'PROCESS_MONITOR: (Process exiting - PID: [0-9]+, Name: flood, Parent PID: [0-9]+|  User time: [0-9]+ ns, System time: [0-9]+ ns|[0-9]+ process exits not shown|Total process exits monitored: [0-9]+)')" \
	0 "a flood: no line is another one's"
is "$(lines | grep -A 1 'Process exiting' | grep -c 'User time:')" "$(shown)" \
	"a flood: each exit's two lines stand together"

# What is no boolean.
switch 1
is "$(cat $parameter)" Y "on it says so"
for bad in maybe 2 '' -1; do
	! switch "$bad" 2>/dev/null
	ok $? "'$bad' is refused"
	is "$(cat $parameter)" Y "and changes nothing"
done
switch 1
ok $? "switching it on twice is no error"
switch 0
/bin/true
dmesg -C
/bin/true
switch 0
is "$(lines)" "" "off is off, and switching it off twice writes nothing"
! setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "echo 1 >$parameter" 2>/dev/null
ok $? "a plain user cannot switch it"

# At unload, and from the load on.
switch 1
dmesg -C
rmmod kmon
ok $? "the module unloads while it is on"
is "$(lines | grep -c 'Total process exits monitored: [1-9]')" 1 "and writes the total"
dmesg -C
load log_exits=1
/bin/true
rmmod kmon
is "$(lines | grep -c 'Name: true, ')" 1 "log_exits=1 at load: shown from then on"
is "$(lines | grep Total)" "PROCESS_MONITOR: Total process exits monitored: $(shown)" \
	"and all that were shown are the total at unload"
! insmod "$KMON_KO" log_exits=maybe 2>/dev/null
ok $? "log_exits=maybe at load: refused"
is "$(left_behind)" "" "nothing is left behind"
done_testing
