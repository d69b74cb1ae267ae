// SPDX-License-Identifier: GPL-2.0
/* Makes processes that only end, one after the other, and waits for each. */
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"

static void make(void *unused)
{
	pid_t pid = vfork();

	(void)unused;
	if (!pid)
		_exit(0);
	die_if(pid < 0, "vfork");
	die_if(waitpid(pid, NULL, 0) != pid, "waitpid");
}

int main(int argc, char **argv)
{
	loop_usage(argc, argv);
	loop_run(make, NULL, argv);
	return 0;
}
