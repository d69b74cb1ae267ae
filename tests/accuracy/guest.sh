#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Loads the module and plays scenarios under the witness; see guest.py.
set -u
here=${0%/*}
TRUTH=$(mktemp) || exit 1
export TRUTH
# As large as needed, and only what is written takes memory.
truncate -s "${TRUTH_SIZE:-64M}" "$TRUTH"
insmod "$KMON_KO" || exit 1
LD_PRELOAD=$PWD/build/accuracy/truth.so python3 "$here/guest.py" "$@"
status=$?
rmmod kmon || status=1
exit $status
