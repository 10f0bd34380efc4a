#define _GNU_SOURCE
#include "lockstep_spawn_attached.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// What the child of vfork(2) does until execve(2): it shares our memory.
static int become(
    const char *file, char *const *arguments, char *const *environment, int heartbeat, int place, pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return ESRCH;
    if (heartbeat >= 0 && (heartbeat == place ? fcntl(place, F_SETFD, 0) : dup2(heartbeat, place)) < 0) return errno;
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(file, arguments, environment);
    return errno;
}

int lockstep_spawn_attached(
    const char *file, char *const *arguments, char *const *environment, int heartbeat, int place, pid_t *process) {
    // No handler of ours may run in the child while it shares our memory.
    sigset_t all, before;
    sigfillset(&all);
    int failure = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (failure != 0) return failure;
    volatile int outcome = 0;
    pid_t parent = getpid();
    pid_t child = vfork();
    if (child == 0) {
        outcome = become(file, arguments, environment, heartbeat, place, parent);
        _exit(127);
    }
    if (child < 0) outcome = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0) return outcome;
    if (outcome != 0) {
        int status;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
        return outcome;
    }
    *process = child;
    return 0;
}

int lockstep_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }
