#!/bin/bash
# Damaged and sensible CIBs: the scheduler returns, with a sound graph, and what it plans comes to an end.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need "$bin/lockstep-cib-generator"

# fuzz SEEDS [FILE ...]: fails when anything but the known documents breaks a promise of docs/differences.md.
fuzz() {
    "$bin/lockstep-cib-generator" fuzz --jobs "$(nproc)" --seeds "$@" >"$scratch/fuzz" || fail "$(cat "$scratch/fuzz")"
    tail -n 1 "$scratch/fuzz"
}

fuzz 1..4000 --known "$top/Tests/scheduler-unsettled.txt"
fuzz 1..1500 "$top"/Tests/SchedulerTests/Scenarios/*/cib.xml
