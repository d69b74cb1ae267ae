#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# perf shows each packet of a request to nginx with the right owner.
. "${0%/*}/lib.sh"
. "${0%/*}/src/nginx.sh"
need perf

nginx_start
load
cd "$tmp" || bail "no $tmp"
for url in http://127.0.0.1/ 'http://[::1]/'; do
	export url
	perf record -q -a -o perf.data -e 'kmon:*' "${request[@]}" >record.log 2>&1
	ok $? "$url: perf records"
	is "$(cat body)" hello "$url: curl has the answer"
	perf script -i perf.data >report 2>report.err
	ok $? "$url: perf reports"
	is "$(grep -hE 'FAILED TO PARSE|ARG NOT FIELD' report report.err)" "" \
		"$url: it can read every field"
	check_exchange "$url" < <(sed -n 's/.*kmon:kmon_packet: *//p' report)
done
is "$(stat source_unknown)" 0 "no owner is unknown"
rmmod kmon
ok $? "afterwards the module unloads"
done_testing
