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

# throng_start SOCKETS PROCESSES: that many at least, until the test ends.
throng_start() {
	local nr

	mkfifo "$tmp/throng.in" "$tmp/throng.out"
	exec {throng_in}<>"$tmp/throng.in" {throng_out}<>"$tmp/throng.out"
	throng "$1" "$2" <"$tmp/throng.in" >"$tmp/throng.out" \
		{throng_in}>&- {throng_out}>&- &
	throng=$!
	pids+=($!)
	read -r -t 300 -u "$throng_out" nr || bail "no throng"
	echo "# $nr sockets"
}

# ss_users [WRAPPER...]: what ss says of TCP and UDP sockets, a line for each
# descriptor, in the order of kmon/sockets' columns: proto, state, local,
# remote, pid, fd, inode, name. Where it knows no process: - - 0 -.
ss_users() {
	"$@" ss -HOtunape | awk '
	function end(address) {
		sub(/^\*:/, "[::]:", address)
		sub(/:\*$/, ":0", address)
		sub(/%[^]:]*/, "", address)
		return address
	}
	{
		line = $1 " " $2 " " end($5) " " end($6)
		ino = 0
		if (match($0, / ino:[0-9]+/))
			ino = substr($0, RSTART + 5, RLENGTH - 5)
		if (!match($0, /users:\(\(.*\)\)/)) {
			print line, "- -", ino, "-"
			next
		}
		nr = split(substr($0, RSTART + 8, RLENGTH - 10), user, /\),\(/)
		for (i = 1; i <= nr; i++) {
			match(user[i], /",pid=[0-9]+,fd=[0-9]+$/)
			name = substr(user[i], 2, RSTART - 2)
			split(substr(user[i], RSTART + 2), id, /[,=]/)
			print line, id[2], id[4], ino, name
		}
	}' | sort
}

# kmon_users NETNS: the same of kmon/sockets, without what ss does not show.
kmon_users() {
	awk -v netns="$1" '
	NR == 1 || $1 != netns || ($2 != "tcp" && $2 != "udp") || $4 ~ /:0$/ { next }
	$8 < 0 { print $2, $3, $4, $5, "- -", $9, "-"; next }
	{ print $2, $3, $4, $5, $7, $8, $9, $11 }' "$debug/sockets" | sort
}
