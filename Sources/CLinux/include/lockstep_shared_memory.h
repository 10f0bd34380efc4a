// Memory shared with processes that are not trusted: single words read and written in order, and pages that may vanish.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The word now; what the other side wrote before it is seen too.
static inline uint32_t lockstep_load_word(const void *_Nonnull word) {
    return __atomic_load_n((const uint32_t *)word, __ATOMIC_ACQUIRE);
}

/// Everything written before becomes visible no later than this.
static inline void lockstep_store_word(void *_Nonnull word, uint32_t value) {
    __atomic_store_n((uint32_t *)word, value, __ATOMIC_RELEASE);
}

/// Makes an access to a page of this range that the file behind it no longer has read as zeros, instead of ending the process:
/// whoever shares the file may shorten it, and memory for it may run out. Returns a ticket, or -1 when too many are guarded.
int lockstep_guard_range(void *_Nonnull start, size_t length);

/// Ends the guarding, before the range is unmapped.
void lockstep_unguard_range(int ticket);

/// A semaphore in shared memory, as sem_overview(7): set up with value 0, raised by one, lowered by one when it is above 0.
int lockstep_semaphore_init(void *_Nonnull semaphore);
void lockstep_semaphore_post(void *_Nonnull semaphore);
void lockstep_semaphore_take(void *_Nonnull semaphore);

/// Waits until the semaphore is above 0 and lowers it; 0, or -1 when that did not happen in time.
int lockstep_semaphore_wait(void *_Nonnull semaphore, int milliseconds);
