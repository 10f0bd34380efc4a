// Starting a program as a shell does: in this terminal, session, directory and environment; no logic beyond that.
#pragma once
#include <sys/types.h>

/// Starts `file`, looked for in PATH, as a child that inherits the standard streams and everything that is not close-on-exec.
///
/// The child has an empty signal mask and SIGPIPE's default action; it is killed when the calling thread ends. Unless `heartbeat` is
/// -1 it has that descriptor as number `place`.
///
/// Returns 0 and the process's id, or the number of the error of execvpe(3), vfork(2) or dup2(2).
int lockstep_spawn_attached(
    const char *_Nonnull file, char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
    int heartbeat, int place, pid_t *_Nonnull process);

/// Makes this process the parent of what its descendants leave behind; 0 or -1 and errno. prctl(2), PR_SET_CHILD_SUBREAPER.
int lockstep_adopt_orphans(void);
