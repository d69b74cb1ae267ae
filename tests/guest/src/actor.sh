# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The test's side of actor.c: starting processes and telling them what to do.
# Sourced after lib.sh.

declare -A actor_in actor_out pid_of
ACTOR_DIR=$tmp
export ACTOR_DIR
actor_program=$(type -P actor) || bail "actor is missing: make -C tests/guest"

# stage NAME: the fifos of an actor; open at both ends, so that nobody waits.
stage() {
	local in out

	mkfifo "$tmp/$1.in" "$tmp/$1.out"
	exec {in}<>"$tmp/$1.in" {out}<>"$tmp/$1.out"
	actor_in[$1]=$in
	actor_out[$1]=$out
}

# hear NAME: the answer, in $reply; false where the actor could not do it.
hear() {
	local status

	read -r -t 30 -u "${actor_out[$1]}" status reply || bail "actor $1 does not answer"
	[ "$status" = ok ]
}

# actor NAME [WRAPPER...]: starts one, under "ip netns exec N" and the like.
actor() {
	local name=$1

	shift
	stage "$name"
	"$@" "$actor_program" "$name" <"$tmp/$name.in" >"$tmp/$name.out" &
	pids+=("$!")
	hear "$name" || bail "actor $name: $reply"
	pid_of[$name]=$reply
}

# ask NAME COMMAND...: hands it the command and does not wait for the answer.
ask() {
	local name=$1

	shift
	echo "$*" >&"${actor_in[$name]}"
}

# tell NAME COMMAND...: has it done; the answer is in $reply.
tell() {
	ask "$@"
	hear "$1" || bail "actor $*: $reply"
}

# split NAME CHILD: NAME forks, and its child is an actor too.
split() {
	stage "$2"
	tell "$1" fork "$2"
	pid_of[$2]=$reply
	pids+=("$reply")
}

# serve NAME S FAMILY ADDRESS PORT: NAME listens there on its socket S.
serve() {
	tell "$1" socket "$2" "$3"
	tell "$1" option "$2" reuseaddr
	tell "$1" bind "$2" "$4" "$5"
	case $3 in tcp*) tell "$1" listen "$2" ;; esac
}

# join CLIENT S SERVER LISTENER T FAMILY ADDRESS PORT: a TCP connection between
# the two, S on one side and T on the other; the client's port in $reply.
join() {
	tell "$1" socket "$2" "$6"
	tell "$1" connect "$2" "$7" "$8"
	tell "$3" accept "$4" "$5"
}

# loopback FAMILY: its address, of "tcp4" and the like.
loopback() {
	case $1 in *6) echo ::1 ;; *) echo 127.0.0.1 ;; esac
}

# seen REGEX: whether such a packet is recorded; for wait_for, where the kernel
# may take its time.
seen() {
	packets | grep -qE "$1"
}

# owners REGEX: who owns the recorded packets that match, each once.
owners() {
	packets | grep -E "$1" |
		grep -o 'pid=[-0-9]* comm=[^ ]* source=[a-z]* shared=[01]' | sort -u
}

# owner ACTOR SOURCE [SHARED]: what owners prints for one.
owner() {
	echo "pid=${pid_of[$1]} comm=$1 source=$2 shared=${3:-0}"
}
