#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Eight children accept on one listener: each connection is its acceptor's.
# timeout: 300
. "${0%/*}/lib.sh"
. "${0%/*}/src/load.sh"

load
load_watch
for family in 4 6; do
	load_run prefork $family 300 8
	is "$(verdict sides)" 600 "IPv$family: the connections have two sides each"
	is "$(verdict right)" "$(verdict packets)" "IPv$family: every packet has the right owner"
	is "$nr_counted" "$(verdict packets)" "IPv$family: there are as many records as packets"
	within "$(awk '$1 == "server" { print $4 }' "$tmp/truth" | sort -u | wc -l)" 2 8 \
		"IPv$family: more than one child accepted"
done
is "$(lost)" 0 "no record was lost"
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
