#!/bin/bash
# Lockstep's nodes and Debian's corosync in one ring: forming it, encryption, compression, links, loss, partition and merge,
# clean leave and kill on either side. MIXED_RING=full runs every combination of cipher, compression, links and places.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip tc corosync corosync-quorumtool cc nsenter unshare
[ -e /usr/include/corosync/cpg.h ] || skip "libcpg-dev is not installed"
cc -O1 -o "$scratch/cpg-peer" "$top/Tests/integration/cpg-peer.c" -lcpg

second=lsx$$
end_second() { ip link delete "$second" 2>/dev/null || true; }
trap 'end_all; end_second; clean_up' EXIT

# add_second_link NODE...: eth1 with 10.98.0.1, .2, … in the nodes' namespaces.
add_second_link() {
    local node index=0 name
    ip link add "$second" type bridge
    ip link set "$second" up
    for node in "$@"; do
        index=$((index + 1))
        name=$(namespace_of "$node")
        ip link add "lsw$$v$index" type veth peer name eth1 netns "$name"
        ip link set "lsw$$v$index" master "$second" up
        ip -n "$name" addr add "10.98.0.$index/24" dev eth1
        ip -n "$name" link set eth1 up
    done
}

# configure COUNT LINKS [TOTEM_LINE ...]: the same corosync.conf and key for every node.
configure() {
    local count=$1 links=$2 index line network=${network:-10.97.0.}
    shift 2
    {
        printf 'totem {\n    version: 2\n    cluster_name: mixed\n    transport: knet\n    token: 1000\n'
        for line in "$@"; do printf '    %s\n' "$line"; done
        printf '}\nquorum {\n    provider: corosync_votequorum\n'
        [ "$count" != 2 ] || printf '    two_node: 1\n    wait_for_all: 0\n'
        printf '}\nlogging {\n    to_logfile: yes\n    logfile: /var/log/corosync.log\n    to_syslog: no\n}\nnodelist {\n'
        for index in $(seq 1 "$count"); do
            printf '    node {\n        name: n%s\n        nodeid: %s\n        ring0_addr: %s\n' \
                "$index" "$index" "$network$index"
            [ "$links" = 1 ] || printf '        ring1_addr: 10.98.0.%s\n' "$index"
            printf '    }\n'
        done
        printf '}\n'
    } >"$scratch/corosync.conf"
    [ -s "$scratch/authkey" ] || head -c 256 /dev/urandom >"$scratch/authkey"
    for index in $(seq 1 "$count"); do
        mkdir -p "$scratch/n$index/etc" "$scratch/n$index/lib" "$scratch/n$index/log"
        cp "$scratch/corosync.conf" "$scratch/n$index/etc/"
        rm -f "$scratch/n$index/etc/authkey"
        case "$*" in *crypto_hash*) install -m 400 "$scratch/authkey" "$scratch/n$index/etc/authkey" ;; esac
    done
}

# start_corosync NODE: the incumbent with directories of its own.
start_corosync() {
    local directory=$scratch/$1
    (setsid ip netns exec "$(namespace_of "$1")" unshare -m sh -c "
        mount --make-rprivate /
        for d in /dev/shm /run; do mount -t tmpfs tmpfs \$d; done
        mount --bind $directory/log /var/log
        mount --bind $directory/lib /var/lib/corosync
        mount --bind $directory/etc /etc/corosync
        exec corosync -f" >>"$directory/daemon.log" 2>&1 </dev/null &)
}

# The corosync process of a node.
corosync_of() {
    local pid
    for pid in $(ip netns pids "$(namespace_of "$1")"); do
        if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = corosync ]; then echo "$pid"; fi
    done
}

# inside NODE COMMAND...: a tool of the incumbent beside its daemon.
inside() {
    local pid
    pid=$(corosync_of "$1" | head -n 1)
    [ -n "$pid" ] || return 1
    shift
    nsenter -t "$pid" -m -n -- "$@"
}

incumbents="" ours=""

# sees NODE MEMBERS: the node's present ring has these members ("1 2 3"), whichever daemon it runs.
sees() {
    case " $ours " in
    *" $1 "*) grep -o 'Ring .* installed, members: [0-9 ]*' "$scratch/$1/daemon.log" | tail -n 1 | grep -q "members: $2\$" ;;
    *) [ "$(inside "$1" corosync-quorumtool -l 2>/dev/null | awk '$1 ~ /^[0-9]+$/ { printf "%s%s", s, $1; s = " " }')" = "$2" ] ;;
    esac
}

# all_see MEMBERS NODE...: and each of these nodes.
all_see() {
    local members=$1 node
    shift
    for node in "$@"; do sees "$node" "$members" || return 1; done
}

quorate() { inside "$1" corosync-quorumtool -s | grep -q '^Quorate: *Yes'; }

# ring_of NODE: the ring's name; both write it alike.
ring_of() {
    case " $ours " in
    *" $1 "*) sed -n 's/.*Ring \([0-9a-f.]*\) installed.*/\1/p' "$scratch/$1/daemon.log" | tail -n 1 ;;
    *) inside "$1" corosync-quorumtool -s | awk '/^Ring ID/ { print $3 }' ;;
    esac
}

end_all() {
    local node pid
    for node in $ours $incumbents; do
        for pid in $(ip netns pids "$(namespace_of "$node")" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done
    done
    ours="" incumbents=""
}

# form DESCRIPTION LINKS OURS INCUMBENTS [TOTEM_LINE ...]: one ring of these nodes, seen by all.
form() {
    local what=$1 links=$2 all node
    ours=$3 incumbents=$4
    shift 4
    # shellcheck disable=SC2086
    all=$(printf '%s\n' $ours $incumbents | sort)
    ring_members=$(printf '%s\n' "$all" | sed 's/n//' | paste -sd ' ')
    configure "$(wc -w <<<"$ring_members")" "$links" "$@"
    for node in $all; do : >"$scratch/$node/daemon.log"; done
    for node in $incumbents; do start_corosync "$node"; done
    for node in $ours; do start_node "$node"; done
    # shellcheck disable=SC2086
    wait_for 20 "one ring: $what" all_see "$ring_members" $all
    for node in $incumbents; do wait_for 5 "quorum on $node: $what" quorate "$node"; done
    for node in $all; do
        [ "$(ring_of "$node")" = "$(ring_of n1)" ] || fail "$what: n1 is in ring $(ring_of n1), $node in $(ring_of "$node")"
    done
    echo "formed: $what"
}

# exchange SIZE...: libcpg programs on two incumbents send at once; the orders of what they get must be the same.
exchange() {
    local first=$1 second=$2
    shift 2
    inside "$first" "$scratch/cpg-peer" group 5 "$@" >"$scratch/first.out" &
    inside "$second" "$scratch/cpg-peer" group 5 "$@" >"$scratch/second.out" &
    wait
    [ "$(tail -n 1 "$scratch/first.out")" = "$(tail -n 1 "$scratch/second.out")" ] ||
        fail "different deliveries: $(cat "$scratch/first.out") / $(cat "$scratch/second.out")"
    grep -q "^delivered $((2 * $#)) " "$scratch/first.out" || fail "messages are missing: $(cat "$scratch/first.out")"
}

has_netem() {
    tc -n "$(namespace_of client)" qdisc add dev lo root netem loss 0% 2>/dev/null || return 1
    tc -n "$(namespace_of client)" qdisc del dev lo root
}

# loss_on_all PERCENT: on the first link of every node; 0 ends it.
loss_on_all() {
    local node
    for node in $ours $incumbents; do
        tc -n "$(namespace_of "$node")" qdisc del dev eth0 root 2>/dev/null || true
        [ "$1" = 0 ] || tc -n "$(namespace_of "$node")" qdisc add dev eth0 root netem loss "$1%"
    done
}

# ended NODE: no daemon runs there any more.
ended() { [ -z "$(corosync_of "$1")$(daemon_of "$1")" ]; }

daemon_of() { pgrep -f -x "$bin/lockstepd --root $scratch/$1 .*" | head -n 1; }

make_namespaces n1 n2 n3
add_second_link n1 n2 n3

if [ "${MIXED_RING:-}" = full ]; then
    for links in 1 2; do
        for crypto in none aes128/sha256 aes192/sha384 aes256/sha256 aes256/sha512; do
            for compression in none zlib lz4; do
                lines=()
                [ "$crypto" = none ] || lines+=("crypto_cipher: ${crypto%/*}" "crypto_hash: ${crypto#*/}")
                [ "$compression" = none ] || lines+=("knet_compression_model: $compression")
                form "1+1 $crypto $compression $links links" "$links" n1 n2 "${lines[@]}"
                end_all
                form "2+1 $crypto $compression $links links" "$links" "n1 n3" n2 "${lines[@]}"
                end_all
                form "1+2 $crypto $compression $links links" "$links" n3 "n1 n2" "${lines[@]}"
                exchange n1 n2 10 70000 900000
                end_all
            done
        done
    done
fi

# One and one, ours represents: clean leave, either way; kill, either way.
form "1+1, Lockstep represents, aes256/sha256" 1 n1 n2 "crypto_cipher: aes256" "crypto_hash: sha256"
kill -TERM "$(corosync_of n2)"
wait_for 5 "n1 alone after corosync's clean leave" sees n1 1
grep -q "left: 2 (it left)" "$scratch/n1/daemon.log" || fail "n1 does not know that n2 left by itself"
wait_for 10 "corosync to end" ended n2
start_corosync n2
wait_for 20 "corosync to join again" all_see "1 2" n1 n2
kill -TERM "$(daemon_of n1)"
wait_for 10 "n2 alone after Lockstep's clean leave" sees n2 2
wait_for 10 "lockstepd to end" ended n1
start_node n1
wait_for 20 "Lockstep to join again" all_see "1 2" n1 n2
begin=$(date +%s%N)
kill -9 "$(corosync_of n2)"
wait_for 5 "n1 alone after corosync was killed" sees n1 1
echo "killed corosync: n1 alone after $((($(date +%s%N) - begin) / 1000000)) ms"
start_corosync n2
wait_for 20 "corosync to join once more" all_see "1 2" n1 n2
kill -9 "$(daemon_of n1)"
wait_for 8 "n2 alone after lockstepd was killed" sees n2 2
end_all

# One and two, ours does not represent: order and fragments under loss, partition and merge; a second link carries on.
form "1+2, corosync represents, aes256/sha512, two links" 2 n3 "n1 n2" "crypto_cipher: aes256" "crypto_hash: sha512"
before=$(ring_of n3)
# Kronosnet gives a link that came up ten seconds of patience, longer than the token lasts.
sleep 11
ip -n "$(namespace_of n3)" link set eth0 down
sleep 1.5
ip -n "$(namespace_of n3)" link set eth0 up
[ "$(ring_of n3)" = "$before" ] || fail "the loss of one of two links ended ring $before"
end_all
form "1+2, corosync represents, aes128/sha256" 1 n3 "n1 n2" "crypto_cipher: aes128" "crypto_hash: sha256"
if has_netem; then loss_on_all 10; else echo "without loss: this kernel has no netem"; fi
exchange n1 n2 10 300 5000 70000 300000 900000 1
if has_netem; then loss_on_all 0; fi
ip -n "$(namespace_of n3)" link set eth0 down
wait_for 10 "the partition" all_see "1 2" n1 n2
wait_for 10 "n3 alone" sees n3 3
ip -n "$(namespace_of n3)" link set eth0 up
wait_for 20 "the merge" all_see "1 2 3" n1 n2 n3
end_all

# What our own transport leaves to libknet.
form "1+2, zlib" 1 n3 "n1 n2" "knet_compression_model: zlib"
exchange n1 n2 10 70000 900000
end_all

# Authentication only, over IPv6.
for index in 1 2 3; do ip -n "$(namespace_of n$index)" addr add "fd97::$index/64" dev eth0 nodad; done
network=fd97:: form "1+2, no cipher, sha256, IPv6" 1 n3 "n1 n2" "crypto_cipher: none" "crypto_hash: sha256"
exchange n1 n2 10 70000 900000
end_all

# Two and one: a change of the configuration travels between our two nodes through the mixed ring.
form "2+1, plain" 1 "n1 n3" n2
wait_for 20 "a designated controller" sh -c "'$bin/lockstep' --root '$scratch/n1' status | grep -q 'Online: .*n1'"
on n1 configure property cluster-recheck-interval=123s || fail "the configuration cannot be changed in a mixed ring"
wait_for 10 "the change on n3" sh -c "'$bin/lockstep' --root '$scratch/n3' configure show | grep -q 123s"
echo "mixed rings of 1+1, 1+2 and 2+1 nodes behave as one"
