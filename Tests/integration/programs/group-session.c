// What a program linked with libcpg, libquorum and libvotequorum does, step by step; says what went wrong and ends with 1.
#include <corosync/cpg.h>
#include <corosync/quorum.h>
#include <corosync/votequorum.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { small_size = 64, large_size = 5 << 20, buffer_size = 20000 };

static size_t last_size, members_now, messages_seen, left_seen, rings_seen;
static int last_reason, is_intact;
static int views_seen, is_quorate;

static void require(int holds, const char *what, int code) {
    if (holds) return;
    fprintf(stderr, "failed: %s (%d)\n", what, code);
    exit(1);
}

static unsigned char byte_at(size_t index) { return (unsigned char)(index * 31 + index / 251); }

static void delivered(
    cpg_handle_t handle, const struct cpg_name *group, uint32_t node, uint32_t process, void *message, size_t size) {
    (void)handle, (void)group, (void)node, (void)process;
    messages_seen++;
    last_size = size;
    is_intact = 1;
    for (size_t i = 0; i < size; i++)
        if (((unsigned char *)message)[i] != byte_at(i)) is_intact = 0;
}

static void changed(
    cpg_handle_t handle, const struct cpg_name *group, const struct cpg_address *members, size_t member_count,
    const struct cpg_address *left, size_t left_count, const struct cpg_address *joined, size_t joined_count) {
    (void)handle, (void)group, (void)members, (void)joined;
    members_now = member_count;
    left_seen += left_count;
    if (left_count) last_reason = (int)left[0].reason;
    if (joined_count) last_reason = (int)joined[0].reason;
}

static void ring_changed(cpg_handle_t handle, struct cpg_ring_id ring, uint32_t count, const uint32_t *nodes) {
    (void)handle;
    require(count > 0 && nodes[0] > 0 && ring.seq > 0, "the ring has a name and nodes", (int)count);
    rings_seen++;
}

static void quorum_told(quorum_handle_t handle, uint32_t quorate, uint64_t ring, uint32_t count, uint32_t *nodes) {
    (void)handle, (void)ring;
    views_seen++;
    is_quorate = quorate && count > 0 && nodes[0] > 0;
}

static void wait_until(cpg_handle_t handle, size_t *counter, size_t value, const char *what) {
    time_t end = time(NULL) + 20;
    while (*counter < value) {
        struct pollfd descriptor = {.events = POLLIN};
        cpg_fd_get(handle, &descriptor.fd);
        poll(&descriptor, 1, 100);
        cpg_dispatch(handle, CS_DISPATCH_ALL);
        require(time(NULL) < end, what, (int)*counter);
    }
}

static void send_all(cpg_handle_t handle, size_t size) {
    unsigned char *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) bytes[i] = byte_at(i);
    struct iovec vector = {bytes, size};
    cs_error_t error;
    while ((error = cpg_mcast_joined(handle, CPG_TYPE_AGREED, &vector, 1)) == CS_ERR_TRY_AGAIN) usleep(1000);
    require(error == CS_OK, "cpg_mcast_joined", error);
    free(bytes);
}

static cpg_handle_t open_group(const struct cpg_name *group) {
    cpg_model_v1_data_t model = {
        .cpg_deliver_fn = delivered, .cpg_confchg_fn = changed, .cpg_totem_confchg_fn = ring_changed,
        .flags = CPG_MODEL_V1_DELIVER_INITIAL_TOTEM_CONF};
    cpg_handle_t handle;
    cs_error_t error = cpg_model_initialize(&handle, CPG_MODEL_V1, (cpg_model_data_t *)&model, NULL);
    require(error == CS_OK, "cpg_model_initialize", error);
    if (group) {
        error = cpg_join(handle, group);
        require(error == CS_OK, "cpg_join", error);
        require(cpg_join(handle, group) == CS_ERR_EXIST, "a second join is refused", 0);
    }
    return handle;
}

static void use_groups(void) {
    struct cpg_name group = {.length = 7, .value = "session"};
    cpg_handle_t handle = open_group(&group);
    wait_until(handle, &members_now, 1, "the own join");
    require(last_reason == CPG_REASON_JOIN, "the reason is a join", last_reason);
    wait_until(handle, &rings_seen, 1, "the ring");

    send_all(handle, small_size);
    wait_until(handle, &messages_seen, 1, "a small message");
    require(last_size == small_size && is_intact, "a small message is intact", (int)last_size);
    send_all(handle, large_size);
    wait_until(handle, &messages_seen, 2, "a message in pieces");
    require(last_size == large_size && is_intact, "a message in pieces is intact", (int)last_size);

    void *buffer;
    require(cpg_zcb_alloc(handle, buffer_size, &buffer) == CS_OK, "cpg_zcb_alloc", 0);
    for (size_t i = 0; i < buffer_size; i++) ((unsigned char *)buffer)[i] = byte_at(i);
    cs_error_t error = cpg_zcb_mcast_joined(handle, CPG_TYPE_AGREED, buffer, buffer_size);
    require(error == CS_OK, "cpg_zcb_mcast_joined", error);
    wait_until(handle, &messages_seen, 3, "a message from a shared buffer");
    require(last_size == buffer_size && is_intact, "a message from a shared buffer is intact", (int)last_size);
    require(cpg_zcb_free(handle, buffer) == CS_OK, "cpg_zcb_free", 0);

    unsigned int node = 0;
    require(cpg_local_get(handle, &node) == CS_OK && node > 0, "cpg_local_get", (int)node);
    struct cpg_address members[CPG_MEMBERS_MAX];
    int count = 0;
    require(cpg_membership_get(handle, &group, members, &count) == CS_OK, "cpg_membership_get", 0);
    require(count == 1 && members[0].nodeid == node && members[0].pid == (uint32_t)getpid(), "the own membership", count);
    cpg_flow_control_state_t state;
    require(cpg_flow_control_state_get(handle, &state) == CS_OK, "cpg_flow_control_state_get", 0);

    cpg_iteration_handle_t iteration;
    struct cpg_iteration_description_t step;
    require(cpg_iteration_initialize(handle, CPG_ITERATION_ALL, NULL, &iteration) == CS_OK, "an iteration", 0);
    int found = 0;
    while (cpg_iteration_next(iteration, &step) == CS_OK) found += step.pid == (uint32_t)getpid() && step.group.length == 7;
    require(found == 1, "the iteration names the own membership", found);
    require(cpg_iteration_finalize(iteration) == CS_OK, "the end of an iteration", 0);

    // A second handle of another group, then its end: the first does not notice.
    struct cpg_name other = {.length = 5, .value = "other"};
    cpg_handle_t second = open_group(&other);
    wait_until(second, &rings_seen, 2, "the ring for the second handle");
    require(cpg_finalize(second) == CS_OK, "cpg_finalize", 0);

    require(cpg_leave(handle, &group) == CS_OK, "cpg_leave", 0);
    wait_until(handle, &left_seen, 1, "the own leave");
    require(last_reason == CPG_REASON_LEAVE, "the reason is a leave", last_reason);
    require(cpg_finalize(handle) == CS_OK, "cpg_finalize", 0);
}

static void use_quorum(void) {
    quorum_callbacks_t callbacks = {.quorum_notify_fn = quorum_told};
    quorum_handle_t handle;
    uint32_t type = 0;
    int now = 0;
    cs_error_t error = quorum_initialize(&handle, &callbacks, &type);
    require(error == CS_OK && type == QUORUM_SET, "quorum_initialize", error);
    require(quorum_getquorate(handle, &now) == CS_OK && now == 1, "quorum_getquorate", now);
    require(quorum_trackstart(handle, CS_TRACK_CHANGES) == CS_OK, "quorum_trackstart", 0);
    require(quorum_trackstart(handle, CS_TRACK_CHANGES) == CS_ERR_EXIST, "a second quorum_trackstart", 0);
    require(quorum_dispatch(handle, CS_DISPATCH_ALL) == CS_OK, "quorum_dispatch", 0);
    require(views_seen >= 1 && is_quorate, "the quorum is told", views_seen);
    require(quorum_trackstop(handle) == CS_OK, "quorum_trackstop", 0);
    quorum_finalize(handle);
}

static void use_votes(void) {
    votequorum_handle_t handle;
    struct votequorum_info information;
    cs_error_t error = votequorum_initialize(&handle, NULL);
    require(error == CS_OK, "votequorum_initialize", error);
    error = votequorum_getinfo(handle, 0, &information);
    require(error == CS_OK, "votequorum_getinfo", error);
    require(information.node_votes == 1 && information.node_state == VOTEQUORUM_NODESTATE_MEMBER, "own votes", 0);
    require(information.flags & VOTEQUORUM_INFO_QUORATE, "the flag of quorum", (int)information.flags);
    require(votequorum_getinfo(handle, 77, &information) == CS_ERR_NOT_EXIST, "an unknown node", 0);
    require(votequorum_setvotes(handle, 77, 1) == CS_ERR_NAME_NOT_FOUND, "votes for an unknown node", 0);
    require(votequorum_setexpected(handle, 1) == CS_ERR_INVALID_PARAM, "fewer votes than there are", 0);
    require(votequorum_qdevice_register(handle, "device") == CS_ERR_ACCESS, "no quorum device", 0);
    votequorum_finalize(handle);
}

int main(void) {
    use_quorum();
    use_votes();
    use_groups();
    puts("all steps");
    return 0;
}
