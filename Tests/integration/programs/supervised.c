// A program that libsam supervises: says on standard error what happens to it, and fails as asked.
//
// supervised quit|restart|mark [quorum]: the process that is started becomes the supervisor, its child the program.
//   quit     the first instance stops sending health checks: it is ended, and nothing follows
//   restart  the same, and a second instance follows, which finds what the first has stored
//   mark     the first instance says that it has failed: the supervisor ends it at once, and nothing follows
//   quorum   besides: begins when the partition is quorate; "wait" lets it live until quorum is lost
#include <corosync/sam.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static unsigned int instance;

static void say(const char *text) {
    char line[200];
    int count = snprintf(line, sizeof line, "instance %u %s\n", instance, text);
    (void)!write(2, line, (size_t)count);
}

static void need(cs_error_t result, const char *what) {
    if (result == CS_OK) return;
    fprintf(stderr, "%s: error %d\n", what, result);
    _exit(9);
}

static void warned(int number) {
    (void)number;
    say("is warned");
    _exit(0);
}

static void rest(long milliseconds) {
    struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

int main(int count, char **arguments) {
    if (count < 2) return 64;
    const char *wish = arguments[1];
    int follows_quorum = count > 2;
    int restarts = strcmp(wish, "quit") != 0 && strcmp(wish, "mark") != 0;
    int policy = restarts ? SAM_RECOVERY_POLICY_RESTART : SAM_RECOVERY_POLICY_QUIT;
    if (follows_quorum) policy |= SAM_RECOVERY_POLICY_QUORUM;
    need(sam_initialize(400, (sam_recovery_policy_t)(policy | SAM_RECOVERY_POLICY_CMAP)), "sam_initialize");
    need(sam_warn_signal_set(SIGUSR1), "sam_warn_signal_set");
    need(sam_register(&instance), "sam_register");
    signal(SIGUSR1, warned);
    if (instance > 1) {
        char stored[8] = "";
        size_t size = 0;
        need(sam_data_getsize(&size), "sam_data_getsize");
        if (size != sizeof stored) return 9;
        need(sam_data_restore(stored, sizeof stored), "sam_data_restore");
        say(stored);
    }
    need(sam_start(), "sam_start");
    say("starts");
    need(sam_data_store("remembr", 8), "sam_data_store");
    if (strcmp(wish, "mark") == 0) {
        need(sam_mark_failed(), "sam_mark_failed");
        rest(5000);
        return 9;
    }
    if (instance > 1) {
        need(sam_stop(), "sam_stop");
        // libsam's supervisor answers what was asked last; an answer to a program that has ended would end the supervisor too.
        rest(200);
        need(sam_finalize(), "sam_finalize");
        say("ends well");
        return 0;
    }
    // Well for a second, or until quorum is lost; then silent.
    int rounds = strcmp(wish, "wait") == 0 ? 200 : 10;
    for (int round = 0; round < rounds; round++) {
        need(sam_hc_send(), "sam_hc_send");
        rest(100);
    }
    say("falls silent");
    rest(5000);
    return 9;
}
