#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Unloading while files are open: debugfs says busy, an open_ports reader ends.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"
need throng

# try_rmmod: its message in $said.
try_rmmod() {
	said=$(rmmod kmon 2>&1)
}

gone() {
	! [ -e /sys/module/kmon ]
}

throng_start 500 4
for file in sockets stats; do
	load
	exec {fd}<"$debug/$file"
	! try_rmmod
	ok $? "kmon/$file is open: the module does not unload"
	is "$(grep -c 'in use' <<<"$said")" 1 "kmon/$file is open: it says that it is in use"
	# In the middle of the file.
	read -r -u "$fd" _
	! try_rmmod
	ok $? "kmon/$file is half read: nor then"
	read -r -u "$fd" _
	ok $? "kmon/$file is half read: it can still be read"
	exec {fd}<&-
	rmmod kmon
	ok $? "kmon/$file is closed: it unloads"
done

# enumerate is written at once; open, it holds the module.
load
exec {fd}>"$debug/enumerate"
! try_rmmod
ok $? "kmon/enumerate is open: the module does not unload"
exec {fd}>&-
rmmod kmon
ok $? "kmon/enumerate is closed: it unloads"

# A reader that holds the file, not the module: before, in and after its text.
for where in 'has not begun' 'has read a line' 'has read all'; do
	load
	exec {fd}</proc/open_ports
	case $where in
	*line) read -r -u "$fd" _ ;;
	*all) cat <&"$fd" >"$tmp/all" ;;
	esac
	rmmod kmon
	ok $? "a reader of open_ports $where: the module unloads"
	gone
	ok $? "a reader of open_ports $where: and is gone"
	# By one read(2) at most, so that no buffer of the shell's is read again.
	dd bs=64k count=1 <&"$fd" >"$tmp/rest" 2>"$tmp/errors"
	is "$(wc -c <"$tmp/rest")" 0 "a reader of open_ports $where: it gets no more"
	exec {fd}<&-
done

# Readers all the time, unloaded under their hands.
nr=0
for _ in 1 2 3 4 5; do
	load
	readers=()
	for _ in 1 2 3 4; do
		sh -c 'until [ -e "$1" ]; do cat /proc/open_ports; done' sh "$tmp/stop" \
			>/dev/null 2>&1 &
		readers+=($!)
	done
	pids+=("${readers[@]}")
	# Each has begun, and is somewhere.
	sleep 0.$((RANDOM % 5))
	rmmod kmon && nr=$((nr + 1))
	: >"$tmp/stop"
	wait "${readers[@]}"
	rm "$tmp/stop"
done
is $nr 5 "while four readers read open_ports, the module unloads every time"
is "$(left_behind)" "" "nothing is left behind"
! [ -e /proc/open_ports ]
ok $? "and no file"
done_testing
