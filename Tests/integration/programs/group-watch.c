// A member of a process group that says what it is told, in an order and form that two daemons can be compared by.
//
// group-watch NAME: joins NAME, prints a line for each change of the group and of the ring, leaves on SIGTERM.
#include <corosync/cpg.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t must_leave, has_left;

static const char *reason_name(uint32_t reason) {
    static const char *names[] = {"?", "JOIN", "LEAVE", "NODEDOWN", "NODEUP", "PROCDOWN"};
    return reason < sizeof names / sizeof *names ? names[reason] : names[0];
}

static void list(const char *title, const struct cpg_address *addresses, size_t count, int with_reason) {
    printf(" %s[", title);
    for (size_t i = 0; i < count; i++) {
        printf("%s%u", i ? " " : "", addresses[i].nodeid);
        if (with_reason) printf(":%s", reason_name(addresses[i].reason));
    }
    printf("]");
}

static void changed(
    cpg_handle_t handle, const struct cpg_name *group, const struct cpg_address *members, size_t member_count,
    const struct cpg_address *left, size_t left_count, const struct cpg_address *joined, size_t joined_count) {
    (void)handle, (void)group;
    printf("group");
    list("members", members, member_count, 0);
    list("left", left, left_count, 1);
    list("joined", joined, joined_count, 1);
    printf("\n");
    if (must_leave && left_count > 0 && left[0].reason == CPG_REASON_LEAVE) has_left = 1;
}

static void ring_changed(cpg_handle_t handle, struct cpg_ring_id ring, uint32_t count, const uint32_t *nodes) {
    (void)handle, (void)ring;
    printf("ring [");
    for (uint32_t i = 0; i < count; i++) printf("%s%u", i ? " " : "", nodes[i]);
    printf("]\n");
}

static void delivered(
    cpg_handle_t handle, const struct cpg_name *group, uint32_t node, uint32_t process, void *message, size_t size) {
    (void)handle, (void)group, (void)process;
    printf("message from %u: %.*s\n", node, (int)size, (const char *)message);
}

static void told_to_leave(int number) {
    (void)number;
    must_leave = 1;
}

int main(int count, char **arguments) {
    if (count < 2) return 64;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct sigaction action = {.sa_handler = told_to_leave};
    sigaction(SIGTERM, &action, NULL);
    cpg_model_v1_data_t model = {
        .cpg_deliver_fn = delivered, .cpg_confchg_fn = changed, .cpg_totem_confchg_fn = ring_changed,
        .flags = CPG_MODEL_V1_DELIVER_INITIAL_TOTEM_CONF};
    cpg_handle_t handle;
    if (cpg_model_initialize(&handle, CPG_MODEL_V1, (cpg_model_data_t *)&model, NULL) != CS_OK) return 1;
    struct cpg_name group = {.length = (uint32_t)strlen(arguments[1])};
    memcpy(group.value, arguments[1], group.length);
    cs_error_t error;
    while ((error = cpg_join(handle, &group)) == CS_ERR_TRY_AGAIN) poll(NULL, 0, 10);
    if (error != CS_OK) return 1;
    int is_leaving = 0;
    while (!has_left) {
        struct pollfd descriptor = {.events = POLLIN};
        cpg_fd_get(handle, &descriptor.fd);
        poll(&descriptor, 1, 100);
        if (cpg_dispatch(handle, CS_DISPATCH_ALL) != CS_OK) {
            printf("the daemon is gone\n");
            return 2;
        }
        if (must_leave && !is_leaving) is_leaving = cpg_leave(handle, &group) == CS_OK;
    }
    cpg_finalize(handle);
    return 0;
}
