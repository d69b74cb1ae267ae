#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bpftrace sums the bytes of each process exactly.
. "${0%/*}/lib.sh"
. "${0%/*}/src/nginx.sh"
need bpftrace

nginx_start
load
start bpftrace -e 'BEGIN { printf("ready\n"); }
	tracepoint:kmon:kmon_packet { @[args->comm, args->pid] = sum(args->len); }' \
	>"$tmp/sums" 2>"$tmp/sums.err"
bpftrace=$started
wait_for 90 grep -q ready "$tmp/sums" || bail "$(cat "$tmp/sums.err")"

total=0
for url in http://127.0.0.1/ 'http://[::1]/'; do
	export url
	"${request[@]}" || bail "curl has no answer"
	read -r request_len header_len body_len <"$tmp/sizes"
	curls+=("@[curl, $(cat "$tmp/curl")]: $((request_len + header_len + body_len))")
	total=$((total + request_len + header_len + body_len))
done
kill -INT "$bpftrace"
wait "$bpftrace"
is "$(grep '@\[curl' "$tmp/sums" | sort -V)" "$(printf '%s\n' "${curls[@]}" | sort -V)" \
	"each curl has what it sent and received"
is "$(awk -F '[],: []+' -v workers=" $workers " '
	$2 == "nginx" && index(workers, " " $3 " ") { n += $4 } END { print n }' "$tmp/sums")" \
	"$total" "the workers have as much together"
is "$(grep -c '^@' "$tmp/sums")" "$(grep -cE '^@\[(curl|nginx), ' "$tmp/sums")" \
	"nobody else has anything"
rmmod kmon
ok $? "afterwards the module unloads"
done_testing
