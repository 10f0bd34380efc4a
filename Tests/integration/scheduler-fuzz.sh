#!/bin/bash
# Damaged and sensible CIBs: the scheduler returns, with a sound graph, and what it plans comes to an end.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need "$bin/lockstep-cib-generator"

"$bin/lockstep-cib-generator" fuzz --jobs "$(nproc)" --seeds 1..2500 >"$scratch/fuzz" || fail "$(cat "$scratch/fuzz")"
tail -n 1 "$scratch/fuzz"
