# SPDX-License-Identifier: GPL-2.0
# Unpacks a kernel's image once, so that no guest has to do it again.
# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh and the sourcing script set the rest

# image_field FILE OFFSET SIZE: a number of a bzImage's boot header.
image_field() {
	od -An "-tu$3" "-j$2" "-N$3" "$1" | tr -d ' '
}

# image_payload FILE: the compressed kernel in a bzImage, less the length at
# its end.
image_payload() {
	local start length

	start=$((($(image_field "$1" 497 1) + 1) * 512 + $(image_field "$1" 584 4)))
	length=$(image_field "$1" 588 4)
	dd if="$1" bs=1M iflag=skip_bytes,count_bytes skip="$start" \
		count="$((length - 4))" status=none
}

# image_unpack FILE: what it holds.
image_unpack() {
	local unpack

	for unpack in 'xz -dc' 'zstd -qdc'; do
		# shellcheck disable=SC2086 # words
		! image_payload "$1" | $unpack 2> /dev/null || return 0
	done
	return 1
}

# image_boots FILE: whether the emulator can start it as it is: the kernel
# names its entry (XEN_ELFNOTE_PHYS32_ENTRY) where it has CONFIG_PVH.
image_boots() {
	[[ $(readelf -n "$1" 2> /dev/null) =~ Xen\ [^$'\n']*0x00000012 ]]
}

# image_for REL IMAGE: the path of the unpacked kernel, made when missing, or
# the image itself where that cannot be had. Emulated, unpacking takes more than
# two of the six seconds of a boot. Others may be starting from what is there:
# only what nobody can have just asked for is removed.
image_for() {
	local out new

	out=$cache/image/$1-$(stat -Lc '%s-%Y' "$2")
	if [ ! -e "$out" ] && mkdir -p "$cache/image" &&
		new=$(mktemp "$cache/image/.new.XXXXXX"); then
		# An empty file says that it is of no use.
		if ! image_unpack "$2" > "$new" 2> /dev/null || ! image_boots "$new"; then
			: > "$new"
		fi
		mv "$new" "$out"
		find "$cache/image" -type f ! -path "$out" -name "$1-[0-9]*-[0-9]*" \
			-mmin +60 -delete
	fi
	if [ -s "$out" ]; then
		printf '%s\n' "$out"
	else
		printf '%s\n' "$2"
	fi
}
