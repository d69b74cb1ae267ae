#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kmon sockets and kmon port say who has what, kmon stats what was counted.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"
need kmon jq setpriv throng ss script

kmon sockets >"$tmp/out" 2>&1
is "$? $(cat "$tmp/out")" "1 kmon: the kernel module is not loaded: try modprobe kmon" \
	"sockets, without the module: one line, status 1"
kmon stats >"$tmp/out" 2>&1
is "$? $(cat "$tmp/out")" "1 kmon: the kernel module is not loaded: try modprobe kmon" \
	"stats, without the module: one line, status 1"
load
for command in sockets 'port 80' stats; do
	# shellcheck disable=SC2086 # two words
	setpriv --reuid 65534 --regid 65534 --clear-groups "$(command -v kmon)" $command \
		>"$tmp/out" 2>&1
	is "$? $(grep -c 'try sudo$' "$tmp/out") $(wc -l <"$tmp/out")" "1 1 1" \
		"$command, as a plain user: one line, status 1"
done

ip netns add blue && ip netns exec blue ip link set lo up || bail "no netns"
here=$(readlink /proc/self/ns/net | tr -dc 0-9)
throng_start 300 5
actor server
actor client
actor blue ip netns exec blue
serve server l tcp6 ::1 9000
serve server u udp4 127.0.0.1 9000
serve blue b tcp4 127.0.0.1 9000
serve server five udp4 127.0.0.1 5353
serve client mdns tcp4 127.0.0.1 5353
join client s server l t tcp6 ::1 9000

# The same as the kernel's file, which other tests hold against ss.
kmon sockets >"$tmp/text"
is "$(head -n 1 "$tmp/text" | xargs)" "PROTO STATE LOCAL REMOTE OWNER/PID FD UID NETNS INODE" \
	"the first line says what the columns are"
is "$(awk 'NR > 1 { print $1, $3, $4, $6, $8, $9 }' "$tmp/text" | diff - \
	<(awk 'NR > 1 { print $2, $4, $5, $8 < 0 ? "-" : $8, $1, $9 }' "$debug/sockets"))" "" \
	"each socket that the kernel knows has its line"
is "$(awk 'NR > 1 { n = split($5, owner, "/"); print n > 1 ? owner[n] : "-" }' "$tmp/text" | diff - \
	<(awk 'NR > 1 { print $7 > 0 ? $7 : "-" }' "$debug/sockets"))" "" "and the same owner"
kmon sockets --json >"$tmp/json"
is "$(jq -r '[.netns, .proto, .sport, .dport, .pid, .fd, .ino, .uid, .comm] | @tsv' "$tmp/json" | diff - \
	<(awk -v OFS='\t' 'NR > 1 { split($4, l, /:/); sub(/.*:/, "", $4); sub(/.*:/, "", $5)
		print $1, $2, $4, $5, $7, $8, $9, $6 < 0 ? $6 + 4294967296 : $6, $11 == "-" ? "" : $11 }' \
		"$debug/sockets"))" "" "its object has the same in it"
is "$(jq -r .saddr "$tmp/json" | diff - <(awk 'NR > 1 {
	sub(/:[0-9]*$/, "", $4); gsub(/[][]/, "", $4); print $4 }' "$debug/sockets"))" "" \
	"and the addresses"

# chosen ARG...: the owners' names of what is left.
chosen() {
	kmon sockets "$@" | awk 'NR > 1 { sub(/\/[0-9]+$/, "", $5); print $1, $2, $5 }' | sort -u | xargs -I{} echo -n '{}, '
}
is "$(chosen --port 9000 --netns self)" \
	"tcp established client, tcp established server, tcp listening server, udp unconnected server, " \
	"by port and by one's own netns"
is "$(chosen --netns blue)" "tcp listening blue, " "by the name of a netns"
is "$(chosen --netns "$here" --comm 'ser*' 'state == listening')" "tcp listening server, " \
	"by netns number, name and filter"
is "$(chosen --net ::/0 --comm server --comm client)" \
	"tcp established client, tcp established server, tcp listening server, " \
	"by network and two names"
is "$(chosen -p "${pid_of[blue]}")" "tcp listening blue, " "by process"
kmon sockets 'colour == red' >"$tmp/out" 2>&1
is "$? $(cat "$tmp/out")" "2 kmon: filter: there is no field 'colour' (character 7)" \
	"a filter that makes no sense: one line, status 2"
kmon sockets --netns nowhere >"$tmp/out" 2>&1
is $? 1 "a netns that is not there: status 1"

# On a terminal, owners stand out; unless they shall not.
escapes() {
	env TERM=xterm "$@" script -qec 'kmon sockets' /dev/null | grep -c $'\033\[1mserver'
}
within "$(escapes NO_COLOR=)" 1 100 "on a terminal, there is colour"
is "$(escapes NO_COLOR=1)" 0 "with NO_COLOR, there is none"
is "$(grep -c $'\033' "$tmp/text")" 0 "nor is there in a file"

# Who owns this port?
owners() {
	kmon port "$@" | awk 'NR > 1 { print $1, $3, $5 }' | sort
}
is "$(owners 9000)" "$(printf '%s\n' "tcp 127.0.0.1:9000 blue/${pid_of[blue]}" \
	"tcp [::1]:9000 server/${pid_of[server]}" "udp 127.0.0.1:9000 server/${pid_of[server]}")" \
	"port: both protocols, both families, every netns, without connections"
is "$(owners -a 9000 | wc -l)" 4 "with -a: its connections, too"
is "$(owners 5353)" "$(printf '%s\n' "tcp 127.0.0.1:5353 client/${pid_of[client]}" \
	"udp 127.0.0.1:5353 server/${pid_of[server]}")" "port 5353: each protocol has its own owner"
is "$(kmon port --json 5353 | jq -r '[.proto, .pid] | @tsv' | sort)" \
	"$(printf 'tcp\t%d\nudp\t%d' "${pid_of[client]}" "${pid_of[server]}")" "as objects, too"
near=$(ss -Htn 'dport = :9000' | awk '{ sub(/.*:/, "", $4); print $4; exit }')
is "$(owners "$near" | cut -d' ' -f 1,3)" "tcp client/${pid_of[client]}" \
	"the port of a connection's other end has an owner as well"
kmon port 4711 >"$tmp/out" 2>&1
is "$? $(cat "$tmp/out")" "1 kmon: nobody owns port 4711" "a port of nobody's: one line, status 1"
for bad in 0 65536 http '' -1 '80 81'; do
	# shellcheck disable=SC2086 # words
	kmon port $bad >/dev/null 2>&1
	is $? 2 "port '$bad': status 2"
done

# What was counted.
is "$(kmon stats --json | jq -r 'to_entries[] | "\(.key) \(.value)"' |
	diff - "$debug/stats")" "" "stats --json has every line of the file"
is "$(kmon stats | awk 'NF == 2 && $2 ~ /^[0-9]+$/ { print $1, $2 }' | sort |
	diff - <(sort "$debug/stats"))" "" "stats has, too"
is "$(kmon stats | grep -c '^!')" 0 "nothing was lost, nothing is marked"
rmmod kmon
load tombstone_max=16
start nc -lkn 127.0.0.1 8080 >/dev/null
wait_for 10 listening 8080 || bail "no server"
enable
for _ in {1..25}; do
	nc -N 127.0.0.1 8080 </dev/null
done
within "$(stat lost_tombstones)" 1 1000 "there is room for 16 closed connections"
is "$(kmon stats | awk '/^!/ { print $2, $3 }')" "lost_tombstones $(stat lost_tombstones)" \
	"what was lost stands out"
disable
done_testing
