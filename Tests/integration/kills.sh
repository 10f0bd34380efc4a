#!/bin/bash
# SIGKILL to a daemon at random moments, with fencing on, loses no acknowledged configuration change and never shows the
# service on both nodes. KILLS=N kills (10); SEED=N chooses the moments.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
kills=${KILLS:-10}
RANDOM=${SEED:-$$}

write_configuration n1=127.65.2.1 n2=127.65.2.2
start_node n1
start_node n2
wait_for 20 "both nodes to be online" both_online n1
cat >"$scratch/start.crm" <<CRM
primitive app ocf:lockstep:Process params command="sleep 100000" pidfile=app.pid op monitor interval=2s
primitive fence-n1 stonith:fence_lockstep_demo params root=$scratch/n1 pcmk_host_list=n1
primitive fence-n2 stonith:fence_lockstep_demo params root=$scratch/n2 pcmk_host_list=n2
rsc_defaults resource-stickiness=100
CRM
on n1 configure load update "$scratch/start.crm"

# How many of the nodes run the service's process.
copies() {
    local node count=0
    for node in n1 n2; do
        local pid
        for pid in $(processes_of "$scratch/$node"); do
            if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q '^sleep 100000'; then
                count=$((count + 1))
                break
            fi
        done
    done
    echo "$count"
}
one_copy() { [ "$(copies)" = 1 ]; }
daemon_of() {
    local pid
    for pid in $(processes_of "$scratch/$1"); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = lockstepd ]; then
            echo "$pid"
            return
        fi
    done
}

wait_for 20 "the service to run" one_copy
acknowledged=0
for number in $(seq 1 "$kills"); do
    victim=n$((RANDOM % 2 + 1))
    survivor=$([ $victim = n1 ] && echo n2 || echo n1)
    # Changes go on while the daemon dies; those that were acknowledged must survive.
    (
        for change in $(seq 1 30); do
            if on $victim configure property "test-$number=$change" >/dev/null 2>&1; then
                echo "$change" >"$scratch/acknowledged.$number"
            else
                break
            fi
        done
    ) &
    writer=$!
    sleep "0.$((RANDOM % 900 + 100))"
    pids=$(daemon_of $victim)
    # shellcheck disable=SC2086
    [ -z "$pids" ] || kill -9 $pids 2>/dev/null || true
    wait $writer || true
    for _ in $(seq 1 40); do
        [ "$(copies)" -le 1 ] || fail "kill $number: the service runs on both nodes"
        sleep 0.05
    done
    wait_for 30 "the service to run after kill $number" one_copy
    power_off $victim
    start_node $victim
    wait_for 30 "$victim to come back after kill $number" both_online "$survivor"
    if [ -f "$scratch/acknowledged.$number" ]; then
        wanted=$(cat "$scratch/acknowledged.$number")
        for node in n1 n2; do
            found=$(on $node configure show | grep -o "test-$number=[0-9]*" | cut -d= -f2)
            [ "${found:-0}" -ge "$wanted" ] ||
                fail "kill $number: change $wanted was acknowledged, $node has ${found:-none}"
        done
        acknowledged=$((acknowledged + wanted))
    fi
done
echo "$kills kills, $acknowledged acknowledged changes kept, never two copies"
