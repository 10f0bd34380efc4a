#!/bin/bash
# The demonstration with Debian's corosync for messaging runs to its end, unprivileged where user namespaces permit it, and leaves
# nothing behind.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"
need corosync unshare
ldconfig -p | grep -q libcpg.so.4 || skip "Corosync's client libraries (libcpg4, libquorum5) are not installed"

command=("$bin/lockstep" demo --messaging=corosync)
if [ "$(id -u)" = 0 ]; then
    unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    if command -v setpriv >/dev/null && "${unprivileged[@]}" test -x "$bin/lockstep" &&
        "${unprivileged[@]}" unshare --user --map-root-user --mount --uts true 2>/dev/null; then
        command=("${unprivileged[@]}" "${command[@]}")
    fi
elif ! unshare --user --map-root-user --mount --uts true 2>/dev/null; then
    skip "neither root nor user namespaces"
fi
"${command[@]}" >"$scratch/demo.log" 2>&1 || { cat "$scratch/demo.log"; fail "the demonstration failed"; }
grep -q "corosync and lockstepd" "$scratch/demo.log" || fail "corosync did not take part: $(cat "$scratch/demo.log")"
outage=$(sed -n 's/.*total outage \([0-9.]*\) s.*/\1/p' "$scratch/demo.log")
[ -n "$outage" ] || { cat "$scratch/demo.log"; fail "the demonstration printed no outage"; }
directory=$(sed -n 's|.*everything is below \(/[^ ]*\) .*|\1|p' "$scratch/demo.log")
[ -n "$directory" ] || fail "the demonstration does not say where it is"
[ ! -e "$directory" ] || fail "the demonstration left $directory"
if grep -lzF "LOCKSTEP_ROOT=$directory/" /proc/[0-9]*/environ 2>/dev/null | grep -q .; then fail "the demonstration left processes"; fi
echo "outage $outage s (token 1000 ms, corosync's consensus 1200 ms), ${command[0]##*/}"
