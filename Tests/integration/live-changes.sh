#!/bin/bash
# A running node changes: settings through the configuration map as on Debian's corosync, nodes that come and go by a reload and
# the resource manager that learns of them, a new key under traffic, a node alone that knows its own address.
# shellcheck source-path=SCRIPTDIR source=library.sh disable=SC2016
. "$(dirname "$0")/library.sh"
need_root
need ip cc corosync corosync-cmapctl corosync-cfgtool corosync-quorumtool /usr/include/corosync/cpg.h

make_namespaces n1 n2 n3
cc -O2 -o "$scratch/groups" "$top/Benchmarks/messaging/groups.c" -lcpg
# configure NUMBER...: the same file for all of these nodes.
configure() {
    local number other
    for number in "$@"; do
        mkdir -p "$scratch/n$number/etc"
        {
            printf 'totem {\n    version: 2\n    cluster_name: test\n    token: %s\n' "${token:-1000}"
            [ ! -e "$scratch/key" ] || printf '    keyfile: %s\n    crypto_cipher: aes256\n    crypto_hash: sha256\n' "$scratch/key"
            printf '}\nquorum {\n    provider: corosync_votequorum\n}\nlogging {\n    to_syslog: no\n}\nnodelist {\n'
            for other in "$@"; do
                printf '    node {\n        ring0_addr: 10.97.0.%s\n        name: n%s\n        nodeid: %s\n    }\n' "$other" "$other" "$other"
            done
            printf '}\n%s\n' "${extra:-}"
        } >"$scratch/n$number/etc/corosync.conf"
    done
}
daemon_options=(--corosync-ipc)
votes() { in_node "$1" corosync-quorumtool -s | sed -n 's/^Expected votes: *//p; s/^Total votes: *//p' | tr '\n' ' '; }
votes_are() { [ "$(votes n1)" = "$1 " ]; }
ring() { in_node n1 corosync-quorumtool -s | sed -n 's/^Ring ID: *//p'; }

# 1. Settings through the map: every line is a call of corosync-cmapctl, then what holds.
settings() {
    local line
    while read -r line; do
        echo "== $line"
        # shellcheck disable=SC2086
        in_node n1 corosync-cmapctl $line 2>&1 && echo "status 0" || echo "status $?"
        in_node n1 corosync-cmapctl runtime.config.totem. | grep -v '\.interface\.'
    done <<'LINES'
-s totem.token u32 5000
-s totem.consensus u32 9000
-d totem.consensus
-s totem.token u32 1000
-s totem.token_coefficient u32 100
-s totem.merge u32 300
-s totem.window_size u32 40
-s totem.max_messages u32 20
-s totem.miss_count_const u32 6
-s totem.token_warning u32 50
-s totem.knet_pmtud_interval u32 60
-s totem.nothing u32 5
-s totem.cluster_name str other
-s quorum.expected_votes u32 3
LINES
    wait_for 5 "the expected votes" votes_are "3 2"
    votes n1
    echo "== the others do not follow"
    in_node n2 corosync-cmapctl -g runtime.config.totem.merge
    echo "== a reload takes back what only the map said; who tracks is told when it begins and ends"
    { sleep 1.2; echo q; } | in_node n1 corosync-cmapctl -T config. 2>&1 &
    local tracker=$!
    sleep 0.5
    in_node n1 corosync-cfgtool -R >/dev/null && echo reloaded
    wait "$tracker"
    in_node n1 corosync-cmapctl config.
    wait_for 5 "the expected votes of the file" votes_are "2 2"
    in_node n1 corosync-cmapctl runtime.config.totem. | grep -v '\.interface\.'
}
extra='lockstep {
    resource_manager: none
}'
token=1000 configure 1 2
for daemon in corosync lockstep; do
    if [ $daemon = corosync ]; then begin() { begin_corosync "$1"; }; else begin() { start_node "$1"; }; fi
    # A node alone.
    token=1000 configure 1
    begin n1
    wait_for 20 "the node alone on $daemon" is_quorate n1
    in_node n1 corosync-cfgtool -a 1 >"$scratch/$daemon.alone"
    power_off n1
    token=1000 configure 1 2
    for node in n1 n2; do begin $node; done
    wait_for 20 "the pair on $daemon" votes_are "2 2"
    before=$(ring)
    settings >"$scratch/$daemon.txt" 2>&1
    [ "$(ring)" = "$before" ] || fail "settings made a new ring on $daemon"
    [ $daemon = corosync ] || break
    for node in n1 n2; do power_off $node; done
done
diff "$scratch/corosync.alone" "$scratch/lockstep.alone" || fail "cfgtool -a of a node alone says something else (>) than on corosync (<)"
diff "$scratch/corosync.txt" "$scratch/lockstep.txt" || fail "settings work differently on lockstepd (>) than on corosync (<)"

# What differs: corosync takes values that its own file may not have.
if in_node n1 corosync-cmapctl -s totem.token u32 10 2>/dev/null; then fail "a token of 10 ms was taken"; fi
grep -q "token" <<<"$(grep -A 3 'not possible' "$scratch/n1/daemon.log")" || fail "the log does not say why the token was refused"
in_node n1 corosync-cmapctl -s logging.logfile str "$scratch/n1/other.log"
in_node n1 corosync-cmapctl -s logging.to_logfile str yes
in_node n1 corosync-cmapctl -s totem.join u32 60
wait_for 5 "messages in the other log" grep -q 'totem.join = 60' "$scratch/n1/other.log"

# 2. A new key under traffic: no ring ends, nothing is lost.
in_node n2 "$scratch/groups" receive &
member=$!
for node in n1 n2; do power_off $node; done
kill $member 2>/dev/null || true
head -c 256 /dev/urandom >"$scratch/key" && chmod 400 "$scratch/key"
configure 1 2
for node in n1 n2; do start_node $node; done
wait_for 20 "the encrypted pair" votes_are "2 2"
before=$(ring)
in_node n2 "$scratch/groups" receive &
member=$!
in_node n1 timeout 60 "$scratch/groups" send 1600 4 >"$scratch/throughput" &
sender=$!
for _ in 1 2 3; do
    chmod 600 "$scratch/key" && head -c 256 /dev/urandom >"$scratch/key" && chmod 400 "$scratch/key"
    changes=$((${changes:-0} + 1))
    in_node n1 corosync-cfgtool -R >/dev/null || fail "the reload with a new key was refused"
    done_with_keys() { [ "$(grep -c "the old keys are forgotten" "$scratch/$1/daemon.log")" = "$changes" ]; }
    for node in n1 n2; do wait_for 10 "the new key to be the only one of $node" done_with_keys $node; done
done
wait $sender || fail "the traffic ended: $(cat "$scratch/throughput")"
kill $member 2>/dev/null || true
[ "$(ring)" = "$before" ] || fail "a new key made a new ring"
for node in n1 n2; do power_off $node; done

# 3. Nodes come and go; the resource manager learns of it.
extra=''
configure 1 2
for node in n1 n2; do start_node $node; done
wait_for 30 "both nodes to be online" both_online n1
on n1 configure property stonith-enabled=false 2>/dev/null
configure 1 2 3
in_node n1 corosync-cfgtool -R >/dev/null || fail "the reload with a third node was refused"
knows_third() { on "$1" status | grep -q "OFFLINE: \[ n3 \]"; }
wait_for 5 "the third node to be known" knows_third n2
wait_for 5 "the votes of three nodes" votes_are "3 2"
start_node n3
three_online() { on "$1" status | grep -q "Online: \[ n1 n2 n3 \]"; }
wait_for 20 "the third node to be online" three_online n1
wait_for 5 "the votes of the third node" votes_are "3 3"
if on n1 node delete n3 2>/dev/null; then fail "a node that is online was deleted"; fi
timeout 60 "$bin/lockstep" --root "$scratch/n1" events >"$scratch/events" 2>&1 &
watcher=$!
# Not before the events really come.
limit=100
sees_events() {
    limit=$((limit + 1))
    on n1 configure property batch-limit=$limit 2>/dev/null
    grep -q configuration-changed "$scratch/events"
}
wait_for 10 "the events" sees_events
on n3 stop-node 2>/dev/null
two_left() { on n1 status | grep -q "OFFLINE: \[ n3 \]" && votes_are "3 2"; }
wait_for 20 "the third node to be gone" two_left
wait_for 5 "the reason in the events" grep -q 'ring-formed.*left: 3 (.*)' "$scratch/events"
kill $watcher 2>/dev/null || true
configure 1 2
in_node n1 corosync-cfgtool -R >/dev/null || fail "the reload without the third node was refused"
wait_for 5 "the votes of two nodes" votes_are "2 2"
on n1 node delete n3
if on n1 status | grep -q n3; then fail "the deleted node is still shown"; fi
wait_for 5 "both nodes to be online without the third" both_online n2
echo "settings as on corosync ($(wc -l <"$scratch/lockstep.txt") lines), three new keys under $(cut -d' ' -f1 "$scratch/throughput") messages/s, a node added and removed"
