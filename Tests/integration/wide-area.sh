#!/bin/bash
# Two nodes on a network with 5 % loss, 40 ms delay and 20 ms jitter keep their ring, with default timeouts.
# WIDE_AREA_SECONDS=N lets it last (25); LOSS=N loses so many of a hundred packets (5).
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip python3
seconds=${WIDE_AREA_SECONDS:-25} loss=${LOSS:-5}

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    ip netns exec "$(namespace_of $node)" python3 "$top/Tests/integration/bad-network.py" --whole-checksums eth0 ||
        skip "the checksums of this kernel's network cannot be set"
done
for index in 1 2; do ip link set "lst$$v$index" nomaster; done
timeout $((seconds + 90)) python3 "$top/Tests/integration/bad-network.py" "lst$$v1" "lst$$v2" "$loss" 40 20 &
network=$!
end_network() { kill "$network" 2>/dev/null || true; }
trap 'end_network; clean_up' EXIT

rings() { grep -c 'Ring .* installed' "$scratch/$1/daemon.log"; }
start_node n1
start_node n2
wait_for 40 "one ring" sh -c "grep -q 'installed, members: 1 2' '$scratch/n1/daemon.log'"
# Kronosnet is patient with new links; what it thinks of old ones matters.
sleep 5
before="$(rings n1) $(rings n2)"
sleep "$seconds"
after="$(rings n1) $(rings n2)"
grep -h 'loses packets\|no longer loses' "$scratch"/n?/daemon.log || true
end_network
[ "$before" = "$after" ] || fail "rings went from $before to $after within $seconds s at $loss % loss"
echo "no ring ended within $seconds s at $loss % loss"
