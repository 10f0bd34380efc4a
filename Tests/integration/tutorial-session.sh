#!/bin/bash
# The tutorial's session as typed, with Debian's own agents: a client reaches the service through the virtual address before
# and after the node that serves it dies.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need_root
need ip curl python3 /usr/lib/ocf/resource.d/heartbeat/IPaddr2 /usr/lib/ocf/resource.d/heartbeat/anything

address=10.97.0.50
ask() { ip netns exec "$(namespace_of client)" curl -s -m 1 "http://$address:8080/who"; }
answers_from() { [ "$(ask)" = "$1" ]; }

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
for node in n1 n2; do
    mkdir -p "$scratch/$node/www"
    echo "$node" >"$scratch/$node/www/who"
    start_node $node
done
wait_for 20 "both nodes to be online" both_online n1

# The two nodes share this machine's disk; each serves the page of the node whose address it finds on its interface.
cat >"$scratch/serve" <<SERVE
#!/bin/sh
index=\$(ip -o -4 address show eth0 | sed -n 's/.* 10\.97\.0\.\([12]\)\/24 .*/\1/p')
exec /usr/bin/python3 -m http.server 8080 --directory $scratch/n\$index/www
SERVE
chmod 755 "$scratch/serve"

crm() { on n1 "$@" || fail "crm $* ended with exit status $?"; }
crm configure property stonith-enabled=false
crm configure primitive vip ocf:heartbeat:IPaddr2 params ip=$address cidr_netmask=24 op monitor interval=10s
crm configure primitive web ocf:heartbeat:anything params binfile="$scratch/serve" \
    pidfile=/run/lockstep-test-$$.pid op monitor interval=10s
crm configure group g vip web
crm configure location g-home g 50: n1
wait_for 20 "the client to reach n1 through $address" answers_from n1
crm configure rsc_defaults resource-stickiness=100
crm status | grep -q "Started n1" || fail "crm status does not show the group on n1: $(crm status)"

crm node standby n1
wait_for 20 "the group to leave n1 in standby" answers_from n2
crm node online n1
crm resource move g n1
wait_for 20 "the group to move to n1 by command" answers_from n1
crm resource clear g
crm resource stop web
wait_for 20 "web to stop" sh -c "! ip netns exec $(namespace_of client) curl -s -m 1 http://$address:8080/who"
crm resource start web
wait_for 20 "web to start" answers_from n1
crm configure show >"$scratch/shown"
grep -q "primitive vip" "$scratch/shown" || fail "crm configure show lacks the primitive: $(cat "$scratch/shown")"

power_off n1
ip -n "$(namespace_of n1)" link set eth0 down
begin=$(date +%s%N)
wait_for 20 "the group to come up on n2 after n1 died" answers_from n2
echo "failover to the client's next answer: $((($(date +%s%N) - begin) / 1000000)) ms"
