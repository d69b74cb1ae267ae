#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every option of every command is in its man page and in the completion, and
# neither has others.
#
# usage: options.sh KMON     the program
set -u
cd "${0%/*}/../.." || exit 1
kmon=$1
man=userspace/man
nr=0 failed=0

is() {
	nr=$((nr + 1))
	[ "$1" = "$2" ] && echo "ok $nr - $3" && return
	failed=1
	echo "not ok $nr - $3"
	diff <(echo "$1") <(echo "$2") | sed 's/^/# /'
}

# of_help COMMAND: its long options, as it says itself.
of_help() {
	"$kmon" "$1" --help | grep -oE '^ *(-[a-zA-Z?], )? *--[a-z]+' | grep -oE -- '--[a-z]+' | sort
}

# of_page FILE: those that its list of options has.
of_page() {
	sed -n 's/^\.It Fl //p' "$1" | grep -oE 'Fl [a-z]+' | sed 's/Fl /--/' | sort
}

# of_completion WORD...: what may come behind these words.
of_completion() {
	bash -c '
	. /usr/share/bash-completion/bash_completion
	. userspace/completion/kmon
	COMP_WORDS=(kmon "$@" --) COMP_CWORD=$(($# + 1))
	COMP_LINE="kmon $* --" COMP_POINT=${#COMP_LINE}
	_kmon 2> /dev/null
	printf "%s\n" "${COMPREPLY[@]}"' - "$@" | sort
}

commands=$("$kmon" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
is "$(sed -n 's/^\.It Cm //p' $man/kmon.1)" "$commands" "kmon(1) has every command"
for command in $commands; do
	is "$(of_page $man/kmon-"$command".1)" "$(of_help "$command")" \
		"kmon-$command(1) has every option, and no other"
	is "$(of_completion "$command")" "$(of_help "$command")" "so has the completion"
done
is "$(of_completion '' | grep -vx -- '--.*')" "" "without a command, options are those of watch"
is "$(for page in "$man"/*.1; do mandoc -Tlint -Wwarning "$page"; done)" "" \
	"the man pages are well written"
echo "1..$nr"
exit $failed
