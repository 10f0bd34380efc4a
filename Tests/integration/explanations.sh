#!/bin/bash
# Every action of the recorded cases has a reason, and what `lockstep explain` names as decisive is: without it, the
# decision is another. EXPLANATIONS=all tries the constraints of all cases, some minutes.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
cases=$top/../shared/scheduler-cases/xml
[ -d "$cases" ] || skip "the recorded cases are not beside this checkout (../shared/scheduler-cases)"
need python3

check() {
    "$top/Tests/peers/explanations" --cases "$cases" "$@" -- "$bin/lockstep" >"$scratch/result" ||
        fail "an explanation does not hold: $(cat "$scratch/result")"
    tail -n 1 "$scratch/result"
}
if [ "${EXPLANATIONS-}" = all ]; then
    check --complete
else
    check --resources 0
    check --complete colocation- location- utilization- migrate- failed- order- anti- coloc-
fi
