# SPDX-License-Identifier: GPL-2.0
# Judges recorded packets by the truth that load.c prints.
#
# usage: sort -n -k 6,6 TRUTH | awk -v port=PORT -f judge.awk - TRACE
# The trace is text, with clock "mono".
# Prints "NAME COUNT" lines, and the first packets that are wrong as "# ...".
#
# A process may be named from the entry of the call that gave it the connection
# until the return of the one that took it away. Between a handover's two ends
# either is right. A packet sent in process context has the sender, which is the
# process that ran; any other packet of several holders is shared; when nobody
# is left, it has the one that was last. A packet's own time is from the event
# of the group "path", before the hook, until its record, as a CPU may be made
# to wait anywhere in between.

function port_of(address) {
	sub(/.*:/, "", address)
	return address + 0
}

# What follows "NAME=" in a field.
function value(field) {
	return substr(field, index(field, "=") + 1)
}

function wrong(why,   i, h) {
	if (++nr_wrong > 10)
		return
	print "# " why ": " $0
	printf "# on its way since %.6f\n", from / 1000000
	for (i = 1; i <= nr_holds[key] && !is_listener[key]; i++) {
		h = key SUBSEP i
		printf "# %d gained %.6f to %.6f, lost %.6f to %.6f\n", pid_of[h],
			gain_enter[h] / 1000000, gain_return[h] / 1000000,
			lose_enter[h] / 1000000, lose_return[h] / 1000000
	}
}

# Sets possible and certain: how many may or must hold it; named: whether pid is
# one that may; last: whether it may have been the last of all. Holds are
# sorted by their beginning and packets by time, so each is looked at only from
# then on; a listener has too many that are long over to keep them.
function look(key, from, to, pid,   i, h, latest) {
	while (nr_begun[key] < nr_holds[key] &&
	       gain_enter[key, nr_begun[key] + 1] <= to + 1)
		active[key, ++nr_active[key]] = ++nr_begun[key]
	possible = certain = named = last = latest = 0
	for (i = 1; i <= nr_active[key]; i++) {
		h = key SUBSEP active[key, i]
		if (lose_enter[h] > latest)
			latest = lose_enter[h]
		if (from <= lose_return[h] + 1) {
			possible++
			if (pid_of[h] == pid)
				named = 1
		} else if (is_listener[key] && lose_return[h] < to - 1000000)
			active[key, i--] = active[key, nr_active[key]--]
		if (from > gain_return[h] + 1 && to + 1 < lose_enter[h])
			certain++
	}
	for (i = 1; !certain && i <= nr_active[key]; i++) {
		h = key SUBSEP active[key, i]
		if (lose_return[h] >= latest && pid_of[h] == pid)
			last = 1
	}
}

FNR == NR {
	key = $1 " " $2 " " $3
	h = key SUBSEP (++nr_holds[key])
	pid_of[h] = $4
	comm_of[key] = $5
	is_listener[key] = $1 == "listener"
	gain_enter[h] = $6
	gain_return[h] = $7
	lose_enter[h] = $8
	lose_return[h] = $9
	# The first of several that gained it did so by accept.
	if (!(key in accepted) || $7 < accepted[key])
		accepted[key] = $7
	next
}

{
	split($4, time, /[.:]/)
	to = time[1] * 1000000 + time[2]
	# The two of a packet are on one CPU and in one context.
	context = $2 substr($3, 3, 1)
}

$5 == "path:" {
	on_its_way[context] = to
}

$5 == "kmon_packet:" && (port_of($8) == port || port_of($10) == port) {
	nr_packets++
	to_server = port_of($10) == port
	side = to_server == ($6 == "in") ? "server" : "client"
	if ($14 !~ /^pid=/ || $17 !~ /^shared=/) {
		wrong("not to be read")
		next
	}
	pid = value($14)
	source = value($16)
	nr_of[source]++
	if (!(context in on_its_way)) {
		wrong("not seen before the hook")
		next
	}
	from = on_its_way[context]
	family = $8 ~ /^\[/ ? 6 : 4
	port_used = port_of(to_server ? $8 : $10)
	# What the client sends of its own accord, so that it is no repetition.
	if (side == "client" && source == "sender" && $12 == "flags=SYN")
		nr_syns[family, port_used]++
	key = side " " family " " port_used "#" nr_syns[family, port_used]
	if (!nr_holds[key]) {
		wrong("of no connection")
		next
	}
	if (source == "listener") {
		if (side != "server" || from > accepted[key] + 1) {
			wrong("no longer the listener's")
			next
		}
		key = "listener " family " 0#0"
	}
	look(key, from, to, pid)
	if (pid == -1) {
		nr_unnamed++
		wrong("nobody's")
	} else if (!named && !(last && !certain))
		wrong("not a holder's")
	else if (value($15) != comm_of[key])
		wrong("another name")
	else if (source == "sender" && $1 !~ "-" pid "$")
		wrong("not who sent it")
	else if (certain > 1 && value($17) != 1)
		wrong("not shared")
	else if (possible <= 1 && value($17) != 0)
		wrong("shared by one")
	else
		nr_right++
}

END {
	print "packets", nr_packets + 0
	print "right", nr_right + 0
	print "wrong", nr_wrong + 0
	print "unnamed", nr_unnamed + 0
	for (key in accepted)
		nr_sides += !is_listener[key]
	print "sides", nr_sides + 0
	for (source in nr_of)
		print source, nr_of[source]
}
