#!/bin/bash
# The scheduler reproduces every recorded decision, summary, graph and score of the shared cases.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
judge=$top/../shared/bin/scheduler-conformance
[ -x "$judge" ] || skip "the recorded cases are not beside this checkout (../shared/scheduler-cases)"
need python3

ln -s "$bin/lockstep" "$scratch/crm_simulate"
"$judge" -- "$scratch/crm_simulate" >"$scratch/result" || fail "a recorded case differs: $(cat "$scratch/result")"
cat "$scratch/result"
