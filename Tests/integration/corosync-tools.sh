#!/bin/bash
# Debian's corosync-cmapctl, -cfgtool, -quorumtool and -cpgtool run unchanged on lockstepd, and say what they say on corosync:
# the same pair of nodes is run with either, and outputs are compared. Those of lockstep run on both, and say what Debian's say.
# Then a reload, with a good file and with a broken one.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"

need_root
need setpriv corosync corosync-cmapctl corosync-cfgtool corosync-quorumtool corosync-cpgtool corosync-keygen

# What differs on purpose: docs/corosync-tools.md has the reasons.
known_differences='service\.4|runtime\.services\.pload|^lockstep\.|stats\.knet\.node1\.'

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


own_tools=$scratch/tools
mkdir "$own_tools"
for name in cmapctl cfgtool quorumtool cpgtool keygen; do ln -s "$bin/lockstep" "$own_tools/corosync-$name"; done
# The same with lockstep's tools in place of Debian's.
own() { PATH=$own_tools:$PATH "$@"; }

# ask TOOL OPTIONS...: what the tool says on node 1, and its exit status.
ask() {
    local tool=$1
    shift
    echo "== $tool $*"
    in_node n1 "corosync-$tool" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null && echo "status 0" || echo "status $?"
    cat "$scratch/err" "$scratch/out"
}

# Asks the node everything and keeps the answers; figures, times and ring numbers are left out.
interview() {
    {
        local options
        for options in -s -sb -n "-a 1" "-a 2" "-a 9" "-k 9" "-k 0" "-a x" -Z --foo --re --kill "--status --brief" "--nodes extra"; do
            # shellcheck disable=SC2086
            ask cfgtool $options
        done
        for options in "-g totem.nope" "-s runtime.config.totem.token u32 5" "-s a.b u32 5" "-g a.b" "-d a.b" "-d a.b" \
            "-s ab u8 1" "-s a.b str hello" "-s a.c flt 1.5" "-s a.d dbl 2.5" "-s -- a.e i8 -128" "-s a.e i8 128" \
            "-s a.f u64 18446744073709551615" "-s -- a.g u16 -1" "-s a.g u16 x" "-s a.g nope 1" "-s a.g" "-s a!b u8 1" \
            "a." "-q -g a.b a.c" "-q a." "-b totem." "-D a." "-C all" "-C nothing" "-m nope" "-m stats nope" "nope" "-g" -Z -m \
            "-s a.h bin /proc/self/nothing" "-p $scratch/nothing" "-m default totem.version"; do
            # shellcheck disable=SC2086
            ask cmapctl $options
        done
        head -c 300 /dev/zero | tr '\0' 'k' >"$scratch/long"
        ask cmapctl -g "$(cat "$scratch/long")"
        printf 'text\\ \001\200' >"$scratch/binary"
        ask cmapctl -s a.h bin "$scratch/binary"
        ask cmapctl -g a.h
        ask cmapctl -b -g a.h
        ask cmapctl -d a.h
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
        echo "== users: one of uidgid.d, one whom nobody named, and one whose group comes and goes"
        local line
        while read -r line; do
            # shellcheck disable=SC2086
            [ -z "$line" ] || in_node n1 corosync-cmapctl $line 2>&1
            for user in 1234 4321; do
                in_node n1 setpriv --reuid $user --regid $user --clear-groups corosync-cmapctl -g totem.version 2>&1
            done
        done <<'LINES'

-s uidgid.gid.4321 u32 1
-s uidgid.gid.4321 u8 1
-s uidgid.config.uid.4321 u8 1
-d uidgid.gid.4321
LINES
        echo "== the map" && in_node n1 corosync-cmapctl 2>&1 | grep -v 'runtime\.services\..*x (u64)'
        echo "== the names of statistics"
        in_node n1 corosync-cmapctl -m stats 2>&1 | sed 's/ = .*//; s/service0\..*0x[0-9a-f]*/service0/'
        for options in -s -l -i -H "-a -l" "-o n -l" "-o i -lH" -sp -lp -V "-o z" "-e 0" "-e x" "-v -1" "-n 0" \
            "-v 1 -n 9" "-v 1 -n 2" "-v 1" "-e 2" -f; do
            # shellcheck disable=SC2086
            ask quorumtool $options
        done
        { timeout 1 ip netns exec "$(namespace_of n1)" stdbuf -oL corosync-quorumtool -m || true; } 2>&1
        for options in "" -n "-d ," "-n -d :" -e -Z -d; do
            # shellcheck disable=SC2086
            ask cpgtool $options
        done
        for options in "-s 5" "-s 5000" "-s x" -Z -k "-k $scratch/no/such/folder" "-k $scratch/key -s 1024 -l" "-r /no/thing"; do
            # shellcheck disable=SC2086
            ask keygen $options
        done
        stat -c '%s %a' "$scratch/key" && rm -f "$scratch/key"
    } | grep -vE "$known_differences|^(Date|Ring ID):" >"$1" || true
}

has_pair() { in_node n1 corosync-quorumtool -s 2>/dev/null | grep -q '^Nodes: *2'; }
# Lockstep's pair is there before kronosnet has found out how large packets may be.
knows_packet_size() { in_node n1 corosync-cfgtool -n 2>/dev/null | grep -q 'mtu: 1[0-9][0-9][0-9]'; }

make_namespaces n1 n2
for node in n1 n2; do
    mkdir -p "$scratch/$node/etc"
    pair_configuration >"$scratch/$node/etc/corosync.conf"
    mkdir "$scratch/$node/etc/uidgid.d"
    printf 'uidgid {\n    uid: 1234\n}\n' >"$scratch/$node/etc/uidgid.d/user"
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
own interview "$scratch/corosync-own.txt"
diff "$scratch/corosync.txt" "$scratch/corosync-own.txt" || fail "on corosync, lockstep's tools (>) say something else than Debian's (<)"
without_daemon() {
    local line
    while read -r line; do
        echo "== $line"
        # shellcheck disable=SC2086
        unshare -n $line >"$scratch/out" 2>"$scratch/err" </dev/null && echo "status 0" || echo "status $?"
        cat "$scratch/err" "$scratch/out"
    done <<'LINES' >"$1"
corosync-cmapctl
corosync-cfgtool -s
corosync-cfgtool -n
corosync-cfgtool -R
corosync-cfgtool -L
corosync-cfgtool -H
corosync-cfgtool -k 3
corosync-cfgtool -a 3
corosync-quorumtool -s
corosync-quorumtool -V
corosync-cpgtool
corosync-cpgtool -n
LINES
}
without_daemon "$scratch/none.txt"
own without_daemon "$scratch/none-own.txt"
diff "$scratch/none.txt" "$scratch/none-own.txt" || fail "without a daemon, lockstep's tools (>) say something else than Debian's (<)"
for node in n1 n2; do power_off "$node"; done

for node in n1 n2; do
    (LOCKSTEP_ROOT=$scratch/$node in_node "$node" setsid "$bin/lockstepd" --root "$scratch/$node" --node "$node" \
        --corosync-ipc >"$scratch/$node/daemon.log" 2>&1 </dev/null &)
done
wait_for 20 "the pair of lockstep nodes" has_pair
wait_for 10 "the size of packets" knows_packet_size
interview "$scratch/lockstep.txt"
own interview "$scratch/lockstep-own.txt"
diff "$scratch/lockstep.txt" "$scratch/lockstep-own.txt" || fail "on lockstepd, lockstep's tools (>) say something else than Debian's (<)"
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
