# SPDX-License-Identifier: GPL-2.0
# TAP for the rig's own tests: numbers the claims and prints the plan at the end.
# shellcheck shell=bash

rig=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
tap_nr=0
tap_failed=0
tmp=$(mktemp -d) || exit 1

# The children are this test's own guests; each removes what it made.
tap_end() {
	# shellcheck disable=SC2046
	kill $(jobs -p) 2> /dev/null
	wait
	rm -rf "$tmp"
}
trap tap_end EXIT
trap 'exit 130' INT TERM

# claim TEXT COMMAND...: the claim holds when the command succeeds.
claim() {
	local text=$1

	shift
	tap_nr=$((tap_nr + 1))
	if "$@" > "$tmp/.claim" 2>&1; then
		echo "ok $tap_nr - $text"
	else
		echo "not ok $tap_nr - $text"
		sed 's/^/# /' "$tmp/.claim"
		tap_failed=1
	fi
}

# same GOT WANTED: equal strings; says both when they are not.
same() {
	[ "$1" = "$2" ] || { printf 'got:\n%s\nwanted:\n%s\n' "$1" "$2" && return 1; }
}

plan() {
	echo "1..$tap_nr"
	exit $tap_failed
}

# guest NAME ARG...: scripts/vm in the background; out, err and status are files.
guest() {
	local name=$1

	shift
	{
		"$rig/vm" "$@" > "$tmp/$name.out" 2> "$tmp/$name.err"
		echo $? > "$tmp/$name.status"
	} &
}

status_of() {
	cat "$tmp/$1.status"
}
