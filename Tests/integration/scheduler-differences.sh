#!/bin/bash
# Generated CIBs are decided as Debian's crm_simulate 2.1.5 decides them, but for the differences that have a name.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need crm_simulate "$bin/lockstep-cib-generator"
crm_simulate --version 2>/dev/null | grep -q '^Pacemaker 2\.1\.5' || skip "the list of differences is that of Pacemaker 2.1.5"

export CIB_shadow_dir=$scratch
"$bin/lockstep-cib-generator" compare --seeds 1..50 --steps 1 --known "$top/Tests/scheduler-differences.txt" \
    >"$scratch/differences" || fail "$(cat "$scratch/differences")"
tail -n 1 "$scratch/differences"
