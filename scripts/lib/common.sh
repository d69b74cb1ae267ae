# SPDX-License-Identifier: GPL-2.0
# Shared by the scripts: where the checkout and the cache are, how to give up.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the sourcing scripts read these

prog=${0##*/}
lib=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
top=$(cd "$lib/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kmon

# die STATUS MESSAGE: one clear line, then the end.
die() {
	printf '%s: %s\n' "$prog" "$2" >&2
	exit "$1"
}

note() {
	printf '%s: %s\n' "$prog" "$1" >&2
}

# The lock is held until the shell that called this ends, or fd LOCK is closed.
take_lock() {
	mkdir -p "${1%/*}" || die 1 "cannot create ${1%/*}"
	exec {LOCK}> "$1" || die 1 "cannot open the lock $1"
	flock "$LOCK" || die 1 "cannot lock $1"
}

drop_lock() {
	exec {LOCK}>&-
}
