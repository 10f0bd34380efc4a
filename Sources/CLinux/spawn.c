#define _GNU_SOURCE
#include "lockstep_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// What the child of vfork(2) does until execve(2): system calls only, since it shares our memory.
static int become(
    const char *path, char *const *arguments, char *const *environment, int input, int output, int error,
    pid_t parent) {
    // The kernel's call, since glibc's refuses the two signals that it keeps for threads. All zero is the default.
    unsigned long default_action[8] = {0};
    for (int signal_number = 1; signal_number < NSIG; signal_number++) {
        syscall(SYS_rt_sigaction, signal_number, default_action, NULL, 8ul);
    }
    setsid();
    // Dies with the thread that started it, so that no agent outlives its daemon and meets the operations of the next one.
    // What the agent itself starts, its service above all, does not inherit this.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) return ESRCH;
    if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) return errno;
#ifdef SYS_close_range
    syscall(SYS_close_range, 3u, ~0u, 0u);
#endif
    struct sched_param parameters = {.sched_priority = 0};
    if (sched_getscheduler(0) != SCHED_OTHER) sched_setscheduler(0, SCHED_OTHER, &parameters);
    errno = 0;
    if (getpriority(PRIO_PROCESS, 0) < 0 && errno == 0) setpriority(PRIO_PROCESS, 0, 0);
    int adjustment = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (adjustment >= 0) {
        ssize_t ignored = write(adjustment, "0", 1);  // Refused when it was raised for us: then it stays.
        (void)ignored;
        close(adjustment);
    }
    umask(022);
    if (chdir("/") != 0) return errno;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, arguments, environment);
    return errno;
}

int lockstep_spawn(
    const char *path, char *const *arguments, char *const *environment, int input, int output, int error,
    pid_t *process) {
    // No handler of ours may run in the child while it shares our memory.
    sigset_t all, before;
    sigfillset(&all);
    int failure = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (failure != 0) return failure;
    volatile int outcome = 0;
    pid_t parent = getpid();
    pid_t child = vfork();
    if (child == 0) {
        outcome = become(path, arguments, environment, input, output, error, parent);
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

// Moves a descriptor out of the range of standard input, output and error.
static int raise_descriptor(int descriptor) {
    if (descriptor < 0 || descriptor > 2) return descriptor;
    int raised = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    int failure = errno;
    close(descriptor);
    errno = failure;
    return raised;
}

// Moves both ends, and makes the first one not block.
static int finish_pair(int ends[2]) {
    for (int end = 0; end < 2; end++) ends[end] = raise_descriptor(ends[end]);
    if (ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int failure = errno;
    for (int end = 0; end < 2; end++) if (ends[end] >= 0) close(ends[end]);
    errno = failure;
    return -1;
}

int lockstep_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) != 0 ? -1 : finish_pair(ends); }

int lockstep_socket_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0 ? -1 : finish_pair(ends);
}

int lockstep_memory_file(const char *name) { return raise_descriptor(memfd_create(name, MFD_CLOEXEC)); }
