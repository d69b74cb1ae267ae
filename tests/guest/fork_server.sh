#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A thousand short-lived clients, a child per connection: every owner is right.
# timeout: 300
. "${0%/*}/lib.sh"
. "${0%/*}/src/load.sh"

load
load_watch
for family in 4 6; do
	load_run fork $family 1000 8
	is "$(verdict sides)" 2000 "IPv$family: a thousand connections have two sides each"
	is "$(verdict right)" "$(verdict packets)" "IPv$family: every packet has the right owner"
	is "$nr_counted" "$(verdict packets)" "IPv$family: there are as many records as packets"
	within "$(verdict listener)" 1000 10000 "IPv$family: some before the connection is accepted"
done
is "$(lost)" 0 "no record was lost"
is "$(stat source_unknown)" 0 "no owner is unknown"
done_testing
