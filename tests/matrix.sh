# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # tests/run sets the rest
# The guest tests on each kernel, and the table of what came out. Sourced by
# tests/run.

table=$logs/matrix
declare -A built

find_guest_files() {
	local file name

	guest_files=()
	for file in tests/guest/*.sh; do
		name=$(basename "$file" .sh)
		[ "$name" != lib ] || continue
		! { wants "$name" || [ "$only" = guest ]; } || guest_files+=("$file")
	done
}

# The programs that guest tests run, for the host's root that guests share.
build_programs() {
	local dir

	(
		for dir in tests/guest tests/accuracy userspace; do
			make -s -C $dir || exit
		done
	) >"$logs/build-programs.log" 2>&1 && return
	cat "$logs/build-programs.log"
	echo "tests/run: the guest tests' programs do not build" >&2
	exit 1
}

# setting NAME FILE: what a test's header says, as "# timeout: 300" does.
setting() {
	sed -n "s/^# $1: *//p" "$2"
}

# build_module KERNEL: in all variants that the tests want.
build_module() {
	local kernel=$1 variant options

	for variant in '' $(sed -n 's/^# variant: *//p' "${guest_files[@]}" | sort -u); do
		case $variant in
		faults) options='FAULTS=1' ;;
		selftest) options='SAMPLES=1 SELFTEST=1' ;;
		*) options='' ;;
		esac
		# shellcheck disable=SC2086 # options are words
		scripts/kernel build "$kernel" ${variant:+--variant "$variant"} $options || return
	done
}

# guest KERNEL FILE: one test in a guest of its own.
guest() {
	local kernel=$1 file=$2 timeout

	timeout=$(setting timeout "$file")
	timeout=${timeout:-180}
	# A kernel that checks all it does needs several times as long.
	case $kernel in debug | kcsan) timeout=$((5 * timeout)) ;; esac
	# shellcheck disable=SC2046 # options are words
	KMON_VARIANT=$(setting variant "$file") scripts/vm -k "$kernel" -t "$timeout" \
		$(setting vm "$file") -- bash "$file"
}

run_matrix() {
	local kernel file

	for kernel in $kernels; do
		if ! build_module "$kernel" >"$logs/build-$kernel.log" 2>&1; then
			failed=$((failed + 1))
			built[$kernel]=FAIL
			echo "FAIL  the module does not build for $kernel"
			sed 's/^/      /' "$logs/build-$kernel.log" | tail -n 60
			echo "$kernel/build FAIL 0 1 0" >>"$results"
			continue
		fi
		built[$kernel]=ok
		for file in "${guest_files[@]}"; do
			job "$kernel/$(basename "$file" .sh)" guest "$kernel" "$file"
		done
	done
	finish_all
}

# row KERNEL: kernel, release, build, load, files, files passed, tests passed,
# failed, skipped.
row() {
	awk -v kernel="$1" -v release="$(scripts/kernel release "$1" 2>/dev/null || echo -)" \
		-v built="${built[$1]}" '
	index($1, kernel "/") == 1 && $1 != kernel "/build" {
		files++
		good_files += $2 == "PASS"
		good += $3
		bad += $4 > 0 ? $4 : $2 == "FAIL"
		skipped += $5
		if ($1 == kernel "/load")
			load = $2 == "PASS" ? "ok" : "FAIL"
	}
	END {
		print kernel, release, built, load ? load : "-", files + 0, good_files + 0,
			good + 0, bad + 0, skipped + 0
	}' "$results"
}

# differences: tests with not as many claims on one kernel as on another.
differences() {
	awk '
	$1 ~ /^[0-9a-z.-]+\// && $1 !~ /^rig\// {
		split($1, part, "/")
		nr = $3 + $4 + $5
		if (!((part[2], nr) in on))
			counts[part[2]]++
		on[part[2], nr] = on[part[2], nr] " " part[1]
	}
	END {
		for (key in on) {
			split(key, part, SUBSEP)
			if (counts[part[1]] > 1)
				print "differs: " part[1] ": " part[2] " tests on" on[key]
		}
	}' "$results" | sort
}

print_matrix() {
	local kernel

	for kernel in $kernels; do
		row "$kernel"
	done >"$table"
	echo
	awk '
	BEGIN {
		format = "%-8s %-24s %-6s %-5s %9s %7s %7s %8s\n"
		printf format, "kernel", "release", "build", "load", "files", "passed", "failed", "skipped"
	}
	{ printf format, $1, $2, $3, $4, $6 " of " $5, $7, $8, $9 }' "$table"
	differences
	echo
}
