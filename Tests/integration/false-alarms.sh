#!/bin/bash
# What is no failure ends no ring: a daemon that is stopped or starved for less than the token timeout, a full disk, a sudden onset of
# 20 % loss. (A network that always loses: wide-area.)
# A link that works in one direction only is one: whatever ring follows, the nodes calm down.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip python3 taskset

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    ip netns exec "$(namespace_of $node)" python3 "$top/Tests/integration/bad-network.py" --whole-checksums eth0 ||
        skip "the checksums of this kernel's network cannot be set"
done
for index in 1 2; do ip link set "lst$$v$index" nomaster; done
echo 0 >"$scratch/loss"
timeout 120 python3 "$top/Tests/integration/bad-network.py" "lst$$v1" "lst$$v2" "@$scratch/loss" 0 0 &
network=$!
lose() {
    echo "$1" >"$scratch/loss"
    kill -HUP "$(pgrep -P "$network")"
}
mkdir -p "$scratch/n2/var"
mount -t tmpfs -o size=2m tmpfs "$scratch/n2/var"
trap 'kill "$network" 2>/dev/null; power_off n2; umount -l "$scratch/n2/var"; clean_up' EXIT

rings() { cat "$scratch"/n?/daemon.log | grep -c 'Ring .* installed' || true; }
start_node n1
start_node n2
wait_for 20 "one ring" sh -c "grep -q 'installed, members: 1 2' '$scratch/n1/daemon.log' '$scratch/n2/daemon.log'"
sleep 2
summary=

# unharmed WHAT: no ring has ended since `before`.
unharmed() {
    sleep 2
    local after
    after=$(rings)
    [ "$after" = "$before" ] || fail "$((after - before)) rings were installed after this: $1"
    summary="$summary$1, "
}

daemon_of() {
    local pid
    for pid in $(processes_of "$scratch/$1"); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = lockstepd ]; then echo "$pid"; fi
    done
}

stop_for() {
    local pids
    pids=$(daemon_of n2)
    # shellcheck disable=SC2086
    kill -STOP $pids
    sleep "$1"
    # shellcheck disable=SC2086
    kill -CONT $pids
    unharmed "stopped for $1 s on $2 links"
}

before=$(rings)
stop_for 0.7 young
stop_for 0.9 young

# Before loops of the highest priority nobody runs, on any processor.
starve="import os, time
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))
end = time.monotonic() + 0.7
while time.monotonic() < end: pass"
for processor in $(seq 0 $(($(nproc) - 1))); do taskset -c "$processor" python3 -c "$starve" & done
sleep 1.5
unharmed "starved for 0.7 s"

dd if=/dev/zero of="$scratch/n2/var/filler" bs=64k >/dev/null 2>&1 || true
unharmed "disk full"
rm -f "$scratch/n2/var/filler"

# By now the links are ten seconds old, and not borne with because they are new: half a second takes them down, and no node out.
stop_for 0.7 old
stop_for 0.9 old

lose 20
sleep 10
lose 0
unharmed "20 % loss for 10 s, all of a sudden"

lose 100,0
sleep 10
changes=$(($(rings) - before))
[ "$changes" -le 12 ] || fail "a link in one direction only: $changes rings in 10 s"
echo "no ring ended: $summary$changes rings of both nodes in 10 s of a one-way link"
