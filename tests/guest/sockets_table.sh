#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kmon/sockets is what ss shows, in every netns, however it is read.
#
# usage: sockets_table.sh [SOCKETS]   500 unless given
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"
need throng dribble nsenter ss
nr_sockets=${1:-500}
table=$debug/sockets

load
ip netns add blue && ip netns exec blue ip link set lo up || bail "no netns"
here=$(readlink /proc/self/ns/net | tr -dc 0-9)
there=$(ip netns exec blue readlink /proc/self/ns/net | tr -dc 0-9)
is "$(head -n 1 $table)" "netns proto state local remote uid pid fd inode cgroup comm" \
	"the first line says what the columns are"
is "$(find $table -printf %m)" 400 \
	"it is root's, to be read"

# Beside many sockets, what is special: shared, dual stack, waiting, gone.
throng_start "$nr_sockets" 10
actor server
actor client
actor blue ip netns exec blue
serve server l tcp6 :: 9000
split server child
serve server any udp4 0.0.0.0 9001
serve blue l tcp4 127.0.0.1 9000
serve blue u udp6 ::1 9000
join blue s blue l t tcp4 127.0.0.1 9000
# IPv4 on a socket of IPv6.
join client s server l t tcp4 127.0.0.1 9000
# TIME_WAIT: it has none any more. Lasts for a minute, in which ss can look at
# some thousand sockets.
states="LISTEN ESTAB CLOSE-WAIT FIN-WAIT-2"
if [ "$nr_sockets" -le 5000 ]; then
	join client g server l h tcp6 ::1 9000
	tell client close g
	tell server close h
	wait_for 30 sh -c "ss -Htan state time-wait | grep -q 9000" || bail "no TIME_WAIT"
	states+=" TIME-WAIT"
fi
# CLOSE_WAIT and FIN_WAIT_2.
join client f server l k tcp4 127.0.0.1 9000
tell client shutdown f
# In the accept queue: it has no descriptor yet.
tell client socket w tcp6
tell client connect w ::1 9000
start bash -c 'exec 7<>/dev/udp/127.0.0.1/9; exec 8<&7; exec sleep 1000'
wait_for 30 grep -qx sleep "/proc/$started/comm" || bail "no sleep"
sleeper=$started

ss_users >"$tmp/ss"
kmon_users "$here" >"$tmp/kmon"
within "$(wc -l <"$tmp/ss")" "$nr_sockets" $((nr_sockets * 2 + 100)) "ss sees all of them"
is "$(diff "$tmp/ss" "$tmp/kmon")" "" \
	"protocol, state, ends, pid, descriptor, inode and name are as ss has them"
for state in $states; do
	within "$(grep -c "^tcp $state " "$tmp/kmon")" 1 "$nr_sockets" "$state is among them"
done
is "$(cut -d' ' -f1 "$tmp/kmon" | sort -u | paste -sd ' ')" "tcp udp" "and TCP and UDP"
within "$(grep -c '\[::1\]' "$tmp/kmon")" 10 "$nr_sockets" "and IPv6"
is "$(grep -c '^tcp ESTAB \[::1\]:9000 .* - - 0 -$' "$tmp/kmon")" 1 \
	"what waits in the accept queue has no process yet"
is "$(ss_users nsenter --net=/run/netns/blue | diff - <(kmon_users "$there"))" "" \
	"in another netns, too"
within "$(kmon_users "$there" | wc -l)" 4 4 "which has four sockets"
is "$(awk -v pid="$sleeper" '$7 == pid' $table | wc -l)" 2 "two descriptors of one socket are two lines"
is "$(awk 'NR > 1 && $1 !~ /^('"$here|$there"')$/' $table)" "" "no line is of another netns"

# Columns that ss does not have.
line=$(awk -v pid="${pid_of[child]}" '$7 == pid' $table)
is "$(cut -d' ' -f1,6,10 <<<"$line")" "$here 0 $(find "/sys/fs/cgroup$(
	sed -n 's/^0:://p' "/proc/${pid_of[child]}/cgroup")" -maxdepth 0 -printf %i)" \
	"netns, uid and cgroup are the process's"
is "$(awk 'NR > 1 && NF != 11' $table)" "" "each line has as many words as the first"
# What neither of the two can find by its address.
tell client socket unbound tcp4
is "$(awk -v pid="${pid_of[client]}" '$7 == pid && $4 == "0.0.0.0:0"' $table | cut -d' ' -f 2,5)" \
	"tcp 0.0.0.0:0" "a socket that is not bound is shown, too"
# Raw ones.
start ping -q -i 1000 127.0.0.1 >/dev/null
wait_for 30 sh -c "awk '\$NF == \"ping\"' $table | grep -qE ' (raw|icmp) '"
ok $? "so is one of ping"
kill "$started"
{ wait "$started"; } 2>/dev/null

# However it is read, it is the same text. Nothing else happens meanwhile.
cat $table >"$tmp/cat"
dd if=$table bs=1 2>/dev/null | cmp -s - "$tmp/cat"
ok $? "byte by byte"
size=$(wc -c <"$tmp/cat")
for way in 'bytes 7' 'bytes 100' 'bytes 4096' 'bytes 1048576' \
	"back $((size / 13))" "pieces $((size / 17))"; do
	# shellcheck disable=SC2086 # two words
	dribble $table $way | cmp -s - "$tmp/cat"
	ok $? "the same by dribble $way"
done
is "$(sort "$tmp/cat" | uniq -d)" "" "no line is there twice"
done_testing
