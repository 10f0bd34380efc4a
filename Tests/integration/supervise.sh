#!/bin/bash
# `lockstep supervise` on real processes: exit statuses, health checks, restarts, signals, nothing left behind; and on a pair of
# nodes, with lockstepd and with Debian's corosync: quorum, and the keys in the map, which are those that libsam writes.
# shellcheck source-path=SCRIPTDIR source=library.sh disable=SC2016
. "$(dirname "$0")/library.sh"

said=$scratch/said
# supervised STATUS OPTION... -- COMMAND...: runs to the end, which must have this status; what is said is kept.
supervised() {
    local expected=$1 status=0
    shift
    timeout 20 "$bin/lockstep" --root "$scratch/nowhere" supervise "$@" >"$said" 2>&1 || status=$?
    [ "$status" = "$expected" ] || fail "supervise $*: status $status instead of $expected: $(cat "$said")"
}
says() { grep -q -- "$1" "$said" || fail "it does not say \"$1\": $(cat "$said")"; }
ended() { ! kill -0 "$1" 2>/dev/null; }

# Without a daemon.
supervised 0 -- true
supervised 7 --recovery quit -- sh -c 'exit 7'
supervised 137 --recovery quit -- sh -c 'kill -9 $$'
supervised 127 -- /no/such/program
says "No such file"
supervised 126 -- /etc/passwd
supervised 64 --check true --heartbeat -- true
supervised 64
supervised 1 --restarts 3 --pause 0s -- sh -c 'echo "instance $LOCKSTEP_INSTANCE"; exit 1'
says "instance 4"
says "3 restarts within 1min: given up"
supervised 0 --pause 0s -- sh -c '[ "$LOCKSTEP_INSTANCE" = 2 ]'

# Standard input and the directory are the command's.
(cd "$scratch" && echo hello | "$bin/lockstep" supervise -- sh -c 'read -r word; echo "$word from $(pwd)"' 2>/dev/null) | grep -qx "hello from $scratch" ||
    fail "the command has neither input nor directory"

# A check that fails is a failure, one that hangs as well; the command is warned, then killed.
supervised 143 --recovery quit --check 'echo "I am ill" >&2; exit 3' --interval 100ms -- sleep 60
says "the health check failed: status 3 (I am ill)"
supervised 143 --recovery quit --check 'sleep 60' --interval 100ms -- sleep 60
says "not over after 100ms"
supervised 0 --check 'kill -0 $LOCKSTEP_PID && [ -d nowhere-else ] || [ -e /etc/passwd ]' --interval 50ms -- sleep 0.5
supervised 137 --recovery quit --grace 200ms --check false --interval 50ms -- sh -c 'trap "" TERM; while :; do sleep 0.05; done'
says "it does not end: killed"

# Heartbeats: beats for half a second, then falls silent.
supervised 143 --recovery quit --heartbeat --interval 300ms -- sh -c 'for i in 1 2 3 4 5; do echo x >&"$LOCKSTEP_HEARTBEAT_FD"; sleep 0.1; done; exec sleep 60'
says "no heartbeat for 300ms"

# What the command leaves behind is ended, also what has left its session.
supervised 0 -- sh -c "setsid sleep 300 & echo \$! >$scratch/left; sleep 0.1"
wait_for 5 "the end of what was left behind" ended "$(cat "$scratch/left")"

# A killed supervisor takes its command along.
"$bin/lockstep" supervise -- sh -c "echo \$\$ >$scratch/command; exec sleep 300" 2>/dev/null &
supervisor=$!
wait_for 5 "the command" test -s "$scratch/command"
kill -9 $supervisor
wait_for 5 "the end of the command" ended "$(cat "$scratch/command")"

# Signals: HUP is passed on, TERM ends both with the command's status, whatever the policy. Under nohup(1) HUP would be ignored.
env --default-signal=HUP "$bin/lockstep" supervise -- sh -c 'trap "echo reread" HUP; trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done' >"$said" 2>&1 &
supervisor=$!
wait_for 5 "the command" grep -q ready "$said"
kill -HUP $supervisor
wait_for 5 "the signal to be passed on" grep -q reread "$said"
kill -TERM $supervisor
status=0
wait $supervisor || status=$?
[ $status = 9 ] || fail "status $status instead of 9 after SIGTERM"

[ "$(id -u)" = 0 ] || { echo "without a daemon only: network namespaces need root"; exit 0; }
need ip corosync corosync-cmapctl corosync-quorumtool
make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    sed -i "s|transport: knet|&\n    token: 1000\n    keyfile: $scratch/$node/etc/authkey|; /two_node/d" "$scratch/$node/etc/corosync.conf"
    printf 'logging {\n    to_syslog: no\n}\nlockstep {\n    resource_manager: none\n}\n' >>"$scratch/$node/etc/corosync.conf"
done
key_is() { in_node n1 corosync-cmapctl resources.process 2>/dev/null | grep -q "^resources.process.$supervisor.$1 ([a-z0-9]*) = $2\$"; }
no_keys() { ! in_node n1 corosync-cmapctl resources.process 2>/dev/null | grep -q "resources.process.$supervisor\."; }
daemon_options=(--corosync-ipc)
for daemon in corosync lockstep; do
    if [ $daemon = corosync ]; then begin() { begin_corosync "$1"; }; else begin() { start_node "$1"; }; fi
    # Before there is a daemon: it waits for one.
    ip netns exec "$(namespace_of n1)" "$bin/lockstep" supervise --quorum --check true --interval 200ms -- \
        sh -c 'trap "exit 4" TERM; echo "instance $LOCKSTEP_INSTANCE"; while :; do sleep 0.05; done' >"$said" 2>&1 &
    supervisor=$!
    wait_for 5 "the supervisor to miss the daemon" grep -q "no daemon answers on this node" "$said"
    for node in n1 n2; do begin $node; done
    wait_for 20 "the first instance on $daemon" grep -q "instance 1" "$said"
    wait_for 5 "the state in the map of $daemon" key_is state running
    wait_for 5 "the policy in the map" key_is recovery restart
    wait_for 5 "the interval in the map" key_is poll_period 200
    wait_for 5 "a time in the map" key_is last_updated '[0-9]*'
    power_off n2
    wait_for 10 "the loss of quorum to be noticed" key_is state "waiting for quorum"
    grep -q "quorum is lost" "$said" || fail "the loss of quorum is not said"
    begin n2
    wait_for 20 "the second instance" grep -q "instance 2" "$said"
    wait_for 5 "the state in the map" key_is state running
    # The daemon goes and comes back: that is a loss of quorum, too, and the keys are written again.
    power_off_daemon() { ip netns pids "$(namespace_of n1)" | while read -r pid; do
        case $(cat "/proc/$pid/comm") in corosync | lockstepd) kill -9 "$pid" ;; esac
    done; }
    power_off_daemon
    wait_for 5 "the loss of the daemon to be noticed" sh -c "[ \$(grep -c 'quorum is lost' $said) = 2 ]"
    begin n1
    wait_for 20 "the third instance" grep -q "instance 3" "$said"
    wait_for 5 "the state in the new daemon's map" key_is state running
    kill -TERM $supervisor
    status=0
    wait $supervisor || status=$?
    [ $status = 4 ] || fail "status $status instead of 4"
    no_keys || fail "the keys stay in the map of $daemon"
    # A failure stays in the map.
    ip netns exec "$(namespace_of n1)" "$bin/lockstep" supervise --recovery quit -- false >"$said" 2>&1 &
    supervisor=$!
    wait $supervisor || true
    key_is state failed || fail "the failure is not in the map of $daemon"
    for node in n1 n2; do power_off $node; done
done
echo "statuses, health, restarts, signals; quorum and keys on corosync and on lockstepd"
