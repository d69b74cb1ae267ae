# SPDX-License-Identifier: GPL-2.0
# Builds this checkout's module for one kernel, with the compiler that one wants.
# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh and the sourcing script set the rest

# The build makes a tree of links for each kernel, as kbuild leaves its objects
# beside the sources and two kernels must not share them.
shadow() {
	local dir=$1 part

	mkdir -p "$dir" || die 1 "cannot create $dir"
	# A link whose file is gone would be built as if it still were there.
	find "$dir" -xtype l -delete
	for part in module include; do
		[ -d "$top/$part" ] || die 1 "no $part/ in this checkout"
		cp -rsf "$top/$part" "$dir/" || die 1 "cannot fill $dir"
	done
}

# Making a system and mounting into it take root; the build itself runs as the
# caller, so that what it writes is the caller's.
elevate=()
[ "$(id -u)" = 0 ] || elevate=(sudo)

# chroot_for RELEASE: prints the root of a minimal system of that release, made
# on first use. Its compiler and C library are newer than this machine's.
chroot_for() {
	local dir=$cache/chroot/$1 new

	(
		take_lock "$cache/chroot/$1.lock"
		[ ! -e "$dir/.complete" ] || exit 0
		command -v mmdebstrap > /dev/null ||
			die 1 'mmdebstrap is missing: run scripts/setup'
		note "making a $1 system to build in, once (about half a minute)"
		new=$(mktemp -d "$cache/chroot/.new.XXXXXX") || exit 1
		# shellcheck disable=SC2064 # the directory is fixed now
		trap "${elevate[*]} rm -rf '$new'" EXIT
		chmod 755 "$new"
		"${elevate[@]}" mmdebstrap --quiet --variant=apt --keyring="$(apt_keyring)" \
			--include=gcc-14,make,libc6-dev,libelf1t64,pahole \
			"$1" "$new/root" "$(apt_mirror "$1")" > "$new/log" 2>&1 || {
			grep -m 1 -E '^(E:|error)' "$new/log" >&2
			die 1 "cannot make a $1 system to build in"
		}
		"${elevate[@]}" touch "$new/root/.complete"
		"${elevate[@]}" rm -rf "$dir"
		"${elevate[@]}" mv "$new/root" "$dir"
	) || return 1
	printf '%s\n' "$dir"
}

# in_chroot ROOT COMMAND...: sees the checkout and the kernels at their own
# paths. The mounts live in a namespace of this command's and end with it.
in_chroot() {
	local root=$1

	shift
	# shellcheck disable=SC2016 # expanded by the inner shell
	"${elevate[@]}" unshare --mount sh -e -c '
		root=$1 top=$2 kernels=$3 user=$4
		shift 4
		mount --rbind /proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs tmpfs "$root/tmp"
		mkdir -p "$root$top" "$root$kernels"
		mount --bind "$top" "$root$top"
		mount --bind "$kernels" "$root$kernels"
		exec chroot --userspec="$user" "$root" env -i HOME=/ LC_ALL=C.UTF-8 \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
	' sh "$root" "$top" "$cache/kernels" "$(id -u):$(id -g)" "$@"
}

# What each kernel's headers say about themselves, not about our sources.
build_noise='Skipping BTF generation|compiler differs from the one used|pahole version differs|The kernel was built (by|with):|You are using:'

do_build() {
	local k=$1 variant='' cc kdir dir name root flags='' cross='' run=() quiet=-s arg

	shift
	if [ "${1:-}" = --variant ]; then
		[[ ${2:-} =~ ^[A-Za-z0-9_.-]+$ ]] || die 2 '--variant wants a name'
		variant=$2
		shift 2
	fi
	kdir=$(do_kdir "$k") || exit
	if is_path "$k"; then
		name=$(do_release "$k") || exit
		cc=gcc
	else
		name=$k
		cc=$(row "$k" 2)
		flags=$(row "$k" 5)
	fi
	if [[ $cc == *:* ]]; then
		root=$(chroot_for "${cc%:*}") || exit 1
		run=(in_chroot "$root")
		cc=${cc#*:}
	fi
	[[ $cc != *-linux-gnu-gcc* ]] || cross=${cc%gcc*}
	for arg; do
		[[ $arg != V=* ]] || quiet=
	done
	dir=$top/build/$name${variant:+-$variant}
	mkdir -p "$dir" || exit 1
	take_lock "$dir/.lock"
	shadow "$dir"
	# make's own lines go to stderr: stdout is the path alone.
	"${run[@]}" make ${quiet:+"$quiet"} -C "$kdir" "M=$dir/module" "-j$(nproc)" \
		CC="$cc" ${cross:+"CROSS_COMPILE=$cross"} ${flags:+"KCFLAGS=$flags"} "$@" modules 2>&1 | { grep -vE "$build_noise" || :; } >&2
	[ "${PIPESTATUS[0]}" = 0 ] || die 1 "the module does not build for $name"
	printf '%s\n' "$dir/module/kmon.ko"
}
