#!/bin/bash
# Debian's corosync-cmapctl, -cfgtool, -quorumtool and -notifyd run unchanged on lockstepd, and say what they say on corosync:
# the same pair of nodes is run with either, and outputs are compared. Then a reload, with a good file and with a broken one.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"

need_root
need corosync corosync-cmapctl corosync-cfgtool corosync-quorumtool

# What differs on purpose: docs/corosync-tools.md has the reasons.
known_differences='service\.[467]|runtime\.services\.(mon|wd|pload)|^resources\.|^lockstep\.|stats\.knet\.node1\.'

pair_configuration() {
    cat <<CONF
totem {
    version: 2
    cluster_name: test
    transport: knet
    token: ${1:-2000}
    block_unlisted_ips: no
    interface {
        linknumber: 0
        knet_link_priority: 5
    }
}
quorum {
    provider: corosync_votequorum
    two_node: 1
    wait_for_all: 0
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
}

in_node() { ip netns exec "$(namespace_of "$1")" "${@:2}"; }

# Asks the node everything and keeps the answers; figures, times and ring numbers are left out.
interview() {
    {
        local options
        for options in -s -sb -n "-a 1" "-a 2" "-a 9" "-k 9"; do
            echo "== cfgtool $options"
            # shellcheck disable=SC2086
            in_node n1 corosync-cfgtool $options 2>&1
            echo "status $?"
        done
        for options in "-g totem.nope" "-s runtime.config.totem.token u32 5" "-s a.b u32 5" "-g a.b" "-d a.b" "-d a.b" \
            "-s ab u8 1" "-s a.b str hello" "-s a.c flt 1.5" "-s a.d dbl 2.5" "a." "-b totem." "-D a." "-C all" \
            "-C nothing" "-m stats nope" "nope"; do
            echo "== cmapctl $options"
            # shellcheck disable=SC2086
            in_node n1 corosync-cmapctl $options 2>&1
            echo "status $?"
        done
        printf 'b.x u16 7\nb.y str abc\n^b.x\n' >"$scratch/batch"
        echo "== cmapctl -p" && in_node n1 corosync-cmapctl -p "$scratch/batch" 2>&1
        in_node n1 corosync-cmapctl b. 2>&1
        echo "== tracking"
        { sleep 1; echo q; } | in_node n1 corosync-cmapctl -T c. 2>&1 &
        local tracker=$!
        sleep 0.4
        in_node n1 corosync-cmapctl -s c.a u32 1
        in_node n1 corosync-cmapctl -s c.a u32 2
        in_node n1 corosync-cmapctl -d c.a
        wait "$tracker"
        echo "== the map" && in_node n1 corosync-cmapctl 2>&1 | grep -v 'runtime\.services\..*x (u64)'
        echo "== the names of statistics"
        in_node n1 corosync-cmapctl -m stats 2>&1 | sed 's/ = .*//; s/service0\..*0x[0-9a-f]*/service0/'
        echo "== quorumtool" && in_node n1 corosync-quorumtool -s 2>&1 | grep -vE '^(Date|Ring ID)'
    } | grep -vE "$known_differences" >"$1" || true
}

has_pair() { in_node n1 corosync-quorumtool -s 2>/dev/null | grep -q '^Nodes: *2'; }
# Lockstep's pair is there before kronosnet has found out how large packets may be.
knows_packet_size() { in_node n1 corosync-cfgtool -n 2>/dev/null | grep -q 'mtu: 1[0-9][0-9][0-9]'; }

make_namespaces n1 n2
for node in n1 n2; do
    mkdir -p "$scratch/$node/etc"
    pair_configuration >"$scratch/$node/etc/corosync.conf"
done

# The incumbent, each in a mount namespace with a /run and a state of its own.
for node in n1 n2; do
    # shellcheck disable=SC2016
    (in_node "$node" unshare -m bash -c '
        for place in /run /var/lib/corosync; do mkdir -p "$place"; mount -t tmpfs tmpfs "$place"; done
        mkdir -p /run/lock
        exec corosync -f -c "$1"' bash "$scratch/$node/etc/corosync.conf" >"$scratch/$node/corosync.log" 2>&1 &)
done
wait_for 20 "the pair of corosync nodes" has_pair
wait_for 10 "the size of packets" knows_packet_size
interview "$scratch/corosync.txt"
for node in n1 n2; do power_off "$node"; done

for node in n1 n2; do
    (LOCKSTEP_ROOT=$scratch/$node in_node "$node" setsid "$bin/lockstepd" --root "$scratch/$node" --node "$node" \
        --corosync-ipc >"$scratch/$node/daemon.log" 2>&1 </dev/null &)
done
wait_for 20 "the pair of lockstep nodes" has_pair
wait_for 10 "the size of packets" knows_packet_size
interview "$scratch/lockstep.txt"
diff "$scratch/corosync.txt" "$scratch/lockstep.txt" || fail "the tools say something else on lockstepd (>) than on corosync (<)"

# A reload on all nodes: a timeout and a second link, without a new ring.
ring() { in_node n1 corosync-quorumtool -s | sed -n 's/^Ring ID: *//p'; }
before=$(ring)
for node in n1 n2; do
    number=${node#n}
    ip -n "$(namespace_of "$node")" addr add "10.98.0.$number/24" dev eth0
    pair_configuration 2500 | sed 's/ring0_addr: 10.97.0.\(.\)/&\n        ring1_addr: 10.98.0.\1/' >"$scratch/$node/etc/corosync.conf"
done
in_node n1 corosync-cfgtool -R >/dev/null || fail "the reload was refused"
token_is() { [ "$(in_node "$1" corosync-cmapctl -g runtime.config.totem.token)" = "runtime.config.totem.token (u32) = $2" ]; }
wait_for 3 "the reload of n1" token_is n1 2500
wait_for 3 "the reload of n2" token_is n2 2500
second_link_is_up() { in_node n1 corosync-cfgtool -sb | grep -A 2 'LINK ID 1' | grep -q 'n3'; }
wait_for 10 "the second link" second_link_is_up

# A broken file on one node: it keeps what it has and says where the mistake is.
echo 'nonsense' >>"$scratch/n1/etc/corosync.conf"
if in_node n1 corosync-cfgtool -R >/dev/null 2>&1; then fail "a broken file was accepted"; fi
mistake=$(grep -n nonsense "$scratch/n1/etc/corosync.conf" | cut -d: -f1)
grep -q "corosync.conf:$mistake: error" "$scratch/n1/daemon.log" || fail "the log does not name line $mistake"
token_is n1 2500 || fail "the broken file changed something"
[ "$(ring)" = "$before" ] || fail "a reload made a new ring"

# A forced new ring, a killed node, a shutdown.
in_node n1 corosync-cmapctl -s runtime.force_gather str yes
has_new_ring() { [ "$(ring)" != "$before" ] && has_pair; }
wait_for 5 "the ring that was asked for" has_new_ring
in_node n1 corosync-cfgtool -k 2 >/dev/null || fail "node 2 was not killed"
left() { in_node n1 corosync-cmapctl -g runtime.members.2.status | grep -q left; }
wait_for 5 "node 2 to be gone" left
in_node n1 corosync-cfgtool -H >/dev/null || fail "the shutdown was refused"
ended() { ! in_node n1 corosync-cfgtool -s >/dev/null 2>&1; }
wait_for 5 "the shutdown" ended
echo "the same answers as corosync's, $(wc -l <"$scratch/lockstep.txt") lines; reload, kill, shutdown"
