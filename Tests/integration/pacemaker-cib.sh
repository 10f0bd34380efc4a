#!/bin/bash
# A CIB that Pacemaker wrote loads, and the incumbents' crm_mon, crm_verify and crm_simulate read ours through CIB_file.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need crm_mon crm_verify cibadmin crm_simulate

# Pacemaker's own tools write the CIB.
export CIB_file=$scratch/pacemaker.xml
cibadmin --empty >"$CIB_file"
cibadmin --modify --allow-create --scope crm_config --xml-text \
    '<crm_config><cluster_property_set id="cib-bootstrap-options">
       <nvpair id="p1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>'
cibadmin --create --scope resources --xml-text \
    '<primitive id="dummy" class="ocf" provider="lockstep" type="Dummy">
       <operations><op id="dummy-m" name="monitor" interval="10s"/></operations></primitive>'
cibadmin --create --scope constraints --xml-text '<rsc_location id="home" rsc="dummy" node="n2" score="10"/>'

unset CIB_file

write_configuration n1=127.65.1.1 n2=127.65.1.2
start_node n1
start_node n2
wait_for 20 "both nodes to be online" both_online n1
on n1 configure load replace "$scratch/pacemaker.xml" || fail "the CIB that Pacemaker wrote was refused"
wait_for 20 "the resource of Pacemaker's CIB to run on n2" runs_on n1 dummy n2

on n1 cib query >"$scratch/ours.xml"
export CIB_file=$scratch/ours.xml
crm_mon -1 >"$scratch/mon" || fail "crm_mon does not read our CIB"
grep -q 'Online: \[ n1 n2 \]' "$scratch/mon" || fail "crm_mon does not see both nodes online: $(cat "$scratch/mon")"
grep -q 'dummy.*Started n2' "$scratch/mon" || fail "crm_mon does not see the resource started: $(cat "$scratch/mon")"
crm_verify --xml-file "$CIB_file" || fail "crm_verify objects to our CIB"
crm_simulate -x "$CIB_file" -S >"$scratch/simulated" || fail "crm_simulate does not read our CIB"
if grep -qE '\* (Start|Stop|Move|Recover|Restart|Fence)' "$scratch/simulated"; then
    fail "crm_simulate would act on a settled cluster: $(cat "$scratch/simulated")"
fi
echo "crm_mon, crm_verify and crm_simulate agree"
