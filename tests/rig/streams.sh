#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What goes into the guest and comes out of it arrives unchanged.
# shellcheck disable=SC2016 # what is quoted is for the guest to expand
set -u

# shellcheck source-path=SCRIPTDIR source=../../scripts/lib/tap.sh
. "$(dirname "$(realpath "$0")")/../../scripts/lib/tap.sh"

words=('a b' $'two\nlines' "it's" '"double"' '$HOME' '*' 'back\slash' '' '-n' 'end ')

# Both sides make the same bytes, so no file has to go in.
bytes='srand 7; binmode STDOUT; binmode STDERR;
	for (1 .. 256) {
		print STDOUT join "", map chr, map int rand 256, 1 .. 4096;
		print STDERR join "", map chr, map int rand 256, 1 .. 4096;
	}'
guest args -o "$tmp/args" bash -c '
	printf "%s\0" "$@"
	echo err >&2
	head -c 1048576 /dev/urandom > "$OUT/blob"
	mkdir "$OUT/dir" && echo deep > "$OUT/dir/file name"
	exit 7' bash "${words[@]}"
guest pipe perl -e "$bytes"
wait
perl -e "$bytes" > "$tmp/o" 2> "$tmp/e"
claim 'two guests at once both succeed' same "$(status_of args) $(status_of pipe)" '7 0'
claim 'arguments arrive as they were given' \
	cmp <(printf '%s\0' "${words[@]}") "$tmp/args.out"
claim 'stderr is apart from stdout' same "$(cat "$tmp/args.err")" err
claim 'a binary MiB on stdout arrives exactly' cmp "$tmp/o" "$tmp/pipe.out"
claim 'a binary MiB on stderr arrives exactly' cmp "$tmp/e" "$tmp/pipe.err"
claim '$OUT comes back though the command failed' \
	same "$(cat "$tmp/args/dir/file name")" deep
claim 'a MiB in $OUT has its size' same "$(stat -c %s "$tmp/args/blob")" 1048576
claim 'the kernel log comes back' grep -q 'Linux version' "$tmp/args/dmesg.log"

guest env bash -c '
	set -- "$(id -u)" "$(pwd)" "$(uname -n)"
	mountpoint -q /sys/kernel/tracing && mountpoint -q /sys/kernel/debug &&
		mountpoint -q /sys/fs/cgroup && mountpoint -q /dev/pts &&
		mountpoint -q /tmp && mountpoint -q /dev/shm && set -- "$@" mounts
	ping -q -c 1 -W 5 127.0.0.1 > /dev/null && ping -q -c 1 -W 5 ::1 > /dev/null &&
		set -- "$@" loopback
	echo "first" > /dev/stdout && echo second | tee /dev/stderr > /dev/null
	[ ! -e /.kmon-rig-test ] && touch /.kmon-rig-test && set -- "$@" writable
	(sleep 300 &)
	echo "$@"'
wait
claim 'root, the checkout, mounts, loopback and a writable root are there' \
	same "$(tail -n 1 "$tmp/env.out")" \
	"0 $(realpath "$rig/..") kmon-guest mounts loopback writable"
claim 'the host is untouched' test ! -e /.kmon-rig-test
claim 'a command may reopen its own stdout and stderr' \
	same "$(head -n 1 "$tmp/env.out") $(cat "$tmp/env.err")" 'first second'
plan
