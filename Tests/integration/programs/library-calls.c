// Calls of libcpg, libcmap, libquorum, libvotequorum and libcfg, one after the other; prints what each gives, so that two daemons can be
// compared. What differs from run to run (process ids, ring numbers, times) is not printed.
#include <corosync/cfg.h>
#include <corosync/cmap.h>
#include <corosync/cpg.h>
#include <corosync/quorum.h>
#include <corosync/votequorum.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define CALL(call) printf("%s = %d\n", #call, (int)(call))

// Waits until there is something to dispatch.
static void await(int descriptor) {
    struct pollfd entry = {descriptor, POLLIN, 0};
    if (poll(&entry, 1, 5000) <= 0) printf("nothing came\n");
}

// MARK: Groups

static int deliveries;

static void delivered(
    cpg_handle_t handle, const struct cpg_name *group, uint32_t node, uint32_t process, void *message, size_t size) {
    void *context = NULL;
    cpg_context_get(handle, &context);
    deliveries++;
    printf("  delivered to %s in %.*s: node %u, own process %d, %zu bytes, \"%.*s\"\n", (char *)context, (int)group->length,
        group->value, node, process == (uint32_t)getpid(), size, size < 40 ? (int)size : 0, (char *)message);
}

static void changed(
    cpg_handle_t handle, const struct cpg_name *group, const struct cpg_address *members, size_t member_count,
    const struct cpg_address *left, size_t left_count, const struct cpg_address *joined, size_t joined_count) {
    (void)handle, (void)members;
    printf("  %.*s has %zu members, %zu left (%u), %zu joined (%u)\n", (int)group->length, group->value, member_count, left_count,
        left_count ? left[0].reason : 0, joined_count, joined_count ? joined[0].reason : 0);
}

static cs_error_t send_text(cpg_handle_t handle, cpg_guarantee_t guarantee, const char *text) {
    struct iovec parts[2] = {{(void *)text, strlen(text)}, {"!", 1}};
    return cpg_mcast_joined(handle, guarantee, parts, 2);
}

static void use_groups(void) {
    cpg_callbacks_t callbacks = {delivered, changed};
    cpg_handle_t handle, second;
    struct cpg_name group = {5, "calls"}, longest = {CPG_MAX_NAME_LENGTH, ""}, empty = {0, ""};
    memset(longest.value, 'g', sizeof longest.value);
    int descriptor = -1;
    uint32_t size = 0;
    char one[] = "the first";
    void *context = NULL;
    CALL(cpg_initialize(&handle, &callbacks));
    CALL(cpg_context_set(handle, one));
    CALL(cpg_context_get(handle, &context));
    printf("context %d\n", context == one);
    CALL(cpg_fd_get(handle, &descriptor));
    CALL(cpg_max_atomic_msgsize_get(handle, &size));
    printf("largest message %u\n", size);
    CALL(send_text(handle, CPG_TYPE_AGREED, "not a member"));
    CALL(cpg_leave(handle, &group));
    CALL(cpg_dispatch(handle, CS_DISPATCH_ONE_NONBLOCKING));
    CALL(cpg_dispatch(handle, CS_DISPATCH_ALL));
    CALL(cpg_join(handle, &group));
    CALL(cpg_join(handle, &longest));
    await(descriptor);
    CALL(cpg_dispatch(handle, CS_DISPATCH_ONE));
    CALL(send_text(handle, CPG_TYPE_UNORDERED, "unordered"));
    CALL(send_text(handle, CPG_TYPE_FIFO, "fifo"));
    CALL(send_text(handle, CPG_TYPE_AGREED, "agreed"));
    CALL(send_text(handle, CPG_TYPE_SAFE, "safe"));
    // One call, one message; those that wait come with the next.
    while (deliveries < 4) {
        await(descriptor);
        int before = deliveries;
        cs_error_t error = cpg_dispatch(handle, CS_DISPATCH_ONE);
        printf("dispatch of one = %d, %d delivered\n", error, deliveries - before);
        if (error != CS_OK) break;
    }
    CALL(cpg_model_initialize(&second, CPG_MODEL_V1, NULL, one));
    struct cpg_name other = longest;
    cpg_callbacks_t none = {NULL, NULL};
    CALL(cpg_initialize(&second, &none));
    CALL(cpg_join(second, &empty));
    CALL(cpg_leave(second, &empty));
    CALL(cpg_finalize(second));
    CALL(cpg_initialize(&second, &none));
    CALL(cpg_join(second, &group));
    CALL(cpg_join(second, &other));
    CALL(cpg_fd_get(second, &descriptor));
    await(descriptor);
    CALL(cpg_dispatch(second, CS_DISPATCH_ALL));
    CALL(cpg_fd_get(handle, &descriptor));
    struct cpg_address members[CPG_MEMBERS_MAX];
    int count = -1;
    CALL(cpg_membership_get(second, &other, members, &count));
    printf("%d members\n", count);
    struct cpg_name nobody = {6, "nobody"};
    count = -1;
    CALL(cpg_membership_get(second, &nobody, members, &count));
    printf("%d members\n", count);
    cpg_iteration_handle_t iteration;
    struct cpg_iteration_description_t step;
    for (int kind = 0; kind < 5; kind++) {
        cs_error_t error = cpg_iteration_initialize(handle, (cpg_iteration_type_t)kind, kind == CPG_ITERATION_ONE_GROUP ? &group : NULL, &iteration);
        printf("iteration of kind %d = %d:", kind, error);
        if (error == CS_OK) {
            int steps = 0, own = 0;
            while (cpg_iteration_next(iteration, &step) == CS_OK) steps++, own += step.pid == (uint32_t)getpid();
            printf(" %d steps, %d own", steps, own);
            error = cpg_iteration_finalize(iteration);
            printf(", end = %d", error);
        }
        printf("\n");
    }
    cpg_flow_control_state_t state;
    CALL(cpg_flow_control_state_get(handle, &state));
    printf("flow control %d\n", state);
    void *buffer = NULL;
    CALL(cpg_zcb_alloc(handle, 100, &buffer));
    memcpy(buffer, "without copies", 14);
    CALL(cpg_zcb_mcast_joined(handle, CPG_TYPE_AGREED, buffer, 14));
    await(descriptor);
    CALL(cpg_dispatch(handle, CS_DISPATCH_ALL));
    CALL(cpg_zcb_free(handle, buffer));
    CALL(cpg_leave(handle, &group));
    await(descriptor);
    CALL(cpg_dispatch(handle, CS_DISPATCH_ALL));
    CALL(cpg_finalize(second));
    CALL(cpg_finalize(handle));
    CALL(cpg_finalize(handle));
}

// MARK: Map

static void key_changed(
    cmap_handle_t handle, cmap_track_handle_t tracker, int32_t event, const char *key, struct cmap_notify_value new,
    struct cmap_notify_value old, void *context) {
    (void)handle, (void)tracker;
    printf("  %s: event %d of %s, new %d/%zu, old %d/%zu", (char *)context, event, key, new.data ? new.type : 0, new.len,
        old.data ? old.type : 0, old.len);
    if (new.len == 4) printf(", %u", *(const uint32_t *)new.data);
    if (old.len == 4) printf(", was %u", *(const uint32_t *)old.data);
    printf("\n");
}

static void use_map(void) {
    cmap_handle_t handle, statistics;
    CALL(cmap_initialize(&handle));
    CALL(cmap_initialize_map(&statistics, CMAP_MAP_STATS));
    CALL(cmap_initialize_map(&statistics, (cmap_map_t)7));
    const char *text = "text";
    uint64_t big = UINT64_MAX;
    CALL(cmap_set_int8(handle, "calls.i8", -128));
    CALL(cmap_set_uint8(handle, "calls.u8", 255));
    CALL(cmap_set_int16(handle, "calls.i16", -32768));
    CALL(cmap_set_uint16(handle, "calls.u16", 65535));
    CALL(cmap_set_int32(handle, "calls.i32", INT32_MIN));
    CALL(cmap_set_uint32(handle, "calls.u32", UINT32_MAX));
    CALL(cmap_set_int64(handle, "calls.i64", INT64_MIN));
    CALL(cmap_set_uint64(handle, "calls.u64", big));
    CALL(cmap_set_float(handle, "calls.float", 1.5f));
    CALL(cmap_set_double(handle, "calls.double", 2.5));
    CALL(cmap_set_string(handle, "calls.text", text));
    CALL(cmap_set(handle, "calls.binary", "\0\1\2", 3, CMAP_VALUETYPE_BINARY));
    CALL(cmap_set(handle, "calls.empty", "", 0, CMAP_VALUETYPE_BINARY));
    CALL(cmap_set(handle, "calls.none", "x", 1, (cmap_value_types_t)13));
    CALL(cmap_set(handle, "calls.u32", "xx", 2, CMAP_VALUETYPE_UINT32));
    CALL(cmap_set(handle, "calls.cut", "text and more", 4, CMAP_VALUETYPE_STRING));
    CALL(cmap_set_uint32(handle, "ab", 1));
    CALL(cmap_set_uint32(handle, "a b", 1));
    CALL(cmap_set_uint32(handle, "a.ä", 1));
    CALL(cmap_set_uint32(handle, "a-_/:.0", 1));
    char name[300];
    memset(name, 'n', sizeof name);
    name[255] = 0;
    CALL(cmap_set_uint32(handle, name, 1));
    CALL(cmap_delete(handle, name));
    name[255] = 'n', name[256] = 0;
    CALL(cmap_set_uint32(handle, name, 1));
    CALL(cmap_set_uint32(handle, "runtime.config.totem.token", 1));
    CALL(cmap_delete(handle, "runtime.config.totem.token"));
    CALL(cmap_set_string(handle, "totem.cluster_name", "x"));
    const char *numbers[] = {"calls.i8", "calls.u8", "calls.i16", "calls.u16", "calls.i32", "calls.u32", "calls.i64", "calls.u64", "calls.float", "calls.text", "calls.nothing"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        printf("inc %s = %d, inc = %d, dec = %d", numbers[i], cmap_inc(handle, numbers[i]), cmap_inc(handle, numbers[i]), cmap_dec(handle, numbers[i]));
        unsigned char value[64] = {0};
        size_t length = sizeof value;
        cmap_value_types_t type = 0;
        cs_error_t error = cmap_get(handle, numbers[i], value, &length, &type);
        printf("; get = %d, type %d, %zu bytes:", error, error == CS_OK ? (int)type : 0, error == CS_OK ? length : 0);
        for (size_t place = 0; error == CS_OK && place < length; place++) printf(" %02x", value[place]);
        printf("\n");
    }
    size_t length = 2;
    cmap_value_types_t type;
    char room[8];
    CALL(cmap_get(handle, "calls.u32", room, &length, &type));
    length = 0;
    CALL(cmap_get(handle, "calls.text", NULL, &length, &type));
    printf("%zu bytes of type %d\n", length, type);
    uint32_t u32 = 0;
    uint8_t u8 = 0;
    char *string = NULL;
    CALL(cmap_get_uint32(handle, "calls.text", &u32));
    CALL(cmap_get_uint8(handle, "calls.u32", &u8));
    CALL(cmap_get_string(handle, "calls.u32", &string));
    CALL(cmap_get_string(handle, "calls.cut", &string));
    printf("%s\n", string);
    free(string);
    // An iterator shows what was there, and in which order.
    cmap_iter_handle_t iterator;
    char key[CMAP_KEYNAME_MAXLEN + 1];
    CALL(cmap_iter_init(handle, "calls.", &iterator));
    while (cmap_iter_next(handle, iterator, key, &length, &type) == CS_OK) printf("  %s %d %zu\n", key, type, length);
    CALL(cmap_iter_finalize(handle, iterator));
    CALL(cmap_iter_finalize(handle, iterator));
    CALL(cmap_iter_init(handle, "calls.nothing", &iterator));
    CALL(cmap_iter_next(handle, iterator, key, &length, &type));
    CALL(cmap_iter_finalize(handle, iterator));
    // Trackers: one key, a prefix, and none any more.
    cmap_track_handle_t single, prefix;
    int descriptor = -1;
    CALL(cmap_fd_get(handle, &descriptor));
    CALL(cmap_track_add(handle, "track.a", CMAP_TRACK_ADD | CMAP_TRACK_MODIFY | CMAP_TRACK_DELETE, key_changed, "key", &single));
    CALL(cmap_track_add(handle, "track.", CMAP_TRACK_ADD | CMAP_TRACK_DELETE | CMAP_TRACK_PREFIX, key_changed, "prefix", &prefix));
    CALL(cmap_set_uint32(handle, "track.a", 1));
    CALL(cmap_set_uint32(handle, "track.a", 1));
    CALL(cmap_set_uint32(handle, "track.a", 2));
    CALL(cmap_set_uint8(handle, "track.a", 2));
    CALL(cmap_set_uint32(handle, "track.ab", 3));
    CALL(cmap_inc(handle, "track.ab"));
    CALL(cmap_delete(handle, "track.a"));
    CALL(cmap_delete(handle, "track.a"));
    await(descriptor);
    CALL(cmap_dispatch(handle, CS_DISPATCH_ALL));
    CALL(cmap_track_delete(handle, single));
    CALL(cmap_track_delete(handle, single));
    CALL(cmap_set_uint32(handle, "track.a", 5));
    CALL(cmap_delete(handle, "track.ab"));
    CALL(cmap_delete(handle, "track.a"));
    await(descriptor);
    CALL(cmap_dispatch(handle, CS_DISPATCH_ALL));
    CALL(cmap_track_delete(handle, prefix));
    CALL(cmap_dispatch(handle, CS_DISPATCH_ONE_NONBLOCKING));
    // Statistics can only be looked at, and set back.
    CALL(cmap_initialize_map(&statistics, CMAP_MAP_STATS));
    CALL(cmap_set_uint32(statistics, "stats.ipcs.global.active", 1));
    CALL(cmap_delete(statistics, "stats.ipcs.global.active"));
    CALL(cmap_inc(statistics, "stats.ipcs.global.active"));
    CALL(cmap_set_string(statistics, "stats.clear.ipc", "yes"));
    CALL(cmap_get_uint64(statistics, "stats.nothing", &big));
    CALL(cmap_finalize(statistics));
    CALL(cmap_iter_init(handle, "calls.", &iterator));
    while (cmap_iter_next(handle, iterator, key, NULL, NULL) == CS_OK) cmap_delete(handle, key);
    CALL(cmap_delete(handle, "a-_/:.0"));
    CALL(cmap_finalize(handle));
    CALL(cmap_finalize(handle));
}

// MARK: Quorum

static void quorum_told(quorum_handle_t handle, uint32_t quorate, struct quorum_ring_id ring, uint32_t count, const uint32_t *nodes) {
    (void)handle;
    printf("  quorate %u, ring of node %u, %d, %u members:", quorate, ring.nodeid, ring.seq > 0, count);
    for (uint32_t i = 0; i < count; i++) printf(" %u", nodes[i]);
    printf("\n");
}

static void nodes_told(
    quorum_handle_t handle, struct quorum_ring_id ring, uint32_t count, const uint32_t *nodes, uint32_t joined_count,
    const uint32_t *joined, uint32_t left_count, const uint32_t *left) {
    (void)handle, (void)ring, (void)nodes, (void)joined, (void)left;
    printf("  nodes: %u members, %u joined, %u left\n", count, joined_count, left_count);
}

static void old_quorum_told(quorum_handle_t handle, uint32_t quorate, uint64_t ring, uint32_t count, uint32_t *nodes) {
    (void)handle, (void)nodes;
    printf("  quorate %u, %d, %u members\n", quorate, ring > 0, count);
}

static void use_quorum(void) {
    quorum_handle_t handle;
    quorum_callbacks_t old = {old_quorum_told};
    quorum_model_v1_data_t model = {QUORUM_MODEL_V1, quorum_told, nodes_told};
    uint32_t type = 9;
    int quorate = -1, descriptor = -1;
    const void *context = NULL;
    CALL(quorum_initialize(&handle, &old, &type));
    printf("type %u\n", type);
    CALL(quorum_getquorate(handle, &quorate));
    printf("quorate %d\n", quorate);
    CALL(quorum_trackstop(handle));
    CALL(quorum_trackstart(handle, CS_TRACK_CURRENT));
    CALL(quorum_fd_get(handle, &descriptor));
    await(descriptor);
    CALL(quorum_dispatch(handle, CS_DISPATCH_ALL));
    CALL(quorum_trackstart(handle, CS_TRACK_CHANGES));
    CALL(quorum_trackstop(handle));
    CALL(quorum_trackstop(handle));
    CALL(quorum_finalize(handle));
    CALL(quorum_model_initialize(&handle, QUORUM_MODEL_V1, (quorum_model_data_t *)&model, &type, "context"));
    CALL(quorum_context_get(handle, &context));
    printf("context %s\n", (const char *)context);
    CALL(quorum_trackstart(handle, CS_TRACK_CURRENT | CS_TRACK_CHANGES));
    CALL(quorum_fd_get(handle, &descriptor));
    await(descriptor);
    CALL(quorum_dispatch(handle, CS_DISPATCH_ALL));
    await(descriptor);
    CALL(quorum_dispatch(handle, CS_DISPATCH_ONE_NONBLOCKING));
    CALL(quorum_finalize(handle));
}

// MARK: Votes

static void votes_told(votequorum_handle_t handle, uint64_t context, uint32_t quorate, uint32_t count, votequorum_node_t *nodes) {
    (void)handle;
    printf("  context %" PRIu64 ": quorate %u, %u nodes:", context, quorate, count);
    // In no order that means anything.
    for (uint32_t node = 0; node < 10; node++)
        for (uint32_t i = 0; i < count; i++)
            if (nodes[i].nodeid == node) printf(" %u/%u", nodes[i].nodeid, nodes[i].state);
    printf("\n");
}

static void expected_told(votequorum_handle_t handle, uint64_t context, uint32_t votes) {
    (void)handle;
    printf("  context %" PRIu64 ": %u votes expected\n", context, votes);
}

static void list_told(votequorum_handle_t handle, uint64_t context, votequorum_ring_id_t ring, uint32_t count, uint32_t *nodes) {
    (void)handle, (void)ring, (void)nodes;
    printf("  context %" PRIu64 ": a ring of %u nodes\n", context, count);
}

static void information(votequorum_handle_t handle, unsigned int node) {
    struct votequorum_info info;
    cs_error_t error = votequorum_getinfo(handle, node, &info);
    printf("information on %u = %d", node, error);
    if (error == CS_OK)
        printf(": node %u state %u votes %u expected %u highest %u total %u quorum %u flags %u device %u '%s'", info.node_id, info.node_state,
            info.node_votes, info.node_expected_votes, info.highest_expected, info.total_votes, info.quorum, info.flags, info.qdevice_votes, info.qdevice_name);
    printf("\n");
}

static void use_votes(void) {
    votequorum_handle_t handle;
    votequorum_callbacks_t callbacks = {votes_told, expected_told, list_told};
    int descriptor = -1;
    CALL(votequorum_initialize(&handle, &callbacks));
    for (unsigned int node = 0; node < 4; node++) information(handle, node);
    CALL(votequorum_trackstart(handle, 42, CS_TRACK_CURRENT | CS_TRACK_CHANGES));
    CALL(votequorum_trackstart(handle, 42, CS_TRACK_CHANGES));
    CALL(votequorum_fd_get(handle, &descriptor));
    await(descriptor);
    CALL(votequorum_dispatch(handle, CS_DISPATCH_ALL));
    CALL(votequorum_setexpected(handle, 0));
    CALL(votequorum_setexpected(handle, 1));
    CALL(votequorum_setexpected(handle, 3));
    poll(NULL, 0, 300);
    CALL(votequorum_dispatch(handle, CS_DISPATCH_ALL));
    information(handle, 0);
    CALL(votequorum_setvotes(handle, 1, 2));
    poll(NULL, 0, 300);
    CALL(votequorum_dispatch(handle, CS_DISPATCH_ALL));
    information(handle, 0);
    CALL(votequorum_setvotes(handle, 1, 1));
    CALL(votequorum_setvotes(handle, 9, 1));
    poll(NULL, 0, 300);
    CALL(votequorum_setexpected(handle, 2));
    poll(NULL, 0, 300);
    CALL(votequorum_dispatch(handle, CS_DISPATCH_ALL));
    information(handle, 0);
    CALL(votequorum_trackstop(handle));
    CALL(votequorum_trackstop(handle));
    CALL(votequorum_finalize(handle));
}

// MARK: Administration

static void asked(corosync_cfg_handle_t handle, corosync_cfg_shutdown_flags_t flags) {
    printf("  asked about a shutdown, flags %d; no = %d\n", flags, corosync_cfg_replyto_shutdown(handle, COROSYNC_CFG_SHUTDOWN_FLAG_NO));
}

static void use_administration(void) {
    corosync_cfg_handle_t handle, other;
    corosync_cfg_callbacks_t callbacks = {asked};
    unsigned int node = 0;
    int count = -1, descriptor = -1;
    corosync_cfg_node_address_t addresses[8];
    CALL(corosync_cfg_initialize(&handle, &callbacks));
    CALL(corosync_cfg_local_get(handle, &node));
    printf("node %u\n", node);
    for (unsigned int which = 0; which < 4; which++) {
        count = -1;
        cs_error_t error = corosync_cfg_get_node_addrs(handle, which, 8, &count, addresses);
        printf("addresses of %u = %d, %d\n", which, error, error == CS_OK ? count : 0);
        struct corosync_cfg_node_status_v1 status;
        memset(&status, 0, sizeof status);
        error = corosync_cfg_node_status_get(handle, which, CFG_NODE_STATUS_V1, &status);
        printf("status of %u = %d: reachable %u remote %u external %u versions %u %u %u, link 0 enabled %u connected %u '%s' '%s'\n", which, error,
            status.reachable, status.remote, status.external, status.onwire_min, status.onwire_max, status.onwire_ver,
            status.link_status[0].enabled, status.link_status[0].connected, status.link_status[0].src_ipaddr, status.link_status[0].dst_ipaddr);
    }
    CALL(corosync_cfg_kill_node(handle, 9, "nobody"));
    CALL(corosync_cfg_replyto_shutdown(handle, COROSYNC_CFG_SHUTDOWN_FLAG_YES));
    CALL(corosync_cfg_trackstart(handle, 0));
    CALL(corosync_cfg_trackstart(handle, 0));
    CALL(corosync_cfg_fd_get(handle, &descriptor));
    // Another program wants the daemon to end, and this one is against it.
    if (fork() == 0) {
        corosync_cfg_initialize(&other, NULL);
        _exit(corosync_cfg_try_shutdown(other, COROSYNC_CFG_SHUTDOWN_FLAG_REQUEST) == CS_ERR_BUSY ? 0 : 1);
    }
    await(descriptor);
    CALL(corosync_cfg_dispatch(handle, CS_DISPATCH_ALL));
    CALL(corosync_cfg_trackstop(handle));
    CALL(corosync_cfg_reload_config(handle));
    CALL(corosync_cfg_reopen_log_files(handle));
    CALL(corosync_cfg_finalize(handle));
    CALL(corosync_cfg_finalize(handle));
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    use_groups();
    use_map();
    use_quorum();
    use_votes();
    use_administration();
    return 0;
}
