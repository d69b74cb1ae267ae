#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each line of the README's cookbook does what it says, on real traffic.
#
# The lines are run as they stand in README.md, one after the other in one
# shell; for each there has to be a check below.
# timeout: 600
. "${0%/*}/lib.sh"
need nginx curl trace-cmd perf bpftrace gzip
readme=$PWD/README.md

cookbook() {
	awk '
	/^## / { here = $0 == "## Cookbook" }
	/^```/ { code = !code; next }
	here && code' "$readme"
}

# Asks for pages, where there are some and where nobody listens, and has a
# process killed, again and again.
traffic() {
	while :; do
		exec 3<>/dev/tcp/127.0.0.1/80
		printf 'HEAD / HTTP/1.0\r\n\r\n' >&3
		while read -r -u 3; do :; done
		exec 3>&-
		curl -s http://127.0.0.1/
		curl -s http://127.0.0.1:81/
		# shellcheck disable=SC2016 # that shell's own pid
		sh -c 'kill -SEGV $$'
		sleep 0.1
	done >/dev/null 2>&1
}

# start_as PID COMMAND...: with the pid that the cookbook has made up.
start_as() {
	local pid=$1 try

	shift
	for try in {1..20}; do
		echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
		start "$@"
		[ "$started" != "$pid" ] || return 0
		kill "$started"
	done
	bail "no process $pid after $try tries"
}

# seen: packets and exits that the module has looked at.
seen() {
	awk '$1 ~ /^(packets_(in|out)_|exits$)/ { n += $2 } END { print n }' "$debug/stats"
}

seen_more_than() {
	[ "$(seen)" -gt "$1" ]
}

# run: the line in $line, its status in $status, what it prints in $tmp/out.
# One that goes on "until ^C" gets that once there was something to be seen.
run() {
	local before

	before=$(seen)
	if [[ $line != *'# until ^C' ]]; then
		eval "$line" >"$tmp/all" 2>"$tmp/err"
		status=$?
	else
		env --default-signal=INT setsid bash -c "$line" >"$tmp/all" 2>"$tmp/err" &
		wait_for 90 seen_more_than $((before + 100))
		status=$?
		kill -INT -$!
		{ wait $!; } 2>/dev/null
	fi
	# What trace-cmd report begins with.
	grep -av '^cpus=' "$tmp/all" >"$tmp/out"
	cat "$tmp/all" "$tmp/err" >>"$tmp/everything"
}

# shows REGEX...: it succeeds, and prints a line like each of these.
shows() {
	local regex

	[ "$status" = 0 ] || return 1
	for regex; do
		grep -aqE "$regex" "$tmp/out" || { echo "# nothing like: $regex" && return 1; }
	done
}

# only REGEX...: and it prints no line that is not like one of them.
only() {
	shows "$@" && ! grep -avE "$(IFS='|' && echo "$*")" "$tmp/out" |
		sed 's/^/# not expected: /' | grep -a -m 3 .
}

# quiet COMMAND...: it succeeds and prints nothing; and that is so afterwards.
quiet() {
	[ "$status" = 0 ] && [ ! -s "$tmp/out" ] && "$@"
}

content_is() {
	[ "$(cat "$1")" = "$2" ]
}

records() {
	[ "$(packets | wc -l)" -ge "$1" ]
}

# selects REGEX: from now on such packets are recorded, and no others.
selects() {
	quiet || return
	clear_trace
	wait_for 60 records 10
	packets >"$tmp/out"
	only "$1"
}

# A record of trace-cmd's or perf's whose owner is the task that ran.
by_curl='curl[- ]+([0-9]+) .* out .* pid=\1 comm=curl source=sender '
ended='-([0-9]+) .* pid=\1 comm'
hist='^(#.*|Totals:|    (Hits|Entries|Dropped): [0-9]+|)$'

check_file() {
	case $line in
	*'awk '*':80$/'*) only " tcp [^ ]+ [^ ]+:80 [^ ]+ ([0-9]+ $nginx .* nginx|-1 -1 -1 .*)$" ;;
	*'awk '*'== -1'*) only " (tcp|udp) ([^ ]+ ){5}-1 " ;;
	*/open_ports*) only "^.kports. pid=$nginx comm=nginx source port=80 destination port=[0-9]+$" ;;
	*/stats*) shows '^exits +[1-9]' '^packets_in_tcp +[1-9]' '^source_unknown +0$' ;;
	*) shows " tcp LISTEN 0.0.0.0:80 0.0.0.0:0 0 $master [0-9]+ [0-9]+ [0-9]+ nginx$" ;;
	esac
}

# check_report: of which recording, the line before says.
check_report() {
	case "$previous $line" in
	*enumerate*) shows " existing tcp listening .*:80 > .* pid=$master comm=nginx" \
		' end - - ' 'curl-([0-9]+) .* created tcp .* pid=\1 comm=curl' \
		" accepted tcp established .*:80 > .* pid=$nginx comm=nginx" ;;
	*'report -F'*) only ' kmon_packet: .* len=[1-9][0-9]* .* comm=curl ' ;;
	*sched_switch*) shows "$by_curl" ' sched_switch: .*curl' ' kmon_process_exit: .* comm=curl ' ;;
	*'source == 7'*) only ' kmon_packet: .* pid=-1 .* source=none ' ;;
	*'exit 3'*) shows "sh$ended=sh .* exit_code=3 " \
		"curl$ended=curl .* rx_bytes=[1-9].* tx_bytes=[1-9].* net_since=[1-9]" \
		"gzip$ended=gzip .* exit_code=0 .* sum_exec=[1-9]" ;;
	*) return 1 ;;
	esac
}

check_packets() {
	case $line in
	'echo 1 > enable;'*) shows "$by_curl" " pid=$nginx comm=nginx source=socket" &&
		content_is enable 1 ;;
	*"'comm == "*) selects '^(in|out) tcp [^ ]+ > [^ ]+:80 .* comm=nginx ' ;;
	*"'pid == "*) selects " pid=$made_up comm=bash " ;;
	*"'source == "*) selects '^(in|out) tcp .*:81 .* pid=-1 .* source=none ' ;;
	'echo 0 > filter;'*) quiet content_is filter none && content_is enable 0 ;;
	*web*filter*) quiet grep -q 80 instances/web/events/kmon/kmon_packet/filter ;;
	*web*enable*) quiet content_is instances/web/events/kmon/kmon_packet/enable 1 ;;
	*instances/web/trace) only '^#' '\[::1\]:80 .* comm=curl ' ":80 .* pid=$nginx comm=nginx " \
		":80 .* (comm=curl|pid=$made_up comm=bash) " ;;
	*mkdir*) quiet [ -d instances/web ] ;;
	rmdir*) quiet [ ! -e instances/web ] ;;
	*) return 1 ;;
	esac
}

check_hist() {
	case $line in
	"echo 'hist:"*) quiet grep -q '^hist:' trigger ;;
	"echo '!hist:"* | 'echo "!'*) quiet && ! grep '^hist:' trigger ;;
	*/tmp/gz*) only "$hist" '^{ comm: gzip .* sum_exec: +[1-9].* min_flt: +[1-9]' '^{ comm: ' ;;
	*hist*) only "$hist" '^{ comm: curl *, dir: +1 } .* len: +[1-9]' \
		'^{ comm: nginx *, dir: +0 } .* len: +[1-9]' '^{ comm: .* dir: .* len: +[0-9]+$' ;;
	*) return 1 ;;
	esac
}

check_answer() {
	case $line in
	asked=* | answered=*) quiet export asked answered ;;
	*trace_pipe*) shows " answer: pid=$nginx port=[0-9]+ us=[1-9]" ;;
	*'0 > '*enable) quiet content_is ../../synthetic/answer/enable 0 ;;
	*'echo "!'*) quiet && ! grep '^hist:' trigger && [ ! -e ../../synthetic/answer ] ;;
	*synthetic_events) quiet [ -e ../../synthetic/answer ] ;;
	*trigger) quiet && [ "$(grep -c ^hist: trigger)" = 2 ] ;;
	*) return 1 ;;
	esac
}

check_rest() {
	case $line in
	cd\ *) quiet ;;
	'trace-cmd record'*) [ "$status" = 0 ] && [ -s trace.dat ] ;;
	*PROCESS_MONITOR*) shows 'PROCESS_MONITOR: Process exiting - PID: [0-9]+, Name: curl, Parent PID: ' \
		'PROCESS_MONITOR: +User time: [0-9]+ ns, System time: [0-9]+ ns' ;;
	*0*/log_exits*) only 'PROCESS_MONITOR: Total process exits monitored: [1-9]' ;;
	*'echo 0'*/net_account*) quiet content_is /sys/module/kmon/parameters/net_account N ;;
	*'echo 1'*/parameters/*) quiet ;;
	'perf record'*) [ "$status" = 0 ] && [ -s /tmp/perf.data ] ;;
	'perf script'*) shows "$by_curl" 'kmon:kmon_process_exit: .* comm=curl ' ;;
	bpftrace*kmon_packet*) only '^$|^Attaching' "^@\[nginx, $nginx\]: [1-9]" '^@\[curl, [0-9]+\]: [1-9]' \
		"^@\[bash, $made_up\]: [1-9]" '^@\[(nginx|curl|bash|), -?[0-9]+\]: [0-9]+$' ;;
	bpftrace*signal*) only '^$|^Attaching' '^@\[sh, 11\]: [1-9]' ;;
	*) return 1 ;;
	esac
}

# check: what is to be said of $line, by what it is about.
check() {
	case $line in
	*debug/kmon/*sockets* | */open_ports* | *kmon/stats*) check_file ;;
	'trace-cmd report'*) check_report ;;
	asked=* | *answer* | *synthetic*) check_answer ;;
	*hist*) check_hist ;;
	*enable* | *filter* | *instances*) check_packets ;;
	*) check_rest ;;
	esac
}

# What it says has to come before.
eval "$(sed -n 's/.*and there `\(insmod [^`]*\)`.*/\1/p' "$readme")" && wait_for 20 listening 80 ||
	bail "the module and nginx do not start"
master=$(cat /run/nginx.pid)
nginx="($(pgrep -x nginx | paste -sd '|'))"
pids+=("$master")
buffer 8192
made_up=$(cookbook | sed -n "s/^echo 'pid == \([0-9]*\)'.*/\1/p")
start_as "$made_up" traffic
wait_for 30 sh -c "ss -Htan state time-wait | grep -q :80" || bail "no traffic"
cookbook >"$tmp/cookbook"
within "$(wc -l <"$tmp/cookbook")" 40 100 "the cookbook has some lines"

# lacks_hist: whether the line is about what this kernel was built without.
lacks_hist() {
	[ ! -e "$event/hist" ] && [[ $line =~ hist|^asked=|answer|synthetic ]]
}

previous='' line=''
while read -r line <&4; do
	if lacks_hist; then
		skip "this kernel has no histograms" "$line"
		continue
	fi
	run
	check
	ok $? "$line" || sed 's/^/# /' "$tmp/err" "$tmp/out" | head -n 20
	previous=$line
done 4<"$tmp/cookbook"

kill "$started"
wait "$started" 2>/dev/null
is "$(grep -aE 'FAILED TO PARSE|ARG NOT FIELD|\[UNKNOWN' "$tmp/everything")" "" \
	"every program can read every field"
is "$(at_rest)" "" "afterwards nothing is left running"
rmmod kmon
ok $? "and the module unloads"
done_testing
