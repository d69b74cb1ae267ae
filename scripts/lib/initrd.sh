# SPDX-License-Identifier: GPL-2.0
# Makes the initrd that mounts the host's root in the guest; one per kernel.
# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh and the sourcing script set the rest

initrd_wanted='virtio_pci virtio_console virtio_rng 9pnet_virtio 9p overlay'

# initrd_modules ROOT REL DIR: copies the modules wanted and lists them in load
# order. Unpacked, as the guest's decompressor is slower than the host's.
initrd_modules() {
	local root=$1 rel=$2 dir=$3 mod ko name

	mkdir -p "$dir" && : > "$dir/order" || return 1
	[ -n "$root" ] || return 0
	for mod in $initrd_wanted; do
		modprobe -d "$root" -S "$rel" --show-depends "$mod" 2> /dev/null
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
	while read -r ko; do
		name=${ko##*/}
		name=${name%%.ko*}.ko
		case $ko in
		*.xz) xz -dc "$ko" > "$dir/$name" ;;
		*.zst) zstd -qdc "$ko" > "$dir/$name" ;;
		*.gz) gzip -dc "$ko" > "$dir/$name" ;;
		*) cp "$ko" "$dir/$name" ;;
		esac || return 1
		printf '%s\n' "$name" >> "$dir/order"
	done
}

# initrd_for REL MODULES-ROOT: prints the path of the initrd, made when missing.
# The name holds a hash of all that goes in, so a stale one is never used.
initrd_for() {
	local rel=$1 root=$2 busybox key out dir

	busybox=$(command -v busybox) || { note 'busybox is missing: run scripts/setup'; return 1; }
	key=$({ cat "$lib"/guest-* "$lib/initrd.sh"
		stat -Lc '%n %s %Y' "$busybox" ${root:+"$root/lib/modules/$rel/modules.dep"}
	} | sha256sum | cut -c 1-16)
	out=$cache/initrd/$rel-$key
	printf '%s\n' "$out"
	[ ! -s "$out" ] || return 0

	mkdir -p "$cache/initrd" && dir=$(mktemp -d "$cache/initrd/.new.XXXXXX") || return 1
	mkdir -p "$dir/root"/{bin,dev,proc,sys,root} &&
		initrd_modules "$root" "$rel" "$dir/root/modules" &&
		cp "$busybox" "$dir/root/bin/busybox" &&
		cp "$lib/guest-run" "$lib/guest-systemd" "$dir/root/" &&
		cp "$lib/guest-init" "$dir/root/init" &&
		chmod 755 "$dir/root/init" &&
		ln -s busybox "$dir/root/bin/cat" &&
		(cd "$dir/root" && find . | cpio --quiet -o -H newc -R 0:0) > "$dir/cpio" &&
		mv "$dir/cpio" "$out"
	set -- $?
	rm -rf "$dir"
	# Others may be starting from a stale one that was not stale just now.
	find "$cache/initrd" -type f ! -path "$out" -name "$rel-????????????????" \
		-mmin +60 -delete
	return "$1"
}
