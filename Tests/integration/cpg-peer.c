/* A member of a process group, on libcpg: sends numbered messages of the sizes it is given and prints what it sees.
 *
 *   cpg-peer GROUP SECONDS [SIZE ...]
 */
#include <corosync/cpg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint32_t order = 17;
static int count;

static uint32_t sum(const unsigned char *bytes, size_t length, uint32_t start) {
    for (size_t index = 0; index < length; index++) start = start * 31 + bytes[index];
    return start;
}

/* The digest covers senders and contents in the order of delivery: it is equal where the order is. */
static void delivered(cpg_handle_t handle, const struct cpg_name *group, uint32_t node, uint32_t process, void *message,
                      size_t length) {
    (void)handle, (void)group, (void)process;
    unsigned char sender = (unsigned char)node;
    order = sum(message, length, sum(&sender, 1, order));
    count++;
}

static void changed(cpg_handle_t handle, const struct cpg_name *group, const struct cpg_address *members, size_t member_count,
                    const struct cpg_address *left, size_t left_count, const struct cpg_address *joined, size_t joined_count) {
    (void)handle, (void)group, (void)joined, (void)joined_count;
    printf("members:");
    for (size_t index = 0; index < member_count; index++) printf(" %u", members[index].nodeid);
    for (size_t index = 0; index < left_count; index++) printf(" left:%u/%u", left[index].nodeid, left[index].reason);
    printf("\n");
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    setvbuf(stdout, NULL, _IOLBF, 0);
    cpg_callbacks_t callbacks = {.cpg_deliver_fn = delivered, .cpg_confchg_fn = changed};
    cpg_handle_t handle;
    if (cpg_initialize(&handle, &callbacks) != CS_OK) return 69;
    struct cpg_name group = {.length = strlen(argv[1])};
    memcpy(group.value, argv[1], group.length);
    if (cpg_join(handle, &group) != CS_OK) return 70;
    double end = now() + atof(argv[2]), send = now() + 1;
    int next = 3;
    while (now() < end) {
        cpg_dispatch(handle, CS_DISPATCH_ALL);
        if (next < argc && now() >= send) {
            size_t size = strtoul(argv[next], NULL, 10);
            unsigned char *bytes = malloc(size + 1);
            for (size_t index = 0; index < size; index++) bytes[index] = (unsigned char)(index * 7 + size);
            struct iovec piece = {bytes, size};
            if (cpg_mcast_joined(handle, CPG_TYPE_AGREED, &piece, 1) == CS_OK) next++;
            free(bytes);
        }
        usleep(1000);
    }
    printf("delivered %d digest %u\n", count, order);
    return 0;
}
