#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The event's fields can be filtered by.
. "${0%/*}/lib.sh"
. "${0%/*}/src/nginx.sh"

nginx_start
load
# One instance sees everything, the top one what its filter lets through.
all=$tracing/instances/all
mkdir "$all" || bail "no instance"
echo 1 >"$all/events/kmon/kmon_packet/enable"
export url=http://127.0.0.1/

# filter EXPRESSION REGEX CLAIM: of one request, what both select is the same.
filter() {
	local wanted

	echo "$1" >"$event/filter" || bail "no filter: $1"
	clear_trace
	: >"$all/trace"
	enable
	"${request[@]}" || bail "curl has no answer"
	wait_for 5 sh -c "grep -c flags=FIN '$all/trace' | grep -qx 4"
	disable
	wanted=$(sed -n 's/.*: kmon_packet: //p' "$all/trace" | grep -E "$2" | sort)
	is "$(packets | sort)" "$wanted" "$3"
	within "$(grep -c . <<<"$wanted")" 1 "$(($(grep -c kmon_packet: "$all/trace") - 1))" \
		"$3: some and not all"
}

filter 'comm == "nginx" && dport == 80' ' > [^ ]*:80 .* comm=nginx ' "by name and port"
filter 'comm ~ "cu*"' ' comm=curl ' "by a name's beginning"
filter "pid == ${workers% *} || pid == ${workers#* }" \
	" pid=(${workers% *}|${workers#* }) " "by process"
filter 'dir == 1 && len > 0' '^out .* len=[1-9]' "by direction and length"
filter 'tcp_flags & 2' ' flags=SYN' "by a flag of TCP"
filter 'source == 0' ' source=sender ' "by how the owner was found"
url='http://[::1]/'
filter 'family == 10 && sport == 80' ' \[::1\]:80 > ' "by family and port"
echo 'proto == 17' >"$event/filter"
clear_trace
enable
"${request[@]}"
disable
is "$(packets)" "" "nothing where nothing matches"

for bad in 'nosuch == 1' 'comm == 5x' 'dport == http' '(dport == 80'; do
	! put "$bad" "$event/filter"
	ok $? "'$bad' is refused"
done
echo 0 >"$event/filter"
is "$(cat "$event/filter")" none "and 0 takes the filter away"
echo 0 >"$all/events/kmon/kmon_packet/enable"
rmdir "$all"
rmmod kmon
ok $? "afterwards the module unloads"
done_testing
