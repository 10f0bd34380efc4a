# shellcheck shell=bash disable=SC2034
# What the integration tests share: a scratch directory, pairs of nodes, waiting, and clear ends.
#
# A test is a script that sources this file, does its work, and exits 0; `skip REASON` ends it as skipped.

set -eu
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=${LOCKSTEP_BIN:-$top/.build/release}
scratch=$(mktemp -d /tmp/lockstep-test.XXXXXX)
chmod 755 "$scratch"
namespaces=()
# What start_node gives the daemon besides.
daemon_options=()

skip() {
    echo "skipped: $*"
    exit 75
}

fail() {
    echo "failed: $*" >&2
    local log
    for log in "$scratch"/*/daemon.log; do
        [ -f "$log" ] || continue
        echo "--- the last lines of $log" >&2
        tail -n 25 "$log" >&2
    done
    exit 1
}

need_root() { [ "$(id -u)" = 0 ] || skip "network namespaces need root"; }

need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || [ -e "$program" ] || skip "$program is not installed"
    done
}

# The processes of the node in directory $1: each carries the directory in its environment, or is in the node's namespace.
processes_of() {
    if [ "${#namespaces[@]}" -gt 0 ]; then ip netns pids "$(namespace_of "$(basename "$1")")" 2>/dev/null; fi
    grep -lzxF "LOCKSTEP_ROOT=$1" /proc/[0-9]*/environ 2>/dev/null | sed 's|/proc/||; s|/environ||'
}

# Ends everything that a node runs, at once, as a power cut would.
power_off() {
    local pids pid
    while pids=$(processes_of "$scratch/$1") && [ -n "$pids" ]; do
        # shellcheck disable=SC2086
        kill -9 $pids 2>/dev/null || true
        # What corosync leaves in memory: its flight recorder alone has 8 MB.
        for pid in $pids; do rm -rf /dev/shm/qb-"$pid"-* /dev/shm/qb-corosync-"$pid"-*; done
    done
}

# Whether node $1 (n1 unless said) has quorum, as corosync-quorumtool says.
is_quorate() { in_node "${1:-n1}" corosync-quorumtool -s 2>/dev/null | grep -q '^Quorate: *Yes'; }

clean_up() {
    local directory name
    for directory in "$scratch"/*/; do
        [ ! -d "$directory/etc" ] || power_off "$(basename "$directory")"
    done
    for name in "${namespaces[@]}"; do
        ip netns delete "$name" 2>/dev/null || true
    done
    [ -z "${bridge:-}" ] || ip link delete "$bridge" 2>/dev/null || true
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
    local limit=$(($(date +%s) + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$limit" ] || fail "waited in vain for $what"
        sleep 0.05
    done
}

# write_configuration NODE=ADDRESS...: the same corosync.conf and key for each node, in its directory.
write_configuration() {
    local pair id=0 entries="" first=""
    for pair in "$@"; do
        id=$((id + 1))
        entries+="    node {
        name: ${pair%%=*}
        nodeid: $id
        ring0_addr: ${pair#*=}
    }
"
    done
    for pair in "$@"; do
        local directory=$scratch/${pair%%=*}
        mkdir -p "$directory/etc"
        cat >"$directory/etc/corosync.conf" <<CONF
totem {
    version: 2
    cluster_name: test
    transport: knet
    crypto_cipher: aes256
    crypto_hash: sha256
}
nodelist {
$entries}
quorum {
    provider: corosync_votequorum
    two_node: 1
}
CONF
        if [ -z "$first" ]; then
            first=$directory
            "$bin/lockstep" --root "$directory" keygen >/dev/null
        else
            cp -p "$first/etc/authkey" "$directory/etc/authkey"
        fi
    done
}

# start_node NAME: its daemon, in the namespace of that name when there is one.
start_node() {
    local directory=$scratch/$1 inside=()
    # A node in a namespace has a /run of its own as well: agents keep pid files there.
    if [ "${#namespaces[@]}" -gt 0 ]; then
        inside=(ip netns exec "$(namespace_of "$1")" sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh)
    fi
    # In a subshell, so that bash says nothing when the daemon is killed.
    (LOCKSTEP_ROOT=$directory setsid "${inside[@]}" "$bin/lockstepd" --root "$directory" --node "$1" --foreground "${daemon_options[@]}" \
        >>"$directory/daemon.log" 2>&1 </dev/null &)
}

namespace_of() { echo "lst$$-$1"; }

# make_namespaces NODE...: a bridge with a namespace a node at 10.97.0.1, .2, …, and one for a client at .100.
make_namespaces() {
    local node index=0
    bridge=lst$$
    ip link add "$bridge" type bridge
    ip link set "$bridge" up
    for node in "$@" client; do
        index=$((index + 1))
        [ "$node" != client ] || index=100
        local name
        name=$(namespace_of "$node")
        namespaces+=("$name")
        ip netns add "$name"
        ip link add "lst$$v$index" type veth peer name eth0 netns "$name"
        ip link set "lst$$v$index" master "$bridge" up
        ip -n "$name" addr add "10.97.0.$index/24" dev eth0
        ip -n "$name" link set eth0 up
        ip -n "$name" link set lo up
    done
}

# on NODE COMMAND...: a lockstep command against that node.
on() {
    local node=$1
    shift
    "$bin/lockstep" --root "$scratch/$node" "$@"
}

both_online() { on "$1" status | grep -q "Online: \[ n1 n2 \]"; }

# Whether resource $2 is started on node $3, as node $1 sees it.
runs_on() { on "$1" status | grep -E "\* $2[[:space:]].*Started $3" >/dev/null; }

# in_node NAME COMMAND...: runs a command in the network namespace of a node.
in_node() { ip netns exec "$(namespace_of "$1")" "${@:2}"; }

# begin_corosync NAME: starts the incumbent on a node, with a /run and a state of its own.
begin_corosync() {
    # shellcheck disable=SC2016
    (in_node "$1" unshare -m bash -c '
        for place in /run /var/lib/corosync; do mkdir -p "$place"; mount -t tmpfs tmpfs "$place"; done
        mkdir -p /run/lock
        exec corosync -f -c "$1"' bash "$scratch/$1/etc/corosync.conf" >>"$scratch/$1/corosync.log" 2>&1 &)
}
