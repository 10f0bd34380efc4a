#!/bin/bash
# Our resource manager on a ring of Debian's corosync: two nodes form, run a resource, one dies, the other recovers it.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip corosync /usr/lib/ocf/resource.d/heartbeat/Dummy
ldconfig -p | grep -q libcpg.so.4 || skip "Corosync's client libraries (libcpg4, libquorum5) are not installed"

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    mkdir -p "$scratch/$node/corosync"
    # Both daemons read the same file; corosync takes no notice of the section that is not for it.
    sed -i "s|transport: knet|&\n    token: 1000\n    keyfile: $scratch/$node/etc/authkey|; s|two_node: 1|&\n    wait_for_all: 0|" \
        "$scratch/$node/etc/corosync.conf"
    cat >>"$scratch/$node/etc/corosync.conf" <<CONF
lockstep {
    messaging: corosync
}
logging {
    to_stderr: yes
    to_syslog: no
}
system {
    state_dir: $scratch/$node/corosync
}
CONF
done

# start_both NODE: corosync and lockstepd, in the node's namespace, with a /run of their own.
# shellcheck disable=SC2016
start_both() {
    local directory=$scratch/$1
    (LOCKSTEP_ROOT=$directory setsid ip netns exec "$(namespace_of "$1")" sh -c '
        mount -t tmpfs tmpfs /run && mkdir -p /run/lock
        corosync -f -c "$1/etc/corosync.conf" >>"$1/corosync.log" 2>&1 &
        exec "$2" --root "$1" --node "$3" --foreground' sh "$directory" "$bin/lockstepd" "$1" \
        >>"$directory/daemon.log" 2>&1 </dev/null &)
}

for node in n1 n2; do start_both $node; done
wait_for 30 "both nodes to be online" both_online n1
on n1 configure property stonith-enabled=false
on n1 configure primitive r ocf:heartbeat:Dummy op monitor interval=5s
on n1 configure location r-home r 50: n1
wait_for 20 "the resource to start on n1" runs_on n2 r n1
grep -q "messaging is done by corosync" "$scratch/n1/daemon.log" || fail "lockstepd does not use corosync"

# One reload is enough for both daemons.
if command -v corosync-cfgtool >/dev/null; then
    in_node n2 corosync-cfgtool -R >/dev/null || fail "corosync does not read its configuration again"
    for node in n1 n2; do
        wait_for 10 "lockstepd on $node to follow corosync's reload" grep -q 'was read again' "$scratch/$node/daemon.log"
    done
fi

power_off n1
begin=$(date +%s%N)
wait_for 30 "the resource to come up on n2 after n1 died" runs_on n2 r n2
echo "recovery after the death of a node (token 1000 ms, corosync's consensus 1200 ms): $((($(date +%s%N) - begin) / 1000000)) ms"

# The node comes back, and takes part again.
start_both n1
wait_for 30 "n1 to be online again" both_online n2

# A corosync that ends takes lockstepd with it, which says why.
pkill_in() { ip netns pids "$(namespace_of "$1")" | while read -r pid; do
    [ "$(cat "/proc/$pid/comm")" != corosync ] || kill -9 "$pid"
done; }
pkill_in n2
wait_for 10 "lockstepd on n2 to notice that corosync is gone" grep -q "messaging by corosync: .*broken" "$scratch/n2/daemon.log"
