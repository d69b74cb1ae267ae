#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A histogram by name and direction sums exactly the payload that was sent.
. "${0%/*}/lib.sh"
. "${0%/*}/src/nginx.sh"

nginx_start
load
[ -e "$event/hist" ] || skip_all "this kernel has no histograms (CONFIG_HIST_TRIGGERS)"
put 'hist:keys=comm,dir:vals=len' "$event/trigger"
ok $? "the trigger is accepted"

# sum COMM DIR: what the histogram has for it.
sum() {
	sed -n "s/^{ comm: $1 *, dir: *$2 } .* len: *\([0-9]*\).*/\1/p" "$event/hist"
}

# A trigger alone turns the event on, as an enabled one does.
sent=0 received=0
for url in http://127.0.0.1/ 'http://[::1]/' http://127.0.0.1/; do
	export url
	"${request[@]}" || bail "curl has no answer"
	read -r request_len header_len body_len <"$tmp/sizes"
	sent=$((sent + request_len))
	received=$((received + header_len + body_len))
done
is "$(sum curl 1)" $sent "curl sent its requests"
is "$(sum nginx 0)" $sent "nginx received them"
is "$(sum nginx 1)" $received "nginx sent its answers"
is "$(sum curl 0)" $received "curl received them"
is "$(grep -c '^{' "$event/hist")" 4 "nobody else is there"

! rmmod kmon 2>/dev/null
ok $? "with a trigger the module is in use"
put '!hist:keys=comm,dir:vals=len' "$event/trigger"
ok $? "the trigger can be taken away"
is "$(at_rest)" "" "then nothing is left running"
rmmod kmon
ok $? "afterwards the module unloads"
done_testing
