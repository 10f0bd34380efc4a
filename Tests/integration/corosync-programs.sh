#!/bin/bash
# Programs linked with corosync's libraries run on lockstepd: every call of libcpg, libquorum and libvotequorum that they make, and
# Debian's corosync-cpgtool. Then rubbish, clients that stop reading and many clients disturb nobody.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip cc python3 /usr/include/corosync/cpg.h /usr/include/corosync/quorum.h /usr/include/corosync/votequorum.h

daemon_options=(--corosync-ipc)
make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    printf 'lockstep {\n    resource_manager: none\n}\n' >>"$scratch/$node/etc/corosync.conf"
    start_node $node
done
inside() {
    local node=$1
    shift
    ip netns exec "$(namespace_of "$node")" timeout 60 "$@"
}

cc -O2 -o "$scratch/session" "$top/Tests/integration/programs/group-session.c" -lcpg -lquorum -lvotequorum
cc -O2 -o "$scratch/groups" "$top/Benchmarks/messaging/groups.c" -lcpg
has_quorum() { grep -q "this partition has quorum" "$scratch/$1/daemon.log"; }
wait_for 20 "quorum" has_quorum n1
inside n1 "$scratch/session" || fail "the session of a libcpg program"

# A member on the other node is seen, and its sudden end too.
inside n2 "$scratch/groups" receive &
member=$!
if command -v corosync-cpgtool >/dev/null; then
    shows_member() { inside n1 corosync-cpgtool | grep -qE "[0-9]+[[:space:]]+2 "; }
    wait_for 10 "corosync-cpgtool to show the member on n2" shows_member
    ln -s "$bin/lockstep" "$scratch/corosync-cpgtool"
    for options in "" -n -e "-d ,"; do
        # shellcheck disable=SC2086
        inside n1 corosync-cpgtool $options >"$scratch/incumbent"
        # shellcheck disable=SC2086
        inside n1 "$scratch/corosync-cpgtool" $options | diff "$scratch/incumbent" - || fail "corosync-cpgtool $options of lockstep (>)"
    done
fi

# Traffic goes on while others misbehave.
inside n1 "$scratch/groups" send 320 12 >"$scratch/throughput" &
sender=$!
inside n1 python3 "$top/Tests/integration/programs/misbehave.py" || fail "rubbish on the sockets"
wait $sender || fail "traffic beside programs that misbehave"
[ "$(cut -d. -f1 "$scratch/throughput" | cut -d' ' -f1)" -gt 100 ] || fail "too little traffic: $(cat "$scratch/throughput")"
inside n1 "$scratch/session" || fail "the session after programs that misbehaved"
kill $member 2>/dev/null || true

# The names belong to the namespace: a second node there says so and works without them.
mkdir -p "$scratch/n3/etc"
cp -p "$scratch/n1/etc/"* "$scratch/n3/etc/"
sed -i 's/10\.97\.0\.1$/10.97.0.100/; s/nodeid: 1$/nodeid: 3/; s/name: n1/name: n3/' "$scratch/n3/etc/corosync.conf"
ip -n "$(namespace_of n1)" addr add 10.97.0.100/24 dev lo
(inside n1 timeout 5 "$bin/lockstepd" --root "$scratch/n3" --node n3 --corosync-ipc >"$scratch/n3/daemon.log" 2>&1 || true)
grep -q "another daemon, such as corosync" "$scratch/n3/daemon.log" || fail "a taken name was not reported"
echo "passed"
