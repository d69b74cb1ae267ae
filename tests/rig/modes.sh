#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Counted instructions repeat, and systemd can be the first process.
# shellcheck disable=SC2016 # what is quoted is for the guest to expand
set -u

# shellcheck source-path=SCRIPTDIR source=../../scripts/lib/tap.sh
. "$(dirname "$(realpath "$0")")/../../scripts/lib/tap.sh"

# Microseconds of guest clock for work that neither waits nor calls the kernel.
loop='work() {
		local i start=${EPOCHREALTIME/./}
		for ((i = 0; i < 10000; i++)); do :; done
		echo $((${EPOCHREALTIME/./} - start))
	}
	work > /dev/null
	work'
guest first --icount bash -c "$loop"
guest second --icount bash -c "$loop"
wait

# shellcheck disable=SC2317 # claim calls it
near() {
	echo "$1 and $2"
	awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; exit !(a > 0 && d < a / 1000 && -d < a / 1000) }'
}
claim 'two runs with --icount agree within 0.1 %' \
	near "$(cat "$tmp/first.out")" "$(cat "$tmp/second.out")"

guest systemd --init systemd sh -c 'cat /proc/1/comm; systemctl is-system-running; exit 5'
wait
claim 'systemd is the first process and has no failed unit' \
	same "$(paste -sd ' ' "$tmp/systemd.out")" 'systemd running'
claim 'under systemd the status is still the command'"'s" same "$(status_of systemd)" 5
plan
