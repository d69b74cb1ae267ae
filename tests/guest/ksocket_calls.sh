#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every call of ksocket does what its documentation says, tried from a module.
# variant: selftest
# timeout: 300
. "${0%/*}/lib.sh"
. "${0%/*}/src/ksocket.sh"

load
dmesg -C
use ksocket_test 2>/dev/null
loaded=$?
claims_of ksocket_test
ok $loaded "the module that tries all that loads"
is "$(klog | grep -c 'ksocket_test: .* 0 failed$')" 1 "and says that nothing failed"
is "$(wc -l <"$ksocket/sockets")" 1 "it leaves no socket"
rmmod ksocket_test
use ksocket_original
ok $? "a module with declarations of its own talks over TCP and UDP"
rmmod ksocket_original

# Numbers that a closed socket leaves behind.
within "$(sum closed)" 1000 1000000 "sockets that were closed are counted"
within "$(sum errors)" 20 1000000 "and their errors"
is "$(sum open)" 0 "none is open"

# A module that forgets one.
use ksocket_test leak=1
is "$(sockets_of ksocket_test | cut -d' ' -f2-5)" "leave_open[ksocket_test] inet dgram close" \
	"a socket is there with the function that made it"
rmmod ksocket_test
is "$(sum open)" 1 "it is still open when its module is gone"
dmesg -C
rmmod kmon
ok $? "kmon unloads all the same"
is "$(klog | grep -c '^kmon: ksocket [0-9]* was left open; made by leave_open\[ksocket_test\]$')" 1 \
	"and reports who has left it"
is "$(left_behind)" "" "nothing is left"
done_testing
