#!/bin/bash
# How long a node needs to notice with default timeouts that the other is gone: its daemon killed, its cable pulled.
# DETECTIONS=N does each so often (once). Times end with the regular configuration without the node.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip
count=${DETECTIONS:-1}
limit=1200

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
log=$scratch/n1/daemon.log
start_node n1
start_node n2

rings() { grep -c "installed, members: $1\(,\|\$\)" "$log" || true; }
more_rings() { [ "$(rings "$1")" -gt "$2" ]; }

# time_of COMMAND...: the command takes node 2 away; prints how long node 1 took.
time_of() {
    local before begin
    before=$(rings 1)
    begin=$(date +%s%N)
    "$@"
    until more_rings 1 "$before"; do
        [ $((($(date +%s%N) - begin) / 1000000)) -lt 5000 ] || fail "node 1 notices nothing: $*"
        sleep 0.005
    done
    echo $((($(date +%s%N) - begin) / 1000000))
}

kill_daemon() {
    local pid
    for pid in $(processes_of "$scratch/n2"); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = lockstepd ]; then kill -9 "$pid"; fi
    done
}
pull_cable() { ip link set "lst$$v2" down; }

joined=0
await_pair() {
    wait_for 20 "one ring" more_rings "1 2" "$joined"
    joined=$(rings "1 2")
    # Young links are borne with for ten seconds, and yet a node that says nothing any more costs no more than the token timeout.
    sleep 2
}

killed="" pulled=""
for _ in $(seq 1 "$count"); do
    await_pair
    killed="$killed $(time_of kill_daemon)"
    power_off n2
    start_node n2
    await_pair
    pulled="$pulled $(time_of pull_cable)"
    ip link set "lst$$v2" up
done
for time in $killed $pulled; do
    [ "$time" -le "$limit" ] || fail "$time ms are more than $limit: killed$killed, pulled$pulled"
done
echo "ms until the new ring: daemon killed$killed; cable pulled$pulled"
