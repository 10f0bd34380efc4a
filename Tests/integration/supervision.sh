#!/bin/bash
# A program linked with libsam is supervised on lockstepd as on corosync, under every recovery policy: the same steps in the same
# order, the same keys in the map.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"

need_root
need corosync corosync-cmapctl corosync-quorumtool cc /usr/include/corosync/sam.h

make_namespaces n1 n2
for node in n1 n2; do
    mkdir -p "$scratch/$node/etc"
    cat >"$scratch/$node/etc/corosync.conf" <<'CONF'
totem {
    version: 2
    cluster_name: test
    token: 1000
}
quorum {
    provider: corosync_votequorum
}
logging {
    to_syslog: no
}
nodelist {
    node {
        ring0_addr: 10.97.0.1
        name: n1
        nodeid: 1
    }
    node {
        ring0_addr: 10.97.0.2
        name: n2
        nodeid: 2
    }
}
lockstep {
    resource_manager: none
}
CONF
done
cc -O2 -o "$scratch/supervised" "$top/Tests/integration/programs/supervised.c" -lsam

is_blocked() { in_node n1 corosync-quorumtool -s 2>/dev/null | grep -q '^Quorate: *No'; }
keys() { in_node n1 corosync-cmapctl resources.process 2>/dev/null | sed 's/process\.[0-9]*/process.PID/; s/last_updated (u64) = .*/last_updated (u64) = TIME/' | sort; }
says() { grep -q "$1" "$scratch/said"; }

# session FILE: every policy, one after the other.
session() {
    local policy
    for policy in "quit" "restart" "mark" "quit quorum" "restart quorum"; do
        echo "== $policy"
        # shellcheck disable=SC2086
        in_node n1 timeout 20 "$scratch/supervised" $policy >"$scratch/said" 2>&1 && echo "status 0" || echo "status $?"
        cat "$scratch/said"
    done
    echo "== quorum is lost and comes back"
    in_node n1 timeout 20 "$scratch/supervised" wait quorum >"$scratch/said" 2>&1 &
    local program=$!
    wait_for 5 "the program to start" says "instance 1 starts"
    keys
    power_off n2
    wait_for 10 "the loss of quorum" is_blocked
    wait_for 5 "the second instance" says "instance 2 remembr"
    sleep 0.3
    keys
    if says "instance 2 starts"; then fail "it starts without quorum"; fi
    begin n2
    wait_for 20 "quorum" is_quorate
    wait "$program" && echo "status 0" || echo "status $?"
    cat "$scratch/said"
    keys
}

daemon_options=(--corosync-ipc)
for daemon in corosync lockstep; do
    if [ $daemon = corosync ]; then begin() { begin_corosync "$1"; }; else begin() { start_node "$1"; }; fi
    for node in n1 n2; do begin $node; done
    wait_for 20 "the pair with $daemon" is_quorate
    session >"$scratch/$daemon.txt" 2>&1 || fail "the session on $daemon: $(tail -n 5 "$scratch/$daemon.txt")"
    for node in n1 n2; do power_off $node; done
done
diff "$scratch/corosync.txt" "$scratch/lockstep.txt" || fail "a supervised program lives differently on lockstepd (>) than on corosync (<)"
grep -q "instance 2 ends well" "$scratch/lockstep.txt" || fail "no second instance"
echo "the same under every policy, $(wc -l <"$scratch/lockstep.txt") lines"
