// Says when the membership of the ring changes, whichever daemon is behind libcpg: a line for each regular configuration, with the
// moment of CLOCK_MONOTONIC in nanoseconds and the count of members.
#include <corosync/cpg.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void ring_changed(cpg_handle_t handle, struct cpg_ring_id ring, uint32_t count, const uint32_t *members) {
    (void)handle, (void)ring, (void)members;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    printf("%" PRId64 " %u\n", (int64_t)time.tv_sec * 1000000000 + time.tv_nsec, count);
    fflush(stdout);
}

int main(void) {
    cpg_model_v1_data_t model = {
        .cpg_totem_confchg_fn = ring_changed, .flags = CPG_MODEL_V1_DELIVER_INITIAL_TOTEM_CONF};
    struct cpg_name group = {.length = 5, .value = "rings"};
    cpg_handle_t handle;
    for (int i = 0; i < 100; i++) {
        if (cpg_model_initialize(&handle, CPG_MODEL_V1, (cpg_model_data_t *)&model, NULL) == CS_OK) {
            while (cpg_join(handle, &group) == CS_ERR_TRY_AGAIN) usleep(100000);
            cpg_dispatch(handle, CS_DISPATCH_BLOCKING);
            return 1;
        }
        usleep(100000);
    }
    return 1;
}
