#!/bin/bash
# Every kind of bad CIB gets the message and the exit status that docs/differences.md promises.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"

for name in crm_verify crm_simulate; do ln -s "$bin/lockstep" "$scratch/$name"; done
cd "$scratch"

# cib RESOURCES CONSTRAINTS: a whole document, the resources on line 4 and the constraints on line 5.
cib() {
    cat <<CIB
<cib validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0"><configuration>
<crm_config><cluster_property_set id="p"><nvpair id="f" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/></nodes>
<resources>$1</resources>
<constraints>$2</constraints></configuration><status/></cib>
CIB
}

# gives STATUS PATTERN COMMAND...: the command ends with the status and says what matches.
checks=0
gives() {
    local status=$1 pattern=$2 said code=0
    shift 2
    said=$("$@" 2>&1) || code=$?
    [ "$code" = "$status" ] || fail "$* ended with $code instead of $status: $said"
    grep -qF -- "$pattern" <<<"$said" || fail "$* should say '$pattern': $said"
    checks=$((checks + 1))
}

web='<primitive id="web" class="ocf" provider="pacemaker" type="Dummy"/>'
location='<rsc_location id="l" rsc="web"'
printf '<cib\n' >xml.xml
cib '<machine id="m"/>' '' >schema.xml
cib "$web" '<rsc_location id="l" rsc="ghost" node="n1" score="1"/>' >reference.xml
cib "$web" "$location node=\"n1\" score=\"much\"/>" >score.xml
rule='<rule id="r" score="1"><date_expression id="d" operation="lt" end="soon"/></rule>'
cib "$web" "$location>$rule</rsc_location>" >date.xml

end="Couldn't find end of Start Tag cib"
gives 78 "xml.xml:2: parser error : $end" ./crm_verify -V -x xml.xml
gives 65 "Could not read input XML: xml.xml: line 2: $end" ./crm_simulate -R -x xml.xml
gives 78 'schema.xml:4: machine id="m" is not allowed in resources' ./crm_verify -V -x schema.xml
gives 78 'schema.xml: line 4: machine id="m" is not allowed' ./crm_simulate -R -x schema.xml
gives 78 'reference.xml:5: rsc_location id="l" names rsc="ghost", which does not exist' ./crm_verify -V -x reference.xml
gives 78 'line 5: rsc_location id="l" names rsc="ghost"' ./crm_simulate -R -x reference.xml
gives 78 'score.xml:5: rsc_location id="l" has score="much": expected a whole number' ./crm_verify -V -x score.xml
gives 78 'line 5: rsc_location id="l" has score="much"' ./crm_simulate -R -x score.xml
gives 0 "'soon' is not a valid ISO 8601 date/time specification" ./crm_verify -V -x date.xml
gives 0 'Transition Summary:' ./crm_simulate -R -x date.xml
echo "$checks kinds of bad CIBs gave what is documented"
