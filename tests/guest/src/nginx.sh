# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# An nginx with two workers, and one request to it. Sourced after lib.sh.

need nginx curl
nginx_dir=$tmp/nginx

# nginx_start: answers on 127.0.0.1 and ::1, port 80; its pids in $master and
# $workers (blank between them).
nginx_start() {
	mkdir "$nginx_dir"
	cat >"$nginx_dir/conf" <<-EOT
	user root;
	worker_processes 2;
	pid $nginx_dir/pid;
	error_log $nginx_dir/log;
	events { worker_connections 64; }
	http {
		access_log off;
		client_body_temp_path $nginx_dir/body;
		proxy_temp_path $nginx_dir/proxy;
		fastcgi_temp_path $nginx_dir/fastcgi;
		uwsgi_temp_path $nginx_dir/uwsgi;
		scgi_temp_path $nginx_dir/scgi;
		server {
			listen 127.0.0.1:80;
			listen [::1]:80;
			return 200 "hello\n";
		}
	}
	EOT
	nginx -c "$nginx_dir/conf" -e "$nginx_dir/log" || bail "nginx does not start"
	wait_for 10 listening 80 || bail "nginx does not listen"
	master=$(cat "$nginx_dir/pid")
	workers=$(pgrep -P "$master" | paste -sd ' ')
	pids+=("$master")
}

# A command that asks for $url, after it has written down its pid; what went
# over the wire is in $tmp/sizes: request, headers and body of the answer.
request=(sh -c "echo \$\$ >$tmp/curl; exec curl -sS -o $tmp/body \
	-w '%{size_request} %{size_header} %{size_download}\n' \"\$url\" >$tmp/sizes")

# check_exchange CLAIM: reads records, from "out" or "in" on, of one request.
# Each has curl or a worker of nginx as its owner, each on its side.
check_exchange() {
	local verdict in out right

	verdict=$(awk -v curl="$(cat "$tmp/curl")" -v workers=" $workers " '
	function value(name) {
		if (!match($0, " " name "=[^ ]*"))
			return ""
		return substr($0, RSTART + length(name) + 2, RLENGTH - length(name) - 2)
	}
	$2 != "tcp" || ($3 !~ /:80$/ && $5 !~ /:80$/) { next }
	{
		nr[$1]++
		of_server = ($1 == "in") == ($5 ~ /:80$/)
		pid = value("pid")
		if (of_server)
			right = value("comm") == "nginx" && index(workers, " " pid " ")
		else
			right = value("comm") == "curl" && pid == curl
		if (right)
			nr_right++
		else
			print "# wrong: " $0
	}
	END { print nr["in"] + 0, nr["out"] + 0, nr_right + 0 }')
	grep '^#' <<<"$verdict"
	read -r in out right < <(grep -v '^#' <<<"$verdict")
	is "$right" $((in + out)) "$1: each packet is curl's or one of nginx's workers'"
	within "$in" 8 40 "$1: the whole exchange is there"
	is "$in" "$out" "$1: what goes out comes in"
}
