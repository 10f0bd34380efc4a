#!/bin/bash
# The demonstration runs to its end, unprivileged, reports an outage, and leaves nothing behind.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"

command=("$bin/lockstep" demo)
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --clear-groups test -x "$bin/lockstep"; then
    command=(setpriv --reuid=65534 --regid=65534 --clear-groups "${command[@]}")
fi
before=$(find /tmp -maxdepth 1 -name 'lockstep-demo.*' | wc -l)
"${command[@]}" >"$scratch/demo.log" 2>&1 || { cat "$scratch/demo.log"; fail "lockstep demo ended with exit status $?"; }
outage=$(sed -n 's/.*total outage \([0-9.]*\) s.*/\1/p' "$scratch/demo.log")
[ -n "$outage" ] || { cat "$scratch/demo.log"; fail "the demonstration printed no outage"; }
after=$(find /tmp -maxdepth 1 -name 'lockstep-demo.*' | wc -l)
[ "$before" = "$after" ] || fail "the demonstration left a directory in /tmp"
echo "outage $outage s"
