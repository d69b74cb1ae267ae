# SPDX-License-Identifier: GPL-2.0
# Reads any Debian suite through a private apt, so the machine's is not changed.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with common.sh and the sourcing script

# Prints "URI SUITE COMPONENT" for each binary index the machine's apt uses.
# apt itself reads its sources here, whichever of the two formats they have.
apt_machine_targets() {
	# shellcheck disable=SC2016 # the fields are apt's
	env -u APT_CONFIG apt-get indextargets --no-release-info \
		--format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' | sort -u
}

# apt_mirror SUITE: the machine's mirror that would hold SUITE.
apt_mirror() {
	local uri

	case $1 in
	*-security)
		uri=$(apt_machine_targets |
			awk '$2 ~ /-security$/ { print $1; exit }')
		# A machine without updates still has a main mirror beside it.
		[ -n "$uri" ] || uri=$(apt_mirror main |
			sed 's,/debian/*$,/debian-security/,')
		;;
	*)
		uri=$(apt_machine_targets |
			awk '$2 !~ /-security$/ && $1 ~ /\/debian\/*$/ { print $1; exit }')
		;;
	esac
	printf '%s' "$uri"
}

# apt_keyring: the archive's keys; newer releases have renamed the file.
apt_keyring() {
	local f

	for f in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
		[ -r "$f" ] && printf '%s' "$f" && return
	done
	return 1
}

# apt_open DIR SUITE...: makes DIR an apt of its own for these suites and points
# APT_CONFIG at it. Only the proxy settings are taken from the machine. Packages
# are those of the architecture in $apt_arch, amd64 unless set.
apt_open() {
	local dir=$1 key suite uri arch=${apt_arch:-amd64}

	shift
	key=$(apt_keyring) || die 1 "no debian-archive-keyring: run scripts/setup"
	mkdir -p "$dir"/{etc/preferences.d,etc/parts,state,lists/partial,archives/partial} ||
		die 1 "cannot create $dir"
	: > "$dir/status"
	: > "$dir/etc/main"
	for suite; do
		uri=$(apt_mirror "$suite")
		[ -n "$uri" ] || die 1 "no Debian mirror in this machine's apt sources"
		printf 'deb [arch=%s signed-by=%s] %s %s main\n' "$arch" "$key" "$uri" "$suite"
	done > "$dir/sources.list"
	{
		apt-config dump | grep -E '^Acquire::(http|https|ftp)::.*[Pp]roxy' || :
		cat <<-EOF
		Dir::Etc "$dir/etc";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "parts";
		Dir::Etc::parts "parts";
		Dir::Etc::main "main";
		Dir::State "$dir/state";
		Dir::State::lists "$dir/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir";
		APT::Sandbox::User "root";
		APT::Architecture "$arch";
		Acquire::Languages "none";
		Acquire::Retries "2";
		Acquire::http::Timeout "20";
		Acquire::https::Timeout "20";
		EOF
	} > "$dir/apt.conf"
	export APT_CONFIG=$dir/apt.conf
}

# apt_refresh: fetches the indexes, or fails and leaves the reason in $apt_error.
# Signatures are always checked. An index past its Valid-Until is used with a
# warning: a mirror that lags is not an attack on a test kernel, and refusing it
# would stop the work.
apt_refresh() {
	local log

	log=$(apt-get -o APT::Update::Error-Mode=any update 2>&1) && return
	if grep -q 'is expired' <<< "$log"; then
		note "warning: $(grep -o '[a-z-]*/InRelease is expired' <<< "$log" |
			sed 's,/InRelease.*,,' | paste -sd ' '): index past its Valid-Until, used all the same"
		log=$(apt-get -o APT::Update::Error-Mode=any \
			-o Acquire::Check-Valid-Until=false update 2>&1) && return
	fi
	apt_error=$(grep -m 1 '^E:' <<< "$log")
	return 1
}
