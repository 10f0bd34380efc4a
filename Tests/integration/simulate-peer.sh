#!/bin/bash
# crm_simulate with its options says and writes what the incumbent's does, on our own CIBs.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need crm_simulate python3

mkdir "$scratch/cases"
for folder in "$top"/Tests/SchedulerTests/Scenarios/*/; do
    cp "$folder/cib.xml" "$scratch/cases/$(basename "$folder").xml"
done
cp "$top/Tests/SimulateCommandTests/Scenarios/cib.xml" "$scratch/cases/injections.xml"
ln -s "$bin/lockstep" "$scratch/crm_simulate"

# What differs because of changes after Pacemaker 2.1.5; docs/simulate.md has the reasons.
known=()
for options in status attributes tickets; do known+=("$options/maintenance-mode"); done
for options in scores scores-fancy scores-xml quiet artifacts all-actions; do
    known+=("$options/promoted-node-lost")
done
for options in scores scores-fancy scores-xml quiet; do known+=("$options/bundle"); done
known+=(artifacts/promotable all-actions/promotable inject/injections)

"$top/Tests/peers/simulate-peer" --cases "$scratch/cases" --known "${known[@]}" -- "$scratch/crm_simulate" \
    >"$scratch/differences" || fail "crm_simulate differs: $(cat "$scratch/differences")"
tail -n 1 "$scratch/differences"
