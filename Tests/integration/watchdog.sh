#!/bin/bash
# The watchdog and the monitors of memory and load: the configuration map says what it says on corosync, the device is pinged while
# all is in order and the daemon works, and disarmed when it ends in good order.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"

need_root
need corosync corosync-cmapctl gcc
make_namespaces n1 n2
daemon_options=(--corosync-ipc)

# configure NODE ADDRESS RESOURCES: a cluster of one.
configure() {
    mkdir -p "$scratch/$1/etc"
    cat >"$scratch/$1/etc/corosync.conf" <<CONF
totem {
    version: 2
    cluster_name: test
    transport: knet
    crypto_cipher: none
    crypto_hash: none
}
nodelist {
    node {
        name: $1
        nodeid: 1
        ring0_addr: $2
    }
}
quorum {
    provider: corosync_votequorum
}
logging {
    to_syslog: no
}
lockstep {
    resource_manager: none
}
$3
CONF
}

map() { in_node "$1" corosync-cmapctl "${@:2}"; }
value() { map "$1" -g "$2" 2>/dev/null | sed 's/.* = //'; }
is_up() { [ "$(value "$1" runtime.votequorum.this_node_id)" = 1 ]; }
is() { [ "$(value n1 "$1")" = "$2" ]; }
start() {
    start_node n1
    wait_for 10 "the map of n1" is_up n1
}
stop() {
    kill "$(daemon)"
    wait_for 10 "the end of n1" is_down
}
daemon() { cat "$scratch/n1/run/lockstepd.lock"; }
is_down() { ! kill -0 "$(daemon)"; }
pings() { tr -cd . <"$device" | wc -c; }
has_pings() { [ "$(pings)" -ge "$1" ]; }
# Fails when a ping comes although two are due.
no_pings() {
    local before
    sleep 0.5
    before=$(pings)
    sleep 2.5
    [ "$(pings)" = "$before" ] || fail "$1, but the watchdog is pinged"
}

# 1. The keys, beside corosync's. Figures and times are left out.
keys() { map "$1" resources | sed -E 's/(current|last_updated) \((...)\) = .*/\1 (\2)/'; }
monitored='resources {
    watchdog_device: off
    watchdog_timeout: 10
    system {
        memory_used {
            max: 100
            recovery: none
        }
        load_15min {
            recovery: watchdog
        }
    }
}'
for resources in "" "$monitored"; do
    configure n1 10.97.0.1 "$resources"
    configure n2 10.97.0.2 "$resources"
    start
    begin_corosync n2
    wait_for 20 "corosync" is_up n2
    compare() {
        keys n1 >"$scratch/ours"
        keys n2 >"$scratch/theirs"
        diff "$scratch/theirs" "$scratch/ours" >&2 || fail "the keys differ $1"
    }
    compare "at the start"
    for node in n1 n2; do
        map "$node" | grep -E 'services\.(mon|wd)\.|service\.[67]\.' >"$scratch/services.$node"
    done
    diff "$scratch/services.n2" "$scratch/services.n1" >&2 || fail "the services differ"
    if [ -n "$resources" ]; then
        grep -q 'memory_used.state (str) = running' "$scratch/ours" || fail "memory is not watched"
        for limit in 0 100 much 99; do
            for node in n1 n2; do map "$node" -s resources.system.memory_used.max str "$limit"; done
            compare "after memory_used.max = $limit"
            [ "$limit" != 0 ] || is resources.system.memory_used.state failed || fail "memory above its limit has not failed"
        done
    fi
    stop
    power_off n2
done

# 2. What corosync lacks: a limit that was not there before, of another type, and a period from the file.
device=$scratch/watchdog
: >"$device"
configure n1 10.97.0.1 "resources {
    watchdog_device: $device
    watchdog_timeout: 2
    system {
        load_15min {
            recovery: watchdog
            poll_period: 500
        }
    }
}"
start
is resources.system.load_15min.state stopped || fail "load is watched without a limit"
map n1 -s resources.system.load_15min.max dbl 1000000
is resources.system.load_15min.state running || fail "load is not watched"

# 3. Pings: while the daemon runs, not while it stands still, and the letter at the end.
wait_for 10 "three pings" has_pings 3
kill -STOP "$(daemon)"
no_pings "the daemon stands still"
kill -CONT "$(daemon)"
wait_for 10 "pings of the daemon that goes on" has_pings "$(($(pings) + 2))"
stop
[ "$(tail -c 1 "$device")" = V ] || fail "the watchdog stays armed after a clean end"
: >"$device"
start
wait_for 10 "a ping" has_pings 1
power_off n1
wait_for 10 "the end of n1" is_down
! grep -q V "$device" || fail "the watchdog was disarmed by a kill"

# 4. A failure ends the pings for good: of the system, of a process.
: >"$device"
start
map n1 -s -- resources.system.load_15min.max dbl -1
is resources.system.load_15min.state failed || fail "a load above its limit has not failed"
wait_for 10 "the end of the pings" grep -q "is not pinged any more" "$scratch/n1/daemon.log"
no_pings "the load is above its limit"
stop
: >"$scratch/n1/daemon.log"
start
wait_for 10 "a ping" has_pings 1
map n1 -s resources.process.7.recovery str quit
map n1 -s resources.process.7.poll_period u64 1000
map n1 -s resources.process.7.last_updated u64 1
map n1 -s resources.process.7.state str running
wait_for 10 "the end of the pings" grep -q "process.7 has failed" "$scratch/n1/daemon.log"
no_pings "a process is silent"
stop

# 5. No device: a line in the log, and nothing else.
sed -i "s|watchdog_device: .*|watchdog_device: $scratch/none|" "$scratch/n1/etc/corosync.conf"
: >"$scratch/n1/daemon.log"
start
wait_for 5 "a line in the log" grep -q "there is no watchdog for this node: $scratch/none" "$scratch/n1/daemon.log"
stop

# 6. A device of the kernel's kind: what it is asked, in order. It has a timeout of its own.
cat >"$scratch/device.c" <<'C'
#define _GNU_SOURCE
#include <errno.h>
#include <linux/watchdog.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
static int note(const char *word) {
    FILE *file = fopen(getenv("WATCHDOG_RECORD"), "a");
    if (!file) return -1;
    fprintf(file, "%s\n", word);
    return fclose(file);
}
int ioctl(int descriptor, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    switch (request) {
    case WDIOC_GETSUPPORT:
        memcpy(((struct watchdog_info *)argument)->identity, "a test", 7);
        return note("identify");
    case WDIOC_SETTIMEOUT:
        note("set timeout");
        errno = EINVAL;
        return -1;
    case WDIOC_GETTIMEOUT: *(int *)argument = 4; return note("get timeout");
    case WDIOC_SETOPTIONS: return note("enable");
    case WDIOC_KEEPALIVE: return note("ping");
    }
    return syscall(SYS_ioctl, descriptor, request, argument);
}
C
gcc -shared -fPIC -o "$scratch/device.so" "$scratch/device.c"
: >"$device"
sed -i "s|watchdog_device: .*|watchdog_device: $device|; s|watchdog_timeout: .*|watchdog_timeout: 60|" "$scratch/n1/etc/corosync.conf"
: >"$scratch/n1/daemon.log"
export WATCHDOG_RECORD=$scratch/record
: >"$WATCHDOG_RECORD"
export LD_PRELOAD=$scratch/device.so
start_node n1
unset LD_PRELOAD
wait_for 10 "the map of n1" is_up n1
has_asked() { [ "$(grep -c ping "$WATCHDOG_RECORD")" -ge 3 ]; }
wait_for 10 "three pings of a device that keeps its 4 s" has_asked
grep -q 'watchdog.*(a test) resets this machine' "$scratch/n1/daemon.log" || fail "the device is not named"
grep -q 'does not take a timeout of 60 s: 4 s holds' "$scratch/n1/daemon.log" || fail "the refused timeout is not named"
[ "$(uniq "$WATCHDOG_RECORD" | tr '\n' ' ')" = "identify set timeout get timeout enable ping " ] || fail "asked: $(cat "$WATCHDOG_RECORD")"
stop
[ "$(cat "$device")" = V ] || fail "the device is not disarmed"
echo "keys as on corosync, pings only while all is in order"
