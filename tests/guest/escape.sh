#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# No process's name forges a line or an escape in any text of ours.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
ports=/proc/open_ports
table=$debug/sockets
parameter=/sys/module/kmon/parameters/log_exits

# octal NAME: what it should be in our texts, in $octal.
octal() {
	local i char LC_ALL=C

	octal=''
	for ((i = 0; i < ${#1}; i++)); do
		char=${1:i:1}
		case $char in
		[[:cntrl:]] | \\) printf -v char '\\%03o' "'$char" ;;
		esac
		octal+=$char
	done
}

# Each is at most fifteen bytes, which is what the kernel keeps.
names=($'a\nb' $'x\n[kports] pid=' $'\n' $'back\\slash' $'\\012' $'\e[31mred\e[0m'
	$'\e]0;title\a' $'tab\tcr\r' $'del\x7f' $'\x01\x02\x1f' 'with space' 'a%s%n%x'
	$'caf\xc3\xa9')
octal $'a\nb\\\e\x7f'
is "$octal" 'a\012b\134\033\177' "this test's own idea of it is right"

load
i=0
for name in "${names[@]}"; do
	i=$((i + 1))
	cp "$(type -P sleep)" "$tmp/$name" || bail "no program of that name"
	# The remote port says which one it is.
	bash -c 'exec 7<>"/dev/udp/127.0.0.1/$2"; exec "$1" 1000' \
		bash "$tmp/$name" $((7000 + i)) &
	pid_of[$i]=$!
	pids+=("$!")
done
for i in "${!pid_of[@]}"; do
	wait_for 30 sh -c "! grep -qx bash /proc/${pid_of[$i]}/comm" || bail "it does not start"
done

cat $ports >"$tmp/ports"
cat "$table" >"$tmp/table"
dmesg -C
echo 1 >$parameter
kill "${pids[@]}"
{ wait "${pids[@]}"; } 2>/dev/null
echo 0 >$parameter
klog >"$tmp/log"

i=0
for name in "${names[@]}"; do
	i=$((i + 1))
	pid=${pid_of[$i]}
	octal "$name"
	is "$(grep -E " destination port=$((7000 + i))\$" "$tmp/ports" | sed 's/source port=[0-9]*/source port=X/')" \
		"[kports] pid=$pid comm=$octal source port=X destination port=$((7000 + i))" \
		"open_ports has $octal on one line"
	is "$(grep " 127.0.0.1:$((7000 + i)) " "$tmp/table" | cut -d' ' -f 7,11-)" "$pid $octal" \
		"kmon/sockets has $octal on one line"
	is "$(grep "PID: $pid," "$tmp/log")" \
		"PROCESS_MONITOR: Process exiting - PID: $pid, Name: $octal, Parent PID: $$" \
		"the kernel log has $octal on one line"
done
nr=${#names[@]}
is "$(wc -l <"$tmp/ports")" "$nr" "open_ports has no other line"
is "$(wc -l <"$tmp/table")" $((nr + 1)) "nor has kmon/sockets, beside its header"
is "$(wc -l <"$tmp/log")" $((2 * nr + 1)) "nor has the log, beside the times and the total"
is "$(LC_ALL=C tr -d '[:print:]\n\200-\377' <"$tmp/ports" | wc -c)" 0 "open_ports has no control character"
is "$(LC_ALL=C tr -d '[:print:]\n\200-\377' <"$tmp/table" | wc -c)" 0 "nor has kmon/sockets"

# A name that the process has given itself.
actor plain
serve plain l tcp4 127.0.0.1 9000
tell plain name 'new\name'
is "$(sed 's/.*comm=\(.*\) source.*/\1/' $ports)" 'new\134name' "a name that was changed is escaped"
rmmod kmon
ok $? "the module unloads"
done_testing
