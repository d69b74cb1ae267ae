#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The rig's exit status tells the command's end, the rig's and the kernel's apart.
# shellcheck disable=SC2016 # what is quoted is for the guest to expand
set -u

# shellcheck source-path=SCRIPTDIR source=../../scripts/lib/tap.sh
. "$(dirname "$(realpath "$0")")/../../scripts/lib/tap.sh"

# Two guests at a time: one for each processor of a small machine.
guest zero true
guest three sh -c 'exit 3'
wait
claim 'a command that succeeds gives 0' same "$(status_of zero)" 0
claim 'a command that exits with 3 gives 3' same "$(status_of three)" 3

guest late -t 1 -o "$tmp/late" sh -c 'echo kept > "$OUT/file"; sleep 1000'
guest warn sh -c 'echo "<4>WARNING: CPU: 0 PID: 1 at x" > /dev/kmsg'
wait
claim 'a command out of time gives 124' same "$(status_of late)" 124
claim '$OUT comes back though the time ran out' same "$(cat "$tmp/late/file")" kept
claim 'a kernel warning gives 126 though the command succeeded' \
	same "$(status_of warn)" 126
claim 'the warning is shown on stderr' grep -q 'WARNING: CPU: 0' "$tmp/warn.err"

guest crash -o "$tmp/crash" sh -c 'echo c > /proc/sysrq-trigger'
guest words sh -c 'echo "<6>x: no WARNING: here, BUG: not at the start" > /dev/kmsg
	exit 125'
wait
claim 'a panic gives 126' same "$(status_of crash)" 126
claim 'console.log holds the panic' grep -q 'Kernel panic' "$tmp/crash/console.log"
claim 'a message that only quotes such words is no report' \
	same "$(status_of words)" 125

"$rig/vm" -k 9.9 true 2> "$tmp/err"
claim 'an unknown kernel gives 125' same $? 125
claim 'with one line that names it' same "$(grep -c "'9.9'" "$tmp/err")/$(wc -l < "$tmp/err")" 1/1

# A PATH with everything but the emulator.
mkdir "$tmp/bin"
for dir in ${PATH//:/ }; do
	ln -s "$dir"/* "$tmp/bin/" 2> /dev/null
done
rm -f "$tmp"/bin/qemu-system-*
PATH=$tmp/bin "$rig/vm" true 2> "$tmp/err"
claim 'a missing emulator gives 125' same $? 125
claim 'with one line that says what to do' \
	same "$(grep -c scripts/setup "$tmp/err")/$(wc -l < "$tmp/err")" 1/1

"$rig/vm" --no-such-option true 2> "$tmp/err"
claim 'a wrong option gives 2' same $? 2
plan
