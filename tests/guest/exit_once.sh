#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# However the threads of a process end, it has exactly one record.
. "${0%/*}/lib.sh"
. "${0%/*}/src/exits.sh"
need ends

load
buffer 4096

# once CLAIM PROCESSES THREADS WAY...: all of them, each once and as wait(2)
# has it; besides them there is only the program that started them.
once() {
	local claim=$1 before

	shift
	before=$(stat exits)
	run ends "$@" >"$tmp/truth"
	[ "$status" = 0 ] || bail "ends $*: status $status"
	is "$(wc -l <"$tmp/truth")" "$1" "$claim: $1 processes have ended"
	exits | grep -v "^pid=$ran " | sed 's/ run_time=.*//' | sort >"$tmp/records"
	is "$(diff <(sort "$tmp/truth") "$tmp/records")" "" \
		"$claim: each has one record, which says so"
	is "$(($(stat exits) - before))" $(($1 + 1)) "$claim: the total has grown by these"
}

once "five threads exit at once" 201 5 together 4
once "five threads end the process at once" 40 5 group 6
once "50 threads" 1 50 exit 3
once "one thread" 20 1 exit 0
once "the leader first, then a worker ends the process" 10 5 first 7
once "the leader first, then each worker by itself" 10 5 last 8
once "exec from a non-leader" 10 3 exec
once "killed by SIGKILL" 10 20 kill 9

# The child of vfork is a process too, and shares its parent's memory.
run ends 10 2 vfork >"$tmp/truth"
is "$(exits | grep ' comm=vfork ' | sed 's/ run_time=.*//' | sort)" "$(sort "$tmp/truth")" \
	"vfork: each parent has one record"
is "$(exits | grep ' comm=true ' | field ppid | sort)" \
	"$(sed 's/pid=\([0-9]*\) .*/\1/' "$tmp/truth" | sort)" \
	"vfork: and each child that executed another program"
is "$(exits | field pid | sort | uniq -d)" "" "vfork: nobody has two"
is "$(exits | wc -l)" 21 "vfork: and that is all"

is "$(lost)" 0 "the buffer has lost nothing"
rmmod kmon
ok $? "the module unloads"
done_testing
