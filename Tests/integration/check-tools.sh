#!/bin/bash
# iso8601, crm_rule, crm_verify and the upgrade of old CIBs, beside the incumbent's programs on generated input.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need awk bzip2 cibadmin crm_rule crm_simulate crm_verify iso8601

ours=$scratch/bin
mkdir "$ours"
# Without it, whether the ellipsis in the usage line is one character depends on what locales there are.
export LC_ALL=C
for name in crm_rule crm_simulate crm_verify iso8601; do ln -s "$bin/lockstep" "$ours/$name"; done

# compare PROGRAM ARGUMENT...: exit status, output and errors are the same.
compare() {
    local program=$1 status=0 our_status=0
    shift
    "$program" "$@" >"$scratch/theirs" 2>&1 || status=$?
    (exec -a "$program" "$ours/$program" "$@") >"$scratch/mine" 2>&1 || our_status=$?
    if [ "$status" != "$our_status" ] || ! cmp -s "$scratch/theirs" "$scratch/mine"; then
        fail "$program $*: $(printf '\ntheirs (%s):\n%s\nours (%s):\n%s' \
            "$status" "$(cat "$scratch/theirs")" "$our_status" "$(cat "$scratch/mine")")"
    fi
}

# Dates, durations and periods, and how they are shown.
awk 'BEGIN {
    srand(4711); split("-s -S -L -O -W -V", shown, " ")
    for (line = 0; line < 150; line++) {
        date = any(4) == 0 ? sprintf("%04d-%02d-%02d", year(), any(13) + 1, any(31) + 1) : \
            any(3) == 0 ? sprintf("%04d-%03d", year(), any(367) + 1) : \
            any(2) == 0 ? sprintf("%04d-W%02d-%d", year(), any(53) + 1, any(8) + 1) : \
            sprintf("%04d%02d%02d", year(), any(12) + 1, any(31) + 1)
        if (any(2)) date = date " " sprintf("%02d:%02d:%02d", any(25), any(60), any(60)) \
            (any(2) ? "Z" : sprintf(" %s%02d:%02d", any(2) ? "+" : "-", any(15), any(60)))
        length_ = "P" (any(2) ? any(9) "Y" : "") (any(2) ? any(30) "M" : "") any(60) "D" (any(2) ? "T" any(99) "H" any(99) "M" : "")
        kind = any(4)
        print (kind == 0 ? "-d\t" date : kind == 1 ? "-d\t" date "\t-D\t" length_ : \
            kind == 2 ? "-p\t" date "/" length_ : "-p\t" length_ "/" date) "\t" shown[any(6) + 1]
    }
}
function any(limit) { return int(rand() * limit) }
function year() { return 1900 + any(250) }' >"$scratch/dates"
while IFS= read -r line; do
    IFS=$'\t' read -ra words <<<"$line"
    compare iso8601 "${words[@]}"
done <"$scratch/dates"
for word in --help --help-all -q -d '-d soon' '-D PX' '-p 2005-040'; do
    # shellcheck disable=SC2086
    compare iso8601 $word
done

# Rules, at several moments.
rules=
number=0
for expression in 'operation="lt" end="2020-06-01"' 'operation="gt" start="2020-060T12:00:00Z"' \
    'operation="in_range" start="2019-W10-3" end="2020-12-31 23:59:59 +02:00"' 'operation="lt" end="soon"'; do
    number=$((number + 1))
    rules+="<rsc_location id='l$number' rsc='x'><rule id='r$number' score='1'><date_expression id='d$number' $expression/></rule></rsc_location>"
done
for field in 'years="2020"' 'years="2019-2020" months="6-" weekdays="1-5"' 'years="2020" hours="9-17" yeardays="-200"' \
    'months="6"' 'years="2020" moon="1"'; do
    number=$((number + 1))
    rules+="<rsc_location id='l$number' rsc='x'><rule id='r$number' score='1'><date_expression id='d$number' \
operation='date_spec'><date_spec id='s$number' $field/></date_expression></rule></rsc_location>"
done
cib="<cib validate-with='none'><configuration><crm_config><cluster_property_set id='c'><nvpair id='n' \
name='stonith-enabled' value='false'/></cluster_property_set></crm_config><nodes/><resources/><constraints>$rules</constraints>\
</configuration><status/></cib>"
for date in 2019-01-01 '2020-06-30 12:00:00Z' '2020-07-18 08:00:00Z' 2021-02-03; do
    for rule in $(seq 1 $number) none; do compare crm_rule -c -r "r$rule" -d "$date" -X "$cib"; done
done
compare crm_rule -c
compare crm_rule -c -r r1 -d soon

# What crm_verify objects to, in a configuration that conforms to its schema.
verify() {
    cat >"$scratch/verify.xml" <<EOF
<cib validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0" have-quorum="1"><configuration>
<crm_config><cluster_property_set id="c">$1</cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><primitive id="p" class="ocf" provider="pacemaker" type="Dummy">$2</primitive></resources>
<constraints>$3</constraints></configuration></cib>
EOF
    compare crm_verify -x "$scratch/verify.xml"
    for level in -V -VV; do compare crm_verify "$level" -x "$scratch/verify.xml"; done
}
off='<nvpair id="o" name="stonith-enabled" value="false"/>'
meta() { echo "<meta_attributes id='m'><nvpair id='m1' name='$1' value='$2'/></meta_attributes>"; }
verify "$off" '' ''
verify '' '' ''
verify '<nvpair id="o" name="stonith-enabled" value="perhaps"/>' '' ''
verify "$off<nvpair id='q' name='no-quorum-policy' value='suicide'/>" '' ''
verify "$off" "$(meta requires fencing)" ''
verify "$off" "$(meta requires much)" ''
verify "$off" "$(meta target-role Master)" ''
verify "$off" "$(meta target-role Later)" ''
verify "$off" "$(meta multiple-active often)" ''
verify "$off" '' '<rsc_location id="l" rsc-pattern="(" node="n1" score="1"/>'
verify "$off" '' '<rsc_location id="k" rsc="p" node="n1" score="1"/><rsc_location id="l" rsc="k" node="n1" score="1"/>'
verify "$off" '' '<rsc_ticket id="t" ticket="T" rsc="p" loss-policy="fence"/>'
verify "$off" '' '<rsc_order id="o1" first="p" then="p" score="5"/>'
compare crm_verify --help
compare crm_verify
compare crm_verify -x /nonexistent
compare crm_verify -X '<a/>'
cp "$scratch/verify.xml" "$scratch/kept.xml"
bzip2 -k "$scratch/kept.xml"
echo 'no document' >"$scratch/text.xml"
: >"$scratch/empty.xml"
for source in kept.xml kept.xml.bz2; do compare crm_verify -V -x "$scratch/$source"; done
for source in text.xml empty.xml; do compare crm_verify -x "$scratch/$source"; done
compare crm_verify -X ''
compare crm_verify --output-as=xml -x "$scratch/nowhere.xml"

# Nodes that are not known to be safe, and cannot be fenced without quorum.
for quorum in 0 1; do
    for status in '' '<status/>'; do
        for option in '' "$off" '<nvpair id="q" name="no-quorum-policy" value="ignore"/>' \
            '<nvpair id="q" name="startup-fencing" value="false"/>'; do
            # 2.1.5 also counts that a node will be fenced, which is no fault.
            case $quorum$status$option in 1*'<status/>' | *'<status/>'*ignore*) continue ;; esac
            for level in '' -V -VV; do
                compare crm_verify ${level:+"$level"} -X "<cib validate-with='pacemaker-3.9' epoch='1' num_updates='0' admin_epoch='0' \
have-quorum='$quorum'><configuration><crm_config><cluster_property_set id='c'>$option</cluster_property_set></crm_config>\
<nodes><node id='1' uname='n1'/></nodes><resources><primitive id='f' class='stonith' type='fence_xvm'/></resources>\
<constraints/></configuration>$status</cib>"
            done
        done
    done
done

# What every tool answers about itself.
for program in crm_simulate crm_verify crm_rule iso8601; do
    for word in --version --help-all '-?' --bogus -Z --output-as=bogus; do compare "$program" "$word"; done
done

# Old CIBs become the same new ones; white space and version numbers aside.
shape() { tr -d '\n' <"$1" | sed -E 's/<cib [^>]*>//; s/> +</></g; s/></>\n</g'; }
for schema in pacemaker-1.0 pacemaker-1.2 pacemaker-2.0 pacemaker-2.10; do
    for options in '<nvpair id="a" name="stonith_enabled" value="false"/>' \
        '<nvpair id="a" name="default-action-timeout" value="9"/><nvpair id="b" name="cluster-infrastructure" value="cman"/>' \
        '<nvpair id="a" name="is_managed_default" value="false"/><nvpair id="b" name="my_own" value="1"/>'; do
        cat >"$scratch/old.xml" <<EOF
<cib validate-with="$schema" epoch="1" num_updates="0" admin_epoch="0"><configuration>
<crm_config><cluster_property_set id="c">$options</cluster_property_set></crm_config>
<nodes><node id="1" uname="n1" type="normal"/></nodes>
<resources><primitive id="p" class="stonith" type="f"><instance_attributes id="i"><nvpair id="i1" name="pcmk_off_cmd" value="o"/>
</instance_attributes><operations><op id="s" name="start" interval="0" requires="nothing"/><op id="m" name="monitor" interval="9">
<instance_attributes id="mi"><nvpair id="mi1" name="timeout" value="20"/></instance_attributes></op></operations></primitive></resources>
<constraints><rsc_colocation id="k" rsc="p" with-rsc="p" score-attribute="x"/></constraints></configuration><status/></cib>
EOF
        cp "$scratch/old.xml" "$scratch/theirs.xml"
        cp "$scratch/old.xml" "$scratch/ours.xml"
        CIB_file=$scratch/theirs.xml cibadmin --upgrade --force || fail "cibadmin does not upgrade: $(cat "$scratch/old.xml")"
        CIB_file=$scratch/ours.xml "$bin/lockstep" cib upgrade || fail "cib upgrade: $(cat "$scratch/old.xml")"
        diff <(shape "$scratch/theirs.xml") <(shape "$scratch/ours.xml") || fail "upgrades of $schema differ"
    done
done
echo "dates, rules, verification and upgrades are the incumbent's"
