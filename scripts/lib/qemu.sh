# SPDX-License-Identifier: GPL-2.0
# Chooses the emulator's arguments: accelerator, devices, kernel command line.
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are scripts/vm's

# kvm_works: a device that is there may still boot nothing, so one guest is
# tried, once per kernel and boot of this machine.
kvm_works() {
	local mark boot

	[ -w /dev/kvm ] || return 1
	boot=$(cat /proc/sys/kernel/random/boot_id)
	mark=$cache/kvm/$release-$boot
	if [ ! -s "$mark" ]; then
		mkdir -p "$cache/kvm"
		(
			take_lock "$cache/kvm/lock"
			[ ! -s "$mark" ] || exit 0
			find "$cache/kvm" -name "$release-*" -delete
			timeout -k 1 8 "$qemu" -nodefaults -no-user-config -display none \
				-no-reboot -M q35 -accel kvm -cpu host -smp 2 -m 512 \
				-kernel "$image" -initrd "$initrd" \
				-append 'console=ttyS0 quiet panic=-1 kmon.probe' \
				-serial "file:$run/probe" > /dev/null 2>&1 < /dev/null
			if grep -q kmon-probe-ok "$run/probe" 2> /dev/null; then
				echo yes > "$mark"
			else
				echo no > "$mark"
			fi
		) 2> /dev/null
	fi
	[ "$(cat "$mark")" = yes ]
}

# share TAG DIR ACCESS: one directory of the host for the guest.
share() {
	local opt=''

	[ "$3" = rw ] || opt=,readonly=on
	# A comma in a path has to be doubled for the emulator.
	qemu_args+=(-fsdev "local,id=$1,path=${2//,/,,},security_model=none,multidevs=remap$opt"
		-device "virtio-9p-pci,fsdev=$1,mount_tag=$1")
}

# channel NAME CHARDEV: a port of the guest on a fifo of this run.
channel() {
	qemu_args+=(-chardev "$2,id=$1,path=${run//,/,,}/$1"
		-device "virtserialport,chardev=$1,name=kmon.$1")
}

# What makes no sense in a guest: this machine's disks, clock, modules, settings,
# timers.
systemd_cmdline() {
	printf ' %s' systemd.unit=kmon.target systemd.hostname=kmon-guest \
		systemd.show_status=no systemd.firstboot=off systemd.gpt_auto=no fstab=no
	printf ' systemd.mask=%s' timers.target systemd-timesyncd.service \
		systemd-modules-load.service systemd-sysctl.service \
		systemd-random-seed.service systemd-binfmt.service
}

qemu_args() {
	local cmdline machine=pc

	# The i440 loses a minute in ACPI with a kernel of one's own configuration.
	[[ $kernel != */* ]] && [ -n "$modules" ] || machine=q35
	cmdline="console=ttyS0 loglevel=5 panic=-1 log_buf_len=2M printk.devkmsg=on"
	# The check of the timer panics where the emulator was not run for a while.
	cmdline+=" random.trust_cpu=on mitigations=off no_timer_check"
	[ -z "$init" ] || cmdline+=$(systemd_cmdline)

	qemu_args=(-nodefaults -no-user-config -no-reboot -display none -M "$machine" -m "$mem")
	if [ "$icount" = 1 ]; then
		# One clock tick is one instruction: nothing may recalibrate the
		# clock, and code must lie at the same addresses each time.
		qemu_args+=(-accel 'tcg,thread=single' -smp 1 -cpu max
			-icount 'shift=0,sleep=off')
		cmdline+=' tsc=reliable clocksource=tsc nokaslr'
	elif kvm_works; then
		qemu_args+=(-accel kvm -smp "$cpus" -cpu host)
	else
		# With thread=multi the emulator is unsound where code is patched
		# while it runs, and enabling a trace event does just that.
		qemu_args+=(-accel 'tcg,thread=single' -smp "$cpus" -cpu max)
	fi
	qemu_args+=(-kernel "$image" -initrd "$initrd" -append "$cmdline $append"
		-serial "file:$run/console" -device virtio-serial-pci -device virtio-rng-pci)
	share root "$root" ro
	share job "$run/job" rw
	[ "$share_top" = 0 ] || share top "$top" ro
	[ -z "$modules" ] || share modules "$modules/lib/modules" ro
	[ -z "$out" ] || share out "$out" rw
	channel ctl pipe
	if [ "$tty" = 1 ]; then
		qemu_args+=(-chardev 'stdio,id=tty,signal=off' -device 'virtconsole,chardev=tty')
	else
		channel out file
		channel err file
	fi
}
