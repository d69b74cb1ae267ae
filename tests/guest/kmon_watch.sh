#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kmon watch shows what happens as it happens, and leaves nothing behind.
. "${0%/*}/lib.sh"
need kmon jq setpriv

# instances: the tracing instances that there are.
instances() {
	ls "$tracing/instances"
}

# watch ARG...: kmon watch in the background, once it records; $watcher,
# $tmp/out, $tmp/err.
watch() {
	kmon watch "$@" >"$tmp/out" 2>"$tmp/err" &
	watcher=$!
	wait_for 60 grep -qs '[1X]' "$tracing/instances/kmon-$watcher/events/kmon/enable" ||
		bail "kmon does not record: $(cat "$tmp/err")"
}

kmon watch >"$tmp/out" 2>&1
is "$? $(cat "$tmp/out")" "1 kmon: the kernel module is not loaded: try modprobe kmon" \
	"without the module: one line, status 1"
load
setpriv --reuid 65534 --regid 65534 --clear-groups "$(command -v kmon)" watch >"$tmp/out" 2>&1
is "$? $(cat "$tmp/out")" "1 kmon: tracing is root's: try sudo" \
	"as a plain user: one line, status 1"
kmon watch --no-such-thing >"$tmp/out" 2>&1
is $? 2 "an unknown option: status 2"
kmon wach >"$tmp/out" 2>&1
is $? 2 "an unknown command: status 2"

# A command, its children, and nobody else.
start nc -lkn 127.0.0.1 8080 >/dev/null
server=$started
wait_for 10 listening 8080 || bail "no server"
kmon watch -o "$tmp/text" -- sh -c 'echo hello | nc -N 127.0.0.1 8080; exit 3' \
	>"$tmp/out" 2>"$tmp/err"
is "$? $(cat "$tmp/out" "$tmp/err")" "0 kmon: 'sh' ended with status 3" \
	"a command: its status is told, kmon's is 0"
is "$(head -n 1 "$tmp/text" | tr -s ' ')" "TIME EVENT OWNER/PID PROTO FROM > TO DETAILS" \
	"the first line says what the columns are"
is "$(awk 'NR > 1 && $2 == "out" && $8 == "len=6" { sub(/[0-9]+$/, "", $3); sub(/[0-9]+$/, "", $5)
	print $3, $4, $5, $6, $7, $9, $10 }' "$tmp/text")" \
	"nc/ tcp 127.0.0.1: > 127.0.0.1:8080 PSH|ACK sender" "a packet has its columns"
is "$(awk 'NR > 1 { sub(/\/[0-9]+$/, "", $3); print $3 }' "$tmp/text" | sort -u | xargs)" "nc sh" \
	"its children are seen, and nobody else"
is "$(awk '$2 == "exit" { sub(/\/[0-9]+$/, "", $3); print $3, $4 }' "$tmp/text" | xargs)" \
	"sh code=0 nc code=0 sh code=3" "they end in their order, the command as the last"
is "$(instances)" "" "no instance is left"
kmon watch -- "$tmp/no-such-program" >"$tmp/out" 2>"$tmp/err"
is "$? $(cat "$tmp/err")" "1 kmon: cannot run '$tmp/no-such-program': No such file or directory" \
	"a command that is not there: one line, status 1"

# Objects.
watch --json --time 3
echo hello | nc -N 127.0.0.1 8080
wait $watcher
is $? 0 "when the time is up: status 0"
is "$(jq -c . "$tmp/out" | wc -l)" "$(wc -l <"$tmp/out")" "each line is an object"
# What comes in before nc has accepted is the listener's, which is nc's, too.
is "$(jq -r 'select(.event == "packet" and .len == 6) |
	[.dir, .proto, .daddr, .dport, .comm, (.source | sub("listener"; "socket"))] | @tsv' "$tmp/out")" \
	"$(printf 'out\ttcp\t127.0.0.1\t8080\tnc\tsender\nin\ttcp\t127.0.0.1\t8080\tnc\tsocket')" \
	"packets have their fields by name"
is "$(jq -r 'select(.event == "packet" and .len == 6 and .dir == "in").pid' "$tmp/out")" $server \
	"and the right owner"
is "$(jq -r .mono "$tmp/out" | sort -n | diff - <(jq -r .mono "$tmp/out"))" "" \
	"they come in the order of their time"
is "$(jq -r '.time[:19]' "$tmp/out" | sort -u |
	grep -vE "^$(date -u +%F)T[0-9:]*$|^$(date -u -d '1 minute ago' +%F)T")" "" \
	"their time is of the wall clock"

# A number, and a kind.
watch -e socket -n 2
echo hello | nc -N 127.0.0.1 8080
echo hello | nc -N 127.0.0.1 8080
wait $watcher
is "$? $(awk 'NR > 1 { print $2 }' "$tmp/out" | xargs)" "0 created accepted" \
	"as many as were asked for, of the events that were"
kmon watch -x -e socket -t 1 >"$tmp/out"
is "$(awk -v owner="nc/$server" '$2 == "existing" && $3 == owner { print $4, $5, $8 }' "$tmp/out")" \
	"tcp 127.0.0.1:8080 listening" "what exists can be had, too"
is "$(grep -c ' end ' "$tmp/out")" 1 "and its end is told"

# The ways to end it.
for signal in INT TERM HUP; do
	watch
	echo hello | nc -N 127.0.0.1 8080
	kill -$signal $watcher
	wait $watcher
	is "$? $(grep -c ' len=6 ' "$tmp/out") $(cat "$tmp/err")" "0 2 " \
		"$signal: what was recorded is shown, status 0"
done
is "$(instances)" "" "no instance is left"
kmon watch | head -n 3 >"$tmp/out" 2>"$tmp/err" &
piped=$!
wait_for 60 sh -c "ls $tracing/instances | grep -q kmon" || bail "kmon does not record"
echo hello | nc -N 127.0.0.1 8080
wait_for 30 sh -c "! ls $tracing/instances | grep -q kmon"
is "$? $(cat "$tmp/err")" "0 " "a pipe that nobody reads: it ends quietly"
wait $piped

# Nobody reads it, and it fills: a second signal ends it all the same.
mkfifo "$tmp/fifo"
exec 8<>"$tmp/fifo"
kmon watch --json >"$tmp/fifo" 2>"$tmp/err" &
watcher=$!
wait_for 60 grep -qs '[1X]' "$tracing/instances/kmon-$watcher/events/kmon/enable" || bail "no kmon"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	echo hello | nc -N 127.0.0.1 8080
done
sleep 1
kill -INT $watcher
wait_for 30 grep -qx 0 "$tracing/instances/kmon-$watcher/events/kmon/enable"
ok $? "the first signal stops the recording"
kill -0 $watcher
ok $? "it goes on writing what was recorded"
kill -INT $watcher
wait $watcher
is "$? $(cat "$tmp/err")" "1 kmon: interrupted: what was still recorded is not shown" \
	"the second signal ends it, status 1"
exec 8<&-
is "$(instances)" "" "no instance is left"

# Killed, it leaves an instance, which the next run removes; a living one's stays.
watch
kill -9 $watcher
{ wait $watcher; } 2>/dev/null
is "$(instances)" "kmon-$watcher" "kill -9 leaves an instance"
mkdir "$tracing/instances/kmon-mine"
watch
first=$watcher
is "$(instances | xargs)" "kmon-$first kmon-mine" "the next run removes it, and no others'"
kmon watch -t 0.1 >/dev/null
is "$(instances | xargs)" "kmon-$first kmon-mine" "that of a running one stays"
kill -INT $first
wait $first
rmdir "$tracing/instances/kmon-mine"
kill "$server"
{ wait "$server"; } 2>/dev/null
rmmod kmon
ok $? "the module unloads"
done_testing
