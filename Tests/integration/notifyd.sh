#!/bin/bash
# Debian's corosync-notifyd says on lockstepd what it says on corosync: nodes that join and leave, quorum, programs that come and go.
# shellcheck source-path=SCRIPTDIR source=library.sh disable=SC2016
. "$(dirname "$0")/library.sh"
need_root
need ip cc corosync corosync-notifyd corosync-quorumtool /usr/include/corosync/cpg.h

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    sed -i "s|transport: knet|&\n    token: 1000\n    keyfile: $scratch/$node/etc/authkey|; /two_node/d" "$scratch/$node/etc/corosync.conf"
    printf 'logging {\n    to_syslog: no\n}\nlockstep {\n    resource_manager: none\n}\n' >>"$scratch/$node/etc/corosync.conf"
done
cc -O2 -o "$scratch/groups" "$top/Benchmarks/messaging/groups.c" -lcpg
said() { [ "$(grep -c "$1" "$scratch/said")" -ge "$2" ]; }
daemon_options=(--corosync-ipc)
for daemon in corosync lockstep; do
    if [ $daemon = corosync ]; then begin() { begin_corosync "$1"; }; else begin() { start_node "$1"; }; fi
    for node in n1 n2; do begin $node; done
    wait_for 20 "the pair on $daemon" is_quorate
    ip netns exec "$(namespace_of n1)" stdbuf -oL corosync-notifyd -f -o -n >"$scratch/said" 2>&1 </dev/null &
    notifier=$!
    wait_for 10 "corosync-notifyd on $daemon" said "is now quorate" 1
    ip netns exec "$(namespace_of n1)" "$scratch/groups" receive &
    program=$!
    wait_for 10 "the program to be seen" said "groups.*is now connected" 1
    kill $program
    wait_for 10 "the end of the program to be seen" said "groups.*is now disconnected" 1
    power_off n2
    wait_for 10 "the loss of the node to be seen" said "\[2\] ip:10.97.0.2 left" 1
    wait_for 10 "the loss of quorum to be seen" said "has lost quorum" 1
    wait_for 10 "the loss of the link to be seen" said "link 0 to node 2 is now disconnected" 1
    begin n2
    wait_for 20 "the node to be seen" said "\[2\] ip:10.97.0.2 joined" 1
    wait_for 10 "quorum to be seen" said "is now quorate" 2
    wait_for 10 "the link to be seen" said "link 0 to node 2 is now operational" 1
    kill $notifier
    # Numbers of processes and connections differ, and what happens at once may be told in either order; the quorum tool that asks is
    # seen as a program as well.
    grep '^\[notice\]' "$scratch/said" | grep -vE 'corosync-quorum|corosync-cfgtool' | sed -E 's/0x[0-9a-f]+\.[0-9]+/ID.PID/' | sort >"$scratch/$daemon.txt"
    for node in n1 n2; do power_off $node; done
done
diff "$scratch/corosync.txt" "$scratch/lockstep.txt" || fail "corosync-notifyd says something else on lockstepd (>) than on corosync (<)"
echo "the same $(wc -l <"$scratch/lockstep.txt") messages"
