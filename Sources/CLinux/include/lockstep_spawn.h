// Starting a program with nothing inherited; no logic beyond that.
#pragma once
#include <sys/types.h>

/// Starts `path` as the leader of a new session and process group.
///
/// The child has `input`, `output` and `error` as descriptors 0, 1 and 2 and no other, default signal handlers, an empty
/// signal mask, the normal scheduling policy, no negative nice value, no OOM adjustment, umask 022, and `/` as its
/// directory; it is killed when the calling thread ends. The three descriptors must be 3 or above.
///
/// Returns 0 and the process's id, or the number of the error of execve(2), vfork(2) or dup2(2).
int lockstep_spawn(
    const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
    int input, int output, int error, pid_t *_Nonnull process);

/// A pipe whose ends are close-on-exec and 3 or above, the first one (for reading) not blocking; 0 or -1 and errno.
int lockstep_pipe(int ends[_Nonnull 2]);

/// Connected stream sockets, close-on-exec and 3 or above, the first one not blocking; 0 or -1 and errno.
///
/// Unlike a pipe, a socket can be written with MSG_NOSIGNAL: a reader that died is then an error and no SIGPIPE.
int lockstep_socket_pair(int ends[_Nonnull 2]);

/// An unnamed file in memory, close-on-exec and 3 or above; -1 and errno on failure. memfd_create(2).
int lockstep_memory_file(const char *_Nonnull name);
