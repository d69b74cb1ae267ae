# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The records of kmon_process_exit, and programs that end. Sourced after lib.sh.

# enable and disable mean this event.
event=$tracing/events/kmon/kmon_process_exit

# exits: the records in the top buffer, one a line, text only.
exits() {
	sed -n 's/.*: kmon_process_exit: //p' "$tracing/trace"
}

# exit_of PID: the records of that process; there should be one.
exit_of() {
	exits | grep "^pid=$1 "
}

# recorded PID: whether it has one; for wait_for.
recorded() {
	exit_of "$1" | grep -q .
}

# field NAME: that field of the records on standard input.
field() {
	sed -n "s/.* $1=\([^ ]*\).*/\1/p; s/^$1=\([^ ]*\).*/\1/p"
}

# run COMMAND...: it, with the event enabled for exactly as long as it lives;
# its status is in $status, its pid in $ran.
run() {
	clear_trace
	enable || bail "the event cannot be enabled"
	"$@" &
	ran=$!
	# The shell would say how it was killed.
	{ wait $ran; } 2>/dev/null
	status=$?
	disable
}
