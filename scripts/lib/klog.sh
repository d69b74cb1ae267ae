# SPDX-License-Identifier: GPL-2.0
# Finds reports of the kernel about itself in a kernel log.
# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh and the sourcing script set the rest

# At the start of a message; elsewhere such words are only being quoted.
klog_start='WARNING: |BUG: |BUG |INFO: task |INFO: trying to register|INFO: possible|Oops|Kernel panic|general protection fault|Internal error|invalid opcode|divide error|double fault|stack segment|KASAN: |KCSAN: |UBSAN: '
klog_inside='\[ BUG: |------------\[ cut here \]|kernel BUG at|(possible (circular|recursive)|possible irq lock|inconsistent lock|bad unlock balance|held lock freed)|suspicious RCU usage|sleeping function called from invalid context|scheduling while atomic|soft lockup|hard LOCKUP|self-detected stall|detected stalls|detected expedited stalls|blocked for more than|new suspected memory leaks|unable to handle (kernel|page)|list_(add|del) corruption|Bad page (state|map)|nobody cared|DEBUG_LOCKS_WARN_ON'
# Not about the code under test: the emulated processor and its clocks; and data
# races in which no module took part, of which the kernel itself has many.
klog_benign='KCSAN: [^[]*$|[Ss]pectre|eBPF is enabled with|clocksource|TSC|tsc:|Unable to determine backing store|Your CPU does not support'

# klog_text FILE: the text of a /dev/kmsg dump, in the shape of the console's.
klog_text() {
	awk -F ';' '
	/^ / { next }
	/^</ { sub(/^<[0-9]+>/, ""); print; next }
	{
		split($1, head, ",")
		text = substr($0, length($1) + 2)
		us = head[3]
		printf "[%5d.%06d] %s\n", us / 1000000, us % 1000000, text
	}' "$1"
}

# klog_reports FILE: prints each report with the lines after it; false when
# there is none.
klog_reports() {
	tr -d '\r' < "$1" | awk -v start="^($klog_start)" -v inside="$klog_inside" \
		-v benign="$klog_benign" '
	{
		text = $0
		# Time and caller; lockdep has messages that begin with a bracket, too.
		while (sub(/^\[ *([0-9]+\.[0-9]+|[CT][0-9]+)\] ?/, "", text)) ;
		if ((text ~ start || text ~ inside) && text !~ benign) {
			left = 16
			found = 1
		}
		if (left > 0 && shown < 150) {
			print
			shown++
		}
		left--
	}
	END { exit !found }'
}
