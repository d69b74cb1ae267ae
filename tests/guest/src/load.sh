# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The test's side of load.c: watched, counted and judged. Sourced after lib.sh.

need load nft
judge=${BASH_SOURCE%/*}/judge.awk
load_port=9000

# load_watch: enables the event, and all that its records are judged by.
load_watch() {
	local function

	buffer 32768
	echo mono >"$tracing/trace_clock"
	# When a packet comes to where the hook is.
	for function in __ip_local_out ip_local_deliver ip6_xmit ip6_input; do
		echo "p:path/path $function" >>"$tracing/kprobe_events" ||
			bail "there is no $function to probe"
	done
	echo 1 >"$tracing/events/path/enable"
	# Counts in the same two places, by what has nothing to do with the module.
	nft -f - <<-EOT || bail "nft does not count"
	table inet count {
		chain in {
			type filter hook input priority 0
			tcp dport $load_port counter
			tcp sport $load_port counter
		}
		chain out {
			type filter hook output priority 0
			tcp dport $load_port counter
			tcp sport $load_port counter
		}
	}
	EOT
	enable || bail "the event cannot be enabled"
}

counted() {
	nft list table inet count | awk '/counter packets/ { n += $6 } END { print n }'
}

# No connection is still about to send.
load_is_over() {
	! ss -Htan "( sport = :$load_port or dport = :$load_port )" | grep -qv '^\(TIME-WAIT\|LISTEN\)'
}

# load_run MODE FAMILY CLIENTS PARALLEL: runs it and has it judged.
load_run() {
	local before

	clear_trace
	before=$(counted)
	"$(type -P load)" "$1" "$2" "$load_port" "$3" "$4" >"$tmp/truth" ||
		bail "the load fails"
	wait_for 20 load_is_over || bail "connections stay open"
	nr_counted=$(($(counted) - before))
	cat "$tracing/trace" >"$tmp/trace"
	sort -n -k 6,6 "$tmp/truth" |
		awk -v port=$load_port -f "$judge" - "$tmp/trace" >"$tmp/verdict"
	sed 's/^[^#]/#   &/' "$tmp/verdict"
}

# verdict NAME: a number of the judge's.
verdict() {
	awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }' "$tmp/verdict"
}
