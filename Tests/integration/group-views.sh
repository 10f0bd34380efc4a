#!/bin/bash
# Members of a process group on three nodes are told the same, with the same reasons, on lockstepd as on corosync: who joins and leaves,
# a process that dies, a partition and its end, a node that dies. features: G1, G3, G4, G8.
# shellcheck source-path=SCRIPTDIR source=library.sh disable=SC2016
. "$(dirname "$0")/library.sh"
need_root
need ip cc corosync corosync-quorumtool /usr/include/corosync/cpg.h

make_namespaces n1 n2 n3
cc -O2 -o "$scratch/watch" "$top/Tests/integration/programs/group-watch.c" -lcpg
write_configuration n1=10.97.0.1 n2=10.97.0.2 n3=10.97.0.3
for node in n1 n2 n3; do
    sed -i "s|transport: knet|&\n    token: 1000\n    token_coefficient: 0\n    keyfile: $scratch/$node/etc/authkey|; /two_node/d" "$scratch/$node/etc/corosync.conf"
    printf 'logging {\n    to_syslog: no\n}\nlockstep {\n    resource_manager: none\n}\n' >>"$scratch/$node/etc/corosync.conf"
done
members_are() { in_node "$1" corosync-quorumtool -s 2>/dev/null | grep -q "^Nodes: *$2\$"; }
# watch NODE NAME: a member on that node, whose process id is in the file NAME.pid.
watch() {
    ip netns exec "$(namespace_of "$1")" "$scratch/watch" group >"$scratch/$daemon.$2" 2>&1 &
    echo $! >"$scratch/$2.pid"
}
last_view() { grep '^group' "$scratch/$daemon.$1" | tail -n 1; }
is_whole() { last_is "$1" 'ring \[1 2 3\]' && last_view "$1" | grep -qE 'members\[1 2 3\] left\[\] joined\[([123]:NODEUP ?)+\]'; }
last_is() { tail -n 1 "$scratch/$daemon.$1" | grep -q -- "$2"; }
shows() { grep -q -- "$2" "$scratch/$daemon.$1"; }
signal_to() { kill "-$1" "$(cat "$scratch/$2.pid")"; }
link() { ip link set "${bridge}v$1" "$2"; }
daemon_options=(--corosync-ipc)
for daemon in corosync lockstep; do
    if [ $daemon = corosync ]; then begin() { begin_corosync "$1"; }; else begin() { start_node "$1"; }; fi
    for node in n1 n2 n3; do begin $node; done
    for node in n1 n2 n3; do wait_for 20 "three nodes on $daemon" members_are $node 3; done
    watch n1 first
    wait_for 10 "the first member" shows first 'members\[1\]'
    watch n2 second
    wait_for 10 "the second member" shows first 'members\[1 2\] left\[\] joined\[2:JOIN\]'
    watch n3 third
    wait_for 10 "the third member" shows first 'members\[1 2 3\] left\[\] joined\[3:JOIN\]'
    signal_to KILL second
    wait_for 10 "the death of a process" shows third 'left\[2:PROCDOWN\]'
    watch n2 fourth
    wait_for 10 "another process" shows third 'joined\[2:JOIN\]'
    signal_to TERM third
    wait_for 10 "a leave" shows first 'left\[3:LEAVE\]'
    watch n3 fifth
    wait_for 10 "a return" shows fifth 'members\[1 2 3\]'
    link 3 down
    for name in first fourth; do wait_for 20 "the partition, on one side" last_is $name 'ring \[1 2\]'; done
    wait_for 20 "the partition, on the other side" last_is fifth 'ring \[3\]'
    # Until here everything is told in one order. When nodes find each other again corosync may form more than one ring, so from
    # here on what counts is the end: one view of the group, in which others came because their nodes did.
    for name in first second third fourth fifth; do uniq "$scratch/$daemon.$name" >"$scratch/$daemon.$name.before"; done
    link 3 up
    for name in first fourth fifth; do wait_for 30 "the end of the partition on $daemon" is_whole $name; done
    power_off n3
    for name in first fourth; do
        wait_for 20 "the death of a node" last_is $name 'ring \[1 2\]'
        last_view $name | grep -q 'members\[1 2\] left\[3:NODEDOWN\] joined\[\]' || fail "$name: $(last_view $name)"
    done
    signal_to TERM fourth
    signal_to TERM first
    wait 2>/dev/null || true
    for node in n1 n2 n3; do power_off $node; done
done
for name in first second third fourth fifth; do
    diff "$scratch/corosync.$name.before" "$scratch/lockstep.$name.before" || fail "the $name member is told something else on lockstepd (>) than on corosync (<)"
done
echo "five members told the same, $(cat "$scratch"/lockstep.*.before | wc -l) lines; the same view after a partition"
