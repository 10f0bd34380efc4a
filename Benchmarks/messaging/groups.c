// Drives corosync's process groups through libcpg, whichever daemon is behind it: throughput by size, and latency.
//
//   groups receive                        is a member until it is ended
//   groups send SIZE SECONDS              sends as fast as it may; prints messages/s and MB/s delivered to itself
//   groups count MEMBERS                  ends with 0 when the others in the group are so many, or more
//   groups latency SIZE COUNT             one message at a time; prints the 50th, 90th, 99th percentile and the maximum in µs
#include <corosync/cpg.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static uint64_t own_messages;
static uint32_t own_process;
static size_t members;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void delivered(
    cpg_handle_t handle, const struct cpg_name *group, uint32_t node, uint32_t process, void *message, size_t size) {
    (void)handle, (void)group, (void)node, (void)message, (void)size;
    own_messages += process == own_process;
}

static void changed(
    cpg_handle_t handle, const struct cpg_name *group, const struct cpg_address *list, size_t count,
    const struct cpg_address *left, size_t left_count, const struct cpg_address *joined, size_t joined_count) {
    (void)handle, (void)group, (void)list, (void)left, (void)left_count, (void)joined, (void)joined_count;
    members = count;
}

static void wait_for_events(cpg_handle_t handle, int milliseconds) {
    struct pollfd descriptor = {.events = POLLIN};
    cpg_fd_get(handle, &descriptor.fd);
    if (poll(&descriptor, 1, milliseconds) > 0 && cpg_dispatch(handle, CS_DISPATCH_ALL) != CS_OK) {
        fprintf(stderr, "groups: the daemon ended the connection\n");
        exit(1);
    }
}

static void throughput(cpg_handle_t handle, size_t size, double seconds) {
    struct iovec vector = {calloc(1, size), size};
    uint64_t sent = 0, before = own_messages;
    double begin = now(), end = begin + seconds;
    while (now() < end) {
        int burst = 0;
        // A window of what is under way, as an application has: a sender that never reads measures its own queue only.
        while (burst < 64 && sent - (own_messages - before) < 1 + (4u << 20) / (size + 256)) {
            if (cpg_mcast_joined(handle, CPG_TYPE_AGREED, &vector, 1) != CS_OK) break;
            sent++;
            burst++;
        }
        if (burst == 64) cpg_dispatch(handle, CS_DISPATCH_ALL);
        else wait_for_events(handle, 1);
    }
    uint64_t count = own_messages - before;
    double duration = now() - begin;
    printf("%.0f %.3f\n", (double)count / duration, (double)count * (double)size / duration / 1e6);
    while (own_messages - before < sent) wait_for_events(handle, 100);
}

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static void latency(cpg_handle_t handle, size_t size, size_t count) {
    struct iovec vector = {calloc(1, size), size};
    double *times = calloc(count, sizeof *times);
    for (size_t i = 0; i < count; i++) {
        uint64_t before = own_messages;
        double begin = now();
        while (cpg_mcast_joined(handle, CPG_TYPE_AGREED, &vector, 1) != CS_OK) usleep(100);
        while (own_messages == before) wait_for_events(handle, 1000);
        times[i] = (now() - begin) * 1e6;
    }
    qsort(times, count, sizeof *times, ascending);
    printf("%.0f %.0f %.0f %.0f\n", times[count / 2], times[count * 9 / 10], times[count * 99 / 100], times[count - 1]);
}

int main(int count, char **words) {
    cpg_callbacks_t callbacks = {delivered, changed};
    struct cpg_name group = {.length = 5, .value = "bench"};
    cpg_handle_t handle;
    cs_error_t error = CS_ERR_TRY_AGAIN;
    for (int i = 0; i < 100 && error != CS_OK; i++) {
        error = cpg_initialize(&handle, &callbacks);
        if (error != CS_OK) usleep(100000);
    }
    for (int i = 0; i < 100 && error != CS_ERR_LIBRARY; i++) {
        error = cpg_join(handle, &group);
        if (error != CS_ERR_TRY_AGAIN) break;
        usleep(100000);
    }
    if (error != CS_OK) return fprintf(stderr, "groups: cannot join (%d)\n", error), 1;
    own_process = (uint32_t)getpid();
    while (members == 0) wait_for_events(handle, 1000);
    if (count == 2 && !strcmp(words[1], "receive")) {
        while (1) wait_for_events(handle, 1000);
    } else if (count == 3 && !strcmp(words[1], "count")) {
        return members > strtoul(words[2], NULL, 10) ? 0 : 1;
    } else if (count == 4 && !strcmp(words[1], "send")) {
        throughput(handle, strtoul(words[2], NULL, 10), atof(words[3]));
    } else if (count == 4 && !strcmp(words[1], "latency")) {
        latency(handle, strtoul(words[2], NULL, 10), strtoul(words[3], NULL, 10));
    } else {
        return fprintf(stderr, "usage: groups receive | send SIZE SECONDS | latency SIZE COUNT\n"), 64;
    }
    return 0;
}
