# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The records of kmon_socket, and who has which socket. Sourced after actor.sh.

# enable and disable mean this event.
event=$tracing/events/kmon/kmon_socket

# sockets [INSTANCE]: the records in a buffer, one a line, text only.
sockets() {
	sed -n 's/.*: kmon_socket: //p' "${1:-$tracing}/trace"
}

# ino ACTOR FD: the socket's inode number.
ino() {
	readlink "/proc/${pid_of[$1]}/fd/$2" | tr -dc 0-9
}

# fd_list ACTOR: its descriptors of sockets.
fd_list() {
	find "/proc/${pid_of[$1]}/fd" -lname 'socket:*' -printf '%f\n' | sort -n
}
