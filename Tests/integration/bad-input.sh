#!/bin/bash
# Bad input of every kind gets a clear message, and a running pair keeps its last good state.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need python3

checks=0
# refused WHAT PATTERN COMMAND...: the command fails and says something that matches.
refused() {
    local what=$1 pattern=$2 said
    shift 2
    if said=$("$@" 2>&1); then fail "$what was accepted: $said"; fi
    grep -qiE "$pattern" <<<"$said" || fail "$what: the message should match /$pattern/: $said"
    checks=$((checks + 1))
}

# Configuration files, before anything runs.
write_configuration n1=127.65.3.1 n2=127.65.3.2
mkdir -p "$scratch/bad/etc"
cp "$scratch/n1/etc/authkey" "$scratch/bad/etc/"
sed 's/nodeid: 2/nodeid: 1/' "$scratch/n1/etc/corosync.conf" >"$scratch/bad/etc/corosync.conf"
refused "a duplicate node id" 'corosync.conf:[0-9]+.*nodeid' "$bin/lockstepd" --root "$scratch/bad" --node n1 --check
sed 's/version: 2/versoin: 2/' "$scratch/n1/etc/corosync.conf" >"$scratch/bad/etc/corosync.conf"
"$bin/lockstepd" --root "$scratch/bad" --node n1 --check 2>&1 | grep -q 'version' || fail "no suggestion for a mistyped key"
sed 's/^nodelist {/nodelist/' "$scratch/n1/etc/corosync.conf" >"$scratch/bad/etc/corosync.conf"
refused "a broken section" 'corosync.conf:[0-9]+' "$bin/lockstepd" --root "$scratch/bad" --node n1 --check
rm -rf "$scratch/bad"

start_node n1
start_node n2
wait_for 20 "both nodes to be online" both_online n1
on n1 configure property stonith-enabled=false
on n1 configure primitive good ocf:lockstep:Dummy op monitor interval=1s
wait_for 20 "the good resource to run" sh -c "'$bin/lockstep' --root '$scratch/n1' status | grep -q 'good.*Started'"
before=$(on n1 configure show)

# CIBs.
echo '<cib><configuration><resources></cib>' >"$scratch/broken.xml"
refused "broken XML" 'line 1' on n1 cib replace "$scratch/broken.xml"
on n1 cib query | sed 's/<primitive id="good"/<primitiv id="good"/; s,</primitive>,</primitiv>,' >"$scratch/schema.xml"
refused "a CIB that breaks the schema" 'primitiv' on n1 cib replace "$scratch/schema.xml"
refused "a constraint on an absent resource" 'nowhere' on n1 configure colocation c inf: good nowhere
refused "an unknown command" 'unknown|did you mean|usage' on n1 ressource start good
[ "$before" = "$(on n1 configure show)" ] || fail "refused changes left something: $(on n1 configure show)"

# An agent that is missing here may be on another node: a warning, and a failure in words where it was tried.
said=$(on n1 configure primitive missing ocf:lockstep:NoSuchAgent 2>&1) || fail "a missing agent was refused: $said"
grep -q 'NoSuchAgent is not installed' <<<"$said" || fail "nothing was said about a missing agent: $said"
wait_for 20 "the missing agent to be shown" \
    sh -c "'$bin/lockstep' --root '$scratch/n1' status | grep -qi 'missing.*not installed'"
on n1 configure delete missing

# Agents that hang, fork, print megabytes, or vanish.
agents=$scratch/agents
mkdir -p "$agents"
for kind in hang fork megabytes; do
    cat >"$agents/$kind" <<AGENT
#!/bin/sh
state=$scratch/agent.$kind
case \$1 in
meta-data)
    printf '<?xml version="1.0"?><resource-agent name="$kind"><version>1.0</version><parameters/><actions>'
    printf '<action name="start" timeout="1s"/><action name="stop" timeout="5s"/><action name="monitor" timeout="5s"/>'
    printf '<action name="meta-data" timeout="5s"/></actions></resource-agent>'
    exit 0 ;;
start)
    case $kind in
    hang) trap '' TERM; while :; do sleep 1000; done ;;
    fork) sleep 60 & ;;
    megabytes) head -c 8000000 /dev/zero | tr '\\\\0' x; head -c 8000000 /dev/zero | tr '\\\\0' y >&2 ;;
    esac
    touch \$state ;;
stop) rm -f \$state ;;
monitor) [ -f \$state ] || exit 7 ;;
esac
AGENT
    chmod 755 "$agents/$kind"
done
if [ -w /usr/lib/ocf/resource.d ]; then
    provider=/usr/lib/ocf/resource.d/lockstep-test-$$
    ln -s "$agents" "$provider"
    trap 'rm -f "$provider"; clean_up' EXIT
    for kind in fork megabytes; do
        on n1 configure primitive $kind "ocf:lockstep-test-$$:$kind" op start timeout=10s
        wait_for 20 "the agent that does '$kind' to be started" \
            sh -c "'$bin/lockstep' --root '$scratch/n1' status | grep -q '$kind.*Started'"
    done
    on n1 configure primitive hang "ocf:lockstep-test-$$:hang" op start timeout=1s
    wait_for 20 "the hanging agent's failure to be shown" \
        sh -c "'$bin/lockstep' --root '$scratch/n1' status | grep -qi 'hang.*timed out'"
    checks=$((checks + 3))
fi

# Random bytes to every socket: the local one and the nodes' UDP ports.
python3 - "$scratch" <<'PYTHON'
import os, random, socket, sys
random.seed(7)
for node, address in (("n1", "127.65.3.1"), ("n2", "127.65.3.2")):
    for _ in range(100):
        with socket.socket(socket.AF_UNIX) as stream:
            stream.connect(f"{sys.argv[1]}/{node}/run/lockstep.sock")
            try:
                stream.sendall(random.randbytes(random.randint(1, 5000)))
                if random.random() < 0.5:
                    stream.settimeout(0.05)
                    stream.recv(1000)
            except OSError:
                pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        for _ in range(2000):
            try:
                datagrams.sendto(random.randbytes(random.randint(1, 1400)), (address, 5405))
            except OSError:
                pass
PYTHON
both_online n1 || fail "random bytes disturbed the pair"
both_online n2 || fail "random bytes disturbed the pair"

# A node with another key never joins, and both sides say so.
power_off n2
n2_is_gone() { on n1 status | grep -q 'OFFLINE: \[ n2 \]'; }
wait_for 20 "n1 to see n2 go" n2_is_gone
head -c 256 /dev/urandom >"$scratch/key"
cp -p "$scratch/n2/etc/authkey" "$scratch/good-key"
cp "$scratch/key" "$scratch/n2/etc/authkey"
start_node n2
sleep 3
if both_online n1; then fail "a node with another key joined"; fi
power_off n2
wait_for 20 "n1 to see n2 gone" n2_is_gone
cp "$scratch/good-key" "$scratch/n2/etc/authkey"

# A truncated CIB file at start: the history, or the other node's copy, brings everything back.
find "$scratch/n2/var/lib/lockstep" -name cib.xml -exec truncate -s 300 {} +
start_node n2
wait_for 20 "n2 to come back with a truncated CIB" both_online n1
grep -qiE 'cib.*(damaged|truncated|digest|not well-formed|history)' "$scratch/n2/daemon.log" ||
    fail "nothing was said about the truncated CIB"
on n2 configure show | grep -q 'primitive good' || fail "the configuration was lost with the truncated file"

# A daemon twice on one directory.
refused "a second daemon on one directory" 'already|another' \
    timeout 10 "$bin/lockstepd" --root "$scratch/n1" --node n1 --foreground

# A full disk: the change fails with a reason, or is kept; nothing that was there goes.
if [ "$(id -u)" = 0 ]; then
    power_off n2
    wait_for 20 "n1 to see n2 gone" n2_is_gone
    mkdir "$scratch/kept"
    cp -a "$scratch/n2/var/lib/lockstep/." "$scratch/kept/"
    mount -t tmpfs -o size=256k tmpfs "$scratch/n2/var/lib/lockstep"
    cp -a "$scratch/kept/." "$scratch/n2/var/lib/lockstep/"
    trap 'power_off n2; umount "$scratch/n2/var/lib/lockstep" 2>/dev/null || true; rm -f "${provider:-}"; clean_up' EXIT
    start_node n2
    wait_for 20 "n2 on its small disk" both_online n1
    head -c 1000000 /dev/zero >"$scratch/n2/var/lib/lockstep/filler" 2>/dev/null || true
    said=$(timeout 30 "$bin/lockstep" --root "$scratch/n1" configure property full-disk=1 2>&1) && status=0 || status=$?
    [ "$status" = 0 ] || grep -qiE 'space|disk|stable' <<<"$said" || fail "a full disk on n2 is not explained: $said"
    wait_for 10 "n2 to say that its disk is full" grep -qiE 'no space' "$scratch/n2/daemon.log"
    on n1 configure show | grep -q 'primitive good' || fail "the configuration was lost on a full disk"
    checks=$((checks + 1))
fi
echo "$((checks + 6)) kinds of bad input"
