#!/bin/bash
# Debian's unmodified Pacemaker on two nodes of Lockstep's messaging: quorum, a DC, a resource that starts, moves, is recovered on
# the same node, and comes back after its node died.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip unshare nsenter pacemakerd crm_mon crm_resource cibadmin crm_attribute /usr/lib/ocf/resource.d/pacemaker/Dummy
getent passwd hacluster >/dev/null || skip "the user hacluster is missing"

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2

# start_stack NODE: lockstepd and pacemakerd with mounts, a host name and process numbers of their own.
start_stack() {
    local node=$1 directory=$scratch/$1
    printf 'lockstep {\n    resource_manager: none\n}\n' >>"$directory/etc/corosync.conf"
    mkdir -p "$directory/pacemaker"
    cp -a /var/lib/pacemaker/. "$directory/pacemaker/"
    rm -f "$directory"/pacemaker/cib/*
    cat >"$directory/stack" <<STACK
mount --make-rprivate /
for place in /dev/shm /run /var/log; do mount -t tmpfs tmpfs \$place; done
mkdir -p /run/lock /var/log/pacemaker /run/crm /run/resource-agents
chown hacluster:haclient /var/log/pacemaker /run/crm
chmod 775 /var/log/pacemaker /run/crm
mount --bind $directory/pacemaker /var/lib/pacemaker
hostname $node
$bin/lockstepd --root $directory --node $node --corosync-ipc >>$directory/daemon.log 2>&1 &
sleep 1
PCMK_logfile=$directory/pacemaker.log PCMK_stderr=no exec pacemakerd -f >>$directory/pacemakerd.log 2>&1
STACK
    (LOCKSTEP_ROOT=$directory setsid ip netns exec "$(namespace_of "$node")" \
        unshare -m -u -i -p -f --kill-child --mount-proc bash "$directory/stack" </dev/null &)
}

# in_stack NODE COMMAND...: among the node's own processes.
in_stack() {
    local node=$1 pid
    shift
    pid=$(ip netns pids "$(namespace_of "$node")" | while read -r pid; do
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != lockstepd ] || echo "$pid"
    done | head -n 1)
    [ -n "$pid" ] || return 69
    nsenter -t "$pid" -m -u -i -n -p -- timeout 20 "$@"
}
shows() { in_stack "$1" crm_mon -1 2>/dev/null | grep -qE "$2"; }

for node in n1 n2; do start_stack $node; done
wait_for 40 "both nodes online, with a DC and quorum" shows n1 "Online: \[ n1 n2 \]"
shows n1 "partition with quorum" || fail "no quorum: $(in_stack n1 crm_mon -1)"

in_stack n1 crm_attribute -n stonith-enabled -v false
in_stack n1 cibadmin -C -o resources -X '<primitive id="d" class="ocf" provider="pacemaker" type="Dummy"><operations><op id="d-monitor" name="monitor" interval="1s"/></operations></primitive>'
wait_for 20 "the resource to start" shows n1 "Started n[12]"
home=$(in_stack n1 crm_mon -1 | sed -n 's/.*Started \(n[12]\).*/\1/p')
away=n$((3 - ${home#n}))
in_stack "$home" crm_resource -M -r d -N "$away" >/dev/null
wait_for 20 "the resource to move" shows n1 "Started $away"
in_stack "$home" crm_resource -U -r d >/dev/null

# A resource that vanishes is found and started again.
in_stack "$away" find /run -name 'Dummy-d.state' -delete
counts_failure() { in_stack "$away" crm_mon -1f 2>/dev/null | grep -q "fail-count=1"; }
wait_for 20 "the failure to be counted" counts_failure
wait_for 20 "the recovery" shows "$away" "Started"

# The other node's power goes.
power_off "$home"
wait_for 20 "the survivor to see it" shows "$away" "OFFLINE: \[ $home \]"
wait_for 20 "the resource on the survivor" shows "$away" "Started $away"
echo "passed"
