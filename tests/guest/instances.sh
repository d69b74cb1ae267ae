#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# With two instances enabled and one disabled, nothing changes for the other.
# vm: --append slab_nomerge
. "${0%/*}/lib.sh"
. "${0%/*}/src/actor.sh"

load
one=$tracing/instances/one
two=$tracing/instances/two
mkdir "$one" "$two" || bail "no instances"
on=events/kmon/kmon_packet/enable

# had INSTANCE: the packets that it has, by their owners, and then no more.
had() {
	sed -n 's/.*: kmon_packet: //p' "$1/trace" |
		grep -o '^[a-z]* udp\|pid=.* shared=.' | paste -d ' ' - -
	: >"$1/trace"
}

# exchange: a datagram, and in $wanted the packets that it is.
exchange() {
	tell client send s 10
	tell server recv u
	wanted="out udp $(owner client sender)
in udp $(owner server socket)"
}

actor server
actor client
serve server u udp4 127.0.0.1 9000
tell client socket s udp4
tell client connect s 127.0.0.1 9000

put 1 "$one/$on"
ok $? "the event can be enabled in one instance"
exchange
is "$(had "$one")" "$wanted" "it has the packets and their owners"
is "$(had "$two")" "" "the other instance has none"
seeded=$(stat owner_seeded)

put 1 "$two/$on"
ok $? "the event can be enabled in another one too"
exchange
is "$(had "$one")" "$wanted" "then the first has each packet once"
is "$(had "$two")" "$wanted" "and so has the second"
is "$(stat owner_seeded)" "$seeded" "and the sockets are not looked for again"

put 0 "$one/$on"
ok $? "the event can be disabled in the first"
exchange
is "$(had "$one")" "" "then that has none"
is "$(had "$two")" "$wanted" "and the second goes on as before"

# The second is the last user now; removing an instance disables it.
rmdir "$two"
ok $? "an instance can be removed while the event is enabled in it"
before=$(stat packets_out_udp)
exchange
is "$(stat packets_out_udp)" "$before" "then nothing is counted any more"
is "$(at_rest)" "" "and nothing is left running"
enable
exchange
is "$(had "$tracing")" "$wanted" "the top instance can start again"
is "$(had "$one")" "" "and has it alone"
disable
is "$(stat source_unknown)" 0 "no owner is unknown"
rmdir "$one"
rmmod kmon
ok $? "the module unloads"
is "$(left_behind)" "" "and leaves nothing"
done_testing
