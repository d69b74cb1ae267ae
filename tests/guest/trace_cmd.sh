#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# trace-cmd shows each packet of a request to nginx with the right owner.
. "${0%/*}/lib.sh"
. "${0%/*}/src/nginx.sh"
need trace-cmd

nginx_start
load
cd "$tmp" || bail "no $tmp"
for url in http://127.0.0.1/ 'http://[::1]/'; do
	export url
	trace-cmd record -q -o trace.dat -e 'kmon:*' "${request[@]}" >"$tmp/log" 2>&1
	ok $? "$url: trace-cmd records"
	is "$(cat body)" hello "$url: curl has the answer"
	# shellcheck disable=SC2094 # two files of like names
	trace-cmd report -i trace.dat >report 2>report.err
	ok $? "$url: trace-cmd reports"
	is "$(grep -hE 'FAILED TO PARSE|ARG NOT FIELD|\[UNKNOWN' report report.err)" "" \
		"$url: it can read every field"
	check_exchange "$url" < <(sed -n 's/.*kmon_packet: *//p' report)
	is "$(trace-cmd report -i trace.dat --stat 2>/dev/null |
		grep -cE '(overrun|dropped events): [1-9]')" 0 "$url: nothing was lost"
done
is "$(dmesg | grep 'unsafe dereference')" "" "the kernel can read every field"
is "$(stat source_unknown)" 0 "no owner is unknown"
rmmod kmon
ok $? "afterwards the module unloads"
done_testing
