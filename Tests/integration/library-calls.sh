#!/bin/bash
# Every call of libcpg, libcmap, libquorum, libvotequorum and libcfg gives on lockstepd what it gives on corosync, errors included.
# features: G2, G5, G6, G7, K1 to K8, Q13, Q14, F3 to F7.
# shellcheck source-path=SCRIPTDIR source=library.sh disable=SC2016
. "$(dirname "$0")/library.sh"
need_root
need ip cc corosync corosync-quorumtool /usr/include/corosync/{cpg,cmap,quorum,votequorum,cfg}.h

make_namespaces n1 n2
cc -O2 -o "$scratch/calls" "$top/Tests/integration/programs/library-calls.c" -lcpg -lcmap -lquorum -lvotequorum -lcfg
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    sed -i "s|transport: knet|&\n    token: 1000\n    keyfile: $scratch/$node/etc/authkey|; /two_node/d" "$scratch/$node/etc/corosync.conf"
    printf 'logging {\n    to_syslog: no\n}\nlockstep {\n    resource_manager: none\n}\n' >>"$scratch/$node/etc/corosync.conf"
done
has_pair() { in_node n1 corosync-quorumtool -s 2>/dev/null | grep -q '^Nodes: *2'; }
daemon_options=(--corosync-ipc)
for daemon in corosync lockstep; do
    if [ $daemon = corosync ]; then begin() { begin_corosync "$1"; }; else begin() { start_node "$1"; }; fi
    for node in n1 n2; do begin $node; done
    wait_for 20 "the pair on $daemon" has_pair
    in_node n1 timeout 60 "$scratch/calls" >"$scratch/$daemon.txt" 2>&1 || fail "the program on $daemon: status $?, $(tail -n 3 "$scratch/$daemon.txt")"
    for node in n1 n2; do power_off $node; done
done
diff "$scratch/corosync.txt" "$scratch/lockstep.txt" || fail "calls give something else on lockstepd (>) than on corosync (<)"
echo "the same for all calls, $(wc -l <"$scratch/lockstep.txt") lines"
