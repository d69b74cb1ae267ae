#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whatever fails while kmon_process_exit is enabled, there is an answer and nothing left.
# variant: faults
# vm: --append slab_nomerge
# timeout: 300
. "${0%/*}/lib.sh"
. "${0%/*}/src/faults.sh"

fail_each kmon_process_exit
is "$(left_behind)" "" "nothing is left"
done_testing
