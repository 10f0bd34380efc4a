#!/bin/bash
# The tutorials' web server with Debian's agents: a promotable clone that sets its promotion scores by crm_attribute, a ping that
# sets its attribute by attrd_updater, and apache with a file system and an address, all following the promoted instance.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
agents=/usr/lib/ocf/resource.d
need_root
need ip curl ping modprobe fuser /usr/sbin/apache2 $agents/heartbeat/{IPaddr2,Filesystem,apache} $agents/pacemaker/{Stateful,ping}

address=10.97.0.50
ask() { ip netns exec "$(namespace_of client)" curl -s -m 1 "http://$address/"; }
answers() { [ "$(ask)" = "the page" ]; }
promoted_on() { on "$1" status | grep -q "Promoted: \[ $2 \]"; }
all_on() { promoted_on "$1" "$2" && runs_on "$1" web "$2" && answers; }
crm() { on "${at:-n1}" "$@" || fail "crm $* ended with exit status $?"; }

make_namespaces n1 n2
write_configuration n1=10.97.0.1 n2=10.97.0.2
mkdir "$scratch/data" "$scratch/mounted"
echo "the page" >"$scratch/data/index.html"
cat >"$scratch/apache.conf" <<CONF
ServerRoot /usr/lib/apache2
ServerName $address
Listen 80
PidFile /run/apache.pid
ErrorLog /run/apache.log
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule dir_module modules/mod_dir.so
LoadModule status_module modules/mod_status.so
DocumentRoot $scratch/mounted
<Location /server-status>
    SetHandler server-status
</Location>
CONF
for node in n1 n2; do start_node $node; done
wait_for 20 "both nodes to be online" both_online n1

cat >"$scratch/lines" <<LINES
property stonith-enabled=false
primitive db ocf:pacemaker:Stateful op monitor interval=10s role=Promoted op monitor interval=11s role=Unpromoted
clone db-clone db meta promotable=true
primitive gateway ocf:pacemaker:ping params host_list=10.97.0.100 multiplier=1000 dampen=1s attempts=1 timeout=1 \
    op monitor interval=1s
clone gateway-clone gateway
primitive fs ocf:heartbeat:Filesystem params device=$scratch/data directory=$scratch/mounted fstype=none options=bind
primitive vip ocf:heartbeat:IPaddr2 params ip=$address cidr_netmask=24 op monitor interval=10s
primitive web ocf:heartbeat:apache params configfile=$scratch/apache.conf httpd=/usr/sbin/apache2 op monitor interval=10s
group g fs vip web
colocation g-with-db inf: g db-clone:Promoted
order db-before-g Mandatory: db-clone:promote g:start
location db-connected db-clone rule \$role=Promoted -inf: not_defined pingd or pingd lte 0
LINES
crm configure load update "$scratch/lines"
on_one() { all_on n1 n1 || all_on n1 n2; }
wait_for 30 "one node to be promoted and to serve the page" on_one
home=n1
promoted_on n1 n1 || home=n2
away=n$((3 - ${home#n}))
on $away cib query | grep -q 'name="master-db" value="[0-9]*"' || fail "the agent's promotion scores are not in the CIB"

# The promoted node loses its gateway: the rule on the agent's attribute moves everything.
ip -n "$(namespace_of $home)" route add unreachable 10.97.0.100
ip -n "$(namespace_of client)" addr add 10.97.0.101/24 dev eth0
promoted_away() { promoted_on $away $away && runs_on $away web $away; }
wait_for 20 "the promotion to leave $home, which has no gateway" promoted_away
ip -n "$(namespace_of $home)" route delete unreachable 10.97.0.100
wait_for 20 "the page from $away" answers

# The promoted node dies.
wait_for 20 "$home to find its gateway again" sh -c "'$bin/lockstep' --root '$scratch/$home' cib query | grep -c 'name=\"pingd\" value=\"1000\"' | grep -q 2"
power_off $away
ip -n "$(namespace_of $away)" link set eth0 down
begin=$(date +%s%N)
wait_for 20 "everything on $home after $away died" all_on $home $home
echo "a web server behind a promoted database is back $((($(date +%s%N) - begin) / 1000000)) ms after its node died"
