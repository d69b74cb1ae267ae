#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who may read /proc/open_ports, and which sockets and pids they see there.
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"
. "${0%/*}/src/sockets.sh"
need nsenter setpriv unshare nc
ports=/proc/open_ports

load
ip netns add blue && ip netns exec blue ip link set lo up || bail "no netns"
actor here
actor blue ip netns exec blue
serve here l tcp4 127.0.0.1 9000
serve blue l tcp4 127.0.0.1 9001
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
echo 1 >/proc/sys/kernel/unprivileged_userns_clone 2>/dev/null

# refused CLAIM COMMAND...: it fails for want of permission and prints nothing.
refused() {
	local claim=$1

	shift
	"$@" >"$tmp/text" 2>"$tmp/errors"
	is "$? $(wc -c <"$tmp/text") $(grep -cE 'Operation not permitted|Permission denied' "$tmp/errors")" \
		"1 0 1" "$claim"
}

# lines [COMMAND...]: what it reads, short: pid, name and local port.
lines() {
	"$@" cat $ports | sed 's/^.kports. pid=\([-0-9]*\) comm=\([^ ]*\) source port=\([0-9]*\) .*/\1 \2 \3/' | sort -k 3n
}
all="${pid_of[here]} here 9000
${pid_of[blue]} blue 9001"

is "$(find $ports -printf %m)" 444 "the file's mode is 0444: its owner decides nothing"
is "$(lines)" "$all" "the machine's administrator sees every netns"
is "$(lines nsenter --net=/run/netns/blue)" "$all" "from any netns"
is "$("${nobody[@]}" id -u)" 65534 "a plain user runs"
refused "a plain user may not read it" "${nobody[@]}" cat $ports
refused "nor may root without CAP_NET_ADMIN" setpriv --bounding-set -net_admin cat $ports
is "$(lines "${nobody[@]}" --inh-caps +net_admin --ambient-caps +net_admin)" "$all" \
	"a user with CAP_NET_ADMIN may"

# Who is root only of a user namespace that does not own the netns.
unshare --user --map-root-user true
ok $? "user namespaces can be made"
refused "a user namespace's root may not, in the initial netns" unshare --user --map-root-user cat $ports
refused "nor when a plain user has made it" "${nobody[@]}" unshare --user --map-root-user cat $ports
refused "nor in another netns of the initial user namespace" \
	nsenter --net=/run/netns/blue unshare --user --map-root-user cat $ports

# As a container's root, with a netns of its own.
container=("${nobody[@]}" unshare --user --map-root-user --net)
chmod 777 "$tmp"
is "$("${container[@]}" cat $ports; echo $?)" 0 "a container's root without sockets sees nothing, and it is no error"
"${container[@]}" bash -c "
	ip link set lo up
	nc -l 127.0.0.1 9002 & nc=\$!
	until ss -Hltn 'sport = :9002' | grep -q .; do sleep 0.1; done
	echo \$nc nc 9002 >$tmp/own
	cat $ports
	kill \$nc" >"$tmp/text" 2>"$tmp/errors"
is "$(sed 's/^.kports. pid=\([-0-9]*\) comm=\([^ ]*\) source port=\([0-9]*\) .*/\1 \2 \3/' "$tmp/text")" \
	"$(cat "$tmp/own")" "a container's root sees its own netns, with the pids that it sees"
"${container[@]}" --pid --fork --mount-proc bash -c "
	ip link set lo up
	nc -l 127.0.0.1 9003 & nc=\$!
	until ss -Hltn 'sport = :9003' | grep -q .; do sleep 0.1; done
	echo \$nc nc 9003 >$tmp/own
	cat $ports
	kill \$nc" >"$tmp/text" 2>"$tmp/errors"
is "$(sed 's/^.kports. pid=\([-0-9]*\) comm=\([^ ]*\) source port=\([0-9]*\) .*/\1 \2 \3/' "$tmp/text")" \
	"$(cat "$tmp/own")" "with a pid namespace of its own, too"
within "$(cut -d' ' -f1 "$tmp/own")" 2 50 "which has small pids"

# A container's socket, seen from outside and by the container beside it.
start "${container[@]}" bash -c "ip link set lo up; exec nc -dl 127.0.0.1 9004" >/dev/null
inside=$started
wait_for 30 sh -c "grep -q 'source port=9004 ' $ports"
is "$(lines | grep ' 9004$')" "$inside nc 9004" "the machine's administrator sees a container's sockets"
is "$("${container[@]}" cat $ports)" "" "another container does not"
is "$(nsenter --target "$inside" --user --net cat $ports | wc -l)" 1 \
	"who enters the container sees one"

# Administrator in a pid namespace: the machine's sockets, of the processes it sees.
is "$(unshare --pid --fork --mount-proc bash -c "
	nc -l 127.0.0.1 9005 >/dev/null & nc=\$!
	until grep -q 'source port=9005 ' $ports; do sleep 0.1; done
	sed 's/^.kports. pid=\([-0-9]*\) comm=\([^ ]*\) source port=\([0-9]*\) .*/\1 \2 \3/' $ports |
		sed \"s/^\$nc /itself /\"
	kill \$nc")" "itself nc 9005" "root in a pid namespace sees its processes, with their pids there"

# Not to be written, and decided when it is opened, for this reader.
! (echo x >$ports) 2>/dev/null
ok $? "even root cannot write to it"
refused "a plain user cannot, either" "${nobody[@]}" sh -c "echo x 2>&1 >$ports | grep -o 'Permission denied' >&2; exit 1"
is "$("${nobody[@]}" cat <$ports | wc -l)" 3 "a descriptor that root has opened can be handed on"
rmmod kmon
ok $? "the module unloads"
done_testing
