#define _GNU_SOURCE
#include "lockstep_shared_memory.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { guard_limit = 32768 };

// Written by one thread at a time, read by a signal handler on any: a start of 0 is a free place.
static struct {
    uintptr_t start, end;
} guards[guard_limit];
static int guard_count;
static uintptr_t page_size;
static pthread_mutex_t guard_lock = PTHREAD_MUTEX_INITIALIZER;

static void replace_page(int number, siginfo_t *information, void *context) {
    (void)context;
    uintptr_t address = (uintptr_t)information->si_addr;
    int count = __atomic_load_n(&guard_count, __ATOMIC_ACQUIRE);
    for (int i = 0; i < count; i++) {
        uintptr_t start = __atomic_load_n(&guards[i].start, __ATOMIC_ACQUIRE);
        if (start == 0 || address < start || address >= guards[i].end) continue;
        void *page = (void *)(address & ~(page_size - 1));
        if (mmap(page, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page) return;
    }
    // Somebody else's fault: it happens again with the default action.
    signal(number, SIG_DFL);
}

int lockstep_guard_range(void *start, size_t length) {
    int ticket = -1;
    pthread_mutex_lock(&guard_lock);
    if (page_size == 0) {
        page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
        struct sigaction action = {.sa_sigaction = replace_page, .sa_flags = SA_SIGINFO | SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        (void)sigaction(SIGBUS, &action, NULL);
    }
    for (int i = 0; i < guard_limit; i++) {
        if (guards[i].start != 0) continue;
        guards[i].end = (uintptr_t)start + length;
        __atomic_store_n(&guards[i].start, (uintptr_t)start, __ATOMIC_RELEASE);
        if (i >= guard_count) __atomic_store_n(&guard_count, i + 1, __ATOMIC_RELEASE);
        ticket = i;
        break;
    }
    pthread_mutex_unlock(&guard_lock);
    return ticket;
}

void lockstep_unguard_range(int ticket) {
    if (ticket >= 0 && ticket < guard_limit) __atomic_store_n(&guards[ticket].start, 0, __ATOMIC_RELEASE);
}

int lockstep_semaphore_init(void *semaphore) { return sem_init((sem_t *)semaphore, 1, 0); }
void lockstep_semaphore_post(void *semaphore) { (void)sem_post((sem_t *)semaphore); }
void lockstep_semaphore_take(void *semaphore) { (void)sem_trywait((sem_t *)semaphore); }

int lockstep_semaphore_wait(void *semaphore, int milliseconds) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += milliseconds / 1000;
    deadline.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000;
    }
    int result;
    while ((result = sem_timedwait((sem_t *)semaphore, &deadline)) != 0 && errno == EINTR) continue;
    return result;
}
