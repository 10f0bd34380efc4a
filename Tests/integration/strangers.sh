#!/bin/bash
# Who does not belong to a cluster disturbs nobody, on lockstepd as on corosync: a node with another key, packets that are rubbish,
# damaged, old or forged, and a node that has another cluster name.
# shellcheck source-path=SCRIPTDIR source=library.sh disable=SC2016
. "$(dirname "$0")/library.sh"
need_root
need ip cc python3 corosync corosync-quorumtool /usr/include/corosync/cpg.h

make_namespaces n1 n2 n3
cc -O2 -o "$scratch/groups" "$top/Benchmarks/messaging/groups.c" -lcpg
write_configuration n1=10.97.0.1 n2=10.97.0.2 n3=10.97.0.3
for node in n1 n2 n3; do
    sed -i "s|transport: knet|&\n    token: 1000\n    keyfile: $scratch/$node/etc/authkey|; /two_node/d" "$scratch/$node/etc/corosync.conf"
    printf 'logging {\n    to_syslog: no\n    to_stderr: yes\n}\nlockstep {\n    resource_manager: none\n}\n' >>"$scratch/$node/etc/corosync.conf"
done
cp -p "$scratch/n3/etc/authkey" "$scratch/good-key"
members() { in_node n1 corosync-quorumtool -s 2>/dev/null | sed -n 's/^Nodes: *//p'; }
members_are() { [ "$(members)" = "$1" ]; }
ring() { in_node n1 corosync-quorumtool -s | sed -n 's/^Ring ID: *//p'; }
daemon_options=(--corosync-ipc)
for daemon in corosync lockstep; do
    if [ $daemon = corosync ]; then begin() { begin_corosync "$1"; }; else begin() { start_node "$1"; }; fi
    for node in n1 n2; do begin $node; done
    wait_for 20 "two of three nodes on $daemon" members_are 2
    before=$(ring)

    # Another key.
    rm -f "$scratch/n3/etc/authkey"
    head -c 256 /dev/urandom >"$scratch/n3/etc/authkey"
    chmod 400 "$scratch/n3/etc/authkey"
    begin n3
    in_node n2 "$scratch/groups" receive &
    member=$!
    in_node n1 timeout 30 "$scratch/groups" send 1600 5 >"$scratch/$daemon.throughput" &
    sender=$!
    # Rubbish, meanwhile, from a machine that is no node, and in the name of the second node.
    strangers=$top/Tests/integration/programs/strangers.py
    python3 "$strangers" listen "${bridge}v1" "$scratch/packets" 1 || fail "no packet was heard on $daemon"
    in_node client python3 "$strangers" send "$scratch/packets" 10.97.0.1 10.97.0.2 2 >"$scratch/sent" || fail "no packet was sent"
    wait $sender || fail "the traffic ended on $daemon"
    kill $member 2>/dev/null || true
    members_are 2 || fail "a node with another key joined on $daemon"
    [ "$(ring)" = "$before" ] || fail "strangers made a new ring on $daemon"
    power_off n3

    # Another cluster name with the right key: as in corosync, the node list and the key decide who belongs together.
    cp -pf "$scratch/good-key" "$scratch/n3/etc/authkey"
    sed -i 's/cluster_name: test/cluster_name: other/' "$scratch/n3/etc/corosync.conf"
    begin n3
    wait_for 20 "the node with another cluster name on $daemon" members_are 3
    sed -i 's/cluster_name: other/cluster_name: test/' "$scratch/n3/etc/corosync.conf"
    for node in n1 n2 n3; do power_off $node; done
done
grep -qiE "key|authenticat|decrypt" "$scratch/n1/daemon.log" || fail "the log does not speak of packets with another key"
echo "$(cat "$scratch/sent"); $(cut -d' ' -f1 "$scratch/corosync.throughput") and $(cut -d' ' -f1 "$scratch/lockstep.throughput") messages/s meanwhile on corosync and lockstepd"
