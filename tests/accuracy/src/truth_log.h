/* SPDX-License-Identifier: GPL-2.0 */
/* The log of the ground truth, and what this process holds. */
#ifndef KMON_TRUTH_LOG_H
#define KMON_TRUTH_LOG_H

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

/* A descriptor that is about to be closed; @ino 0 where that tells nothing. */
struct truth_gone {
	uint64_t ino;
	uint64_t t0;
};

/* ns of CLOCK_MONOTONIC, the trace clock "mono". */
static inline uint64_t truth_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/* Each keeps errno, does nothing for what is no IP socket, and asks the clock. */
void truth_have(int fd, uint64_t t0);
void truth_from(int fd, int listener);
void truth_name(int fd, const struct sockaddr *remote, socklen_t len, uint64_t t0);
void truth_port(int fd, uint64_t t0);
void truth_flow(int fd, const struct sockaddr *remote, socklen_t len);
void truth_call(int fd, uint64_t t0);
struct truth_gone truth_leave(int fd);
void truth_gone(const struct truth_gone *gone);
void truth_child(uint64_t t0);
void truth_comm(uint64_t t0);
void truth_netns(void);
void truth_end(void);
void truth_dead(pid_t pid);

/* For those who cannot speak any more, and for what is no process: one line. */
void truth_line(const char *line);

#endif /* KMON_TRUTH_LOG_H */
