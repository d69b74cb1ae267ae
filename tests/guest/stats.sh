#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kmon/stats counts what was sent, in lines of a name and a number.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
need nft setpriv

load
is "$(head -n 1 "$debug/stats")" "abi_version 1" "it begins with the version of the records"
is "$(grep -vE '^[a-z][a-z0-9_]* [0-9]+$' "$debug/stats")" "" "each line is a name and a number"
is "$(cut -d' ' -f1 "$debug/stats" | sort | uniq -d)" "" "no name is there twice"
is "$(awk '/^(packets|source|lost)_/ { n += $2 } END { print n }' "$debug/stats")" 0 \
	"nothing is counted before the event is enabled"
is "$(command stat -c %a "$debug/stats")" 400 "only its owner may read it"
# The directory would hide that; here it does not.
mount -o remount,mode=755 /sys/kernel/debug
setpriv --reuid=65534 --regid=65534 --clear-groups cat "$debug/stats" >"$tmp/out" 2>"$tmp/err"
is "$(cat "$tmp/out")$(grep -o 'Permission denied' "$tmp/err")" "Permission denied" \
	"a plain user cannot"
! put 0 "$debug/stats" 2>/dev/null
ok $? "nobody can write to it"

nft -f - <<'EOT' || bail "nft does not count"
table inet count {
	chain in {
		type filter hook input priority 0
		meta l4proto tcp counter
		meta l4proto udp counter
	}
	chain out {
		type filter hook output priority 0
		meta l4proto tcp counter
		meta l4proto udp counter
	}
}
EOT
actor server
actor client
enable || bail "the event cannot be enabled"
for f in 4 6; do
	address=$(loopback $f)
	serve server u$f udp$f "$address" 9000
	tell client socket v$f udp$f
	for i in 1 2 3 4 5; do
		tell client sendto v$f "$address" 9000 $i
		tell server recv u$f
	done
	serve server l$f tcp$f "$address" 9000
	join client s$f server l$f t$f tcp$f "$address" 9000
	tell client send s$f 1000
	tell server recv t$f
	# One that nobody is there for.
	tell client sendto v$f "$address" 9009 10
	tell client close s$f
	tell server drain t$f
	tell server close t$f
done
closed() {
	! ss -Htan | grep -qv '^\(LISTEN\|TIME-WAIT\)'
}
wait_for 10 closed || bail "connections stay open"
disable

is "$(stat packets_out_udp)" 12 "the datagrams that went out"
is "$(stat packets_in_udp)" 12 "and that came in"
is "$(nft list table inet count | awk '/counter packets/ { printf "%s ", $6 }')" \
	"$(stat packets_in_tcp) $(stat packets_in_udp) $(stat packets_out_tcp) $(stat packets_out_udp) " \
	"as many packets by direction and protocol as nft counts"
within "$(stat packets_out_tcp)" 14 60 "TCP's too"
is "$(awk '/^packets_(in|out)_/ { n += $2 } /^source_/ { n -= $2 } END { print n }' "$debug/stats")" \
	0 "each packet has one source"
is "$(stat source_none)" 2 "those without a socket are counted"
is "$(stat source_unknown)" 0 "no owner is unknown"
is "$(stat packets_bad_header)" 0 "no header is bad"
is "$(packets | wc -l)" \
	"$(awk '/^packets_(in|out)_/ { n += $2 } END { print n }' "$debug/stats")" \
	"there are as many records"
for source in sender socket listener none; do
	is "$(packets | grep -c " source=$source ")" "$(stat source_$source)" \
		"and as many with source $source"
done
done_testing
