// Linux system calls that Swift's Glibc overlay does not offer, as plain functions; no logic.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/un.h>

#include "lockstep_datagrams.h"
#include "lockstep_shared_memory.h"
#include "lockstep_spawn.h"
#include "lockstep_spawn_attached.h"
#include "lockstep_watchdog.h"

/// A file descriptor that becomes readable when the process ends; -1 and errno on failure. pidfd_open(2).
int lockstep_pidfd_open(pid_t pid);

/// The credentials of the process at the other end of a Unix socket; 0 or -1 and errno. unix(7), SO_PEERCRED.
int lockstep_peer_credentials(int socket, pid_t *_Nonnull pid, uid_t *_Nonnull uid, gid_t *_Nonnull gid);

/// The next program that connects to a listening socket, as a descriptor that does not block and is not inherited; -1 and errno.
/// accept4(2).
int lockstep_accept(int listener);

/// Names the calling thread, as ps(1) shows it; cut to 15 bytes. prctl(2), PR_SET_NAME.
void lockstep_name_thread(const char *_Nonnull name);
