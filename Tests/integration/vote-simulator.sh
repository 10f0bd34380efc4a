#!/bin/bash
# lockstep's corosync-vqsim and Debian's on the same configurations and commands: what the nodes have decided is equal, line by line.
# shellcheck source-path=SCRIPTDIR source=library.sh
. "$(dirname "$0")/library.sh"

need corosync-vqsim

# configuration NODES QUORUM-SETTINGS [VOTES-OF-NODE-1]
configuration() {
    local node
    printf 'totem {\n    version: 2\n    cluster_name: test\n    transport: knet\n}\nnodelist {\n'
    for node in $(seq "$1"); do
        printf '    node {\n        ring0_addr: 127.0.0.%d\n        nodeid: %d\n        name: n%d\n' "$node" "$node" "$node"
        [ "$node" != 1 ] || [ -z "${3:-}" ] || printf '        quorum_votes: %d\n' "$3"
        printf '    }\n'
    done
    printf '}\nquorum {\n    provider: corosync_votequorum\n'
    [ -z "$2" ] || printf '    %s\n' "$2" | sed 's/; */\n    /g'
    printf '}\nlogging {\n    to_syslog: no\n    to_stderr: no\n}\n'
}

# Types the commands, with time for each (settling, in seconds); nothing but the answers to "show" is compared.
commands() {
    local command
    sleep "$settling"
    echo show
    for command in "$@"; do
        [ "${command%% *}" = pause ] || echo "$command"
        [ "${command%% *}" != pause ] || sleep "${command#pause }"
        sleep "$settling"
        echo show
        sleep 0.1
    done
    echo exit
}

# What nodes have decided, as the answers to "show" say: both have had time for it.
shown() {
    awk '/^(#vqsim> )?show$/ { on = 1; print "-- show"; next } /^#vqsim>/ { on = 0 } on && /^[0-9]+:[0-9]+: q=/' "$1"
}

# compare NAME NODES QUORUM-SETTINGS VOTES-OF-NODE-1 COMMAND...: leaves "equal" in a folder of that name.
compare() {
    mkdir -p "$scratch/$1"
    cd "$scratch/$1"
    # The incumbent takes no longer name than this.
    configuration "$2" "$3" "$4" >c.conf
    # Its nodes may be slow on a busy machine, and then it shows what they had decided before; seldom it crashes.
    for settling in 0.4 1 2; do
        commands "${@:5}" | tee >("$bin/lockstep" corosync-vqsim -c c.conf >ours 2>complaints) |
            corosync-vqsim -c c.conf >theirs 2>>complaints || echo "corosync-vqsim ended with status $?" >>complaints
        wait_for 5 "the end of $1" grep -q 'vqsim> exit' ours
        shown ours >ours.shown
        shown theirs >theirs.shown
        if grep -q 'q=1' ours.shown && diff -u theirs.shown ours.shown >difference; then
            touch equal
            return
        fi
    done
}

# What is compared stays clear of two faults of the incumbent: it may miss the end of one of two nodes that end at the same time,
# and its nodes decide before they have each other's votes, so that wait_for_all forgets to wait when a node is left alone.
# scenarios HOW: each is handed to the function HOW.
scenarios() {
    "$1" plain 3 "" "" "move 1:3" "down 2" "up 2" "join 0 1" "move 1:1 2:2" "join 2 0 1" "up 9" "down 1"
    "$1" even-split 4 "" "" "split 1:3,4" "join 0 1" "move 1:1" "down 2" "join 1 0" "up 2"
    "$1" two-nodes 2 "two_node: 1" "" "move 1:2" "join 0 1" "down 1" "down 2" "up 2" "up 1" "down 2"
    "$1" two-nodes-at-once 2 "two_node: 1; wait_for_all: 0" "" "down 1" "down 2" "up 2" "up 1" "move 3:1"
    "$1" wait-for-all 3 "wait_for_all: 1" "" "down 3" "down 2" "down 1" "up 2" "up 3" "up 1" "move 1:3" "down 3" "up 3"
    "$1" tie-lowest 4 "auto_tie_breaker: 1" "" "move 1:3,4" "join 0 1" "move 1:1,3" "join 1 0" "move 1:2,3,4" "down 2"
    "$1" tie-highest 4 "auto_tie_breaker: 1; auto_tie_breaker_node: highest" "" "move 1:3,4" "join 0 1" "down 4" "down 3"
    "$1" tie-listed 4 "auto_tie_breaker: 1; auto_tie_breaker_node: 3 2" "" "move 1:1,2" "join 0 1" "down 3" "down 1" "up 3"
    "$1" last-man 5 "last_man_standing: 1; last_man_standing_window: 700; wait_for_all: 1" "" \
        "down 5" "pause 1" "down 4" "pause 1" "down 3" "pause 1" "up 3"
    "$1" last-man-and-tie 4 "last_man_standing: 1; last_man_standing_window: 700; auto_tie_breaker: 1" "" \
        "down 4" "pause 1" "down 3" "pause 1" "down 2" "pause 1"
    "$1" weights 3 "" 3 "move 1:1" "join 0 1" "down 1" "up 1" "move 1:2,3"
    "$1" fenced 5 "" "" "autofence on" "move 1:4" "up 4" "move 1:1" "move 2:3" "autofence off" "move 1:2"
    "$1" eight 8 "auto_tie_breaker: 1; wait_for_all: 1" "" "move 1:5,6,7,8" "join 0 1" "move 1:1,2 2:3,4 3:5,6,7,8" "join 3 2 1"
}

names=()
at_once() {
    names+=("$1")
    compare "$@" &
}
# What was unequal beside the others is tried again by itself: the incumbent needs its time.
alone() { [ -e "$scratch/$1/equal" ] || (compare "$@"); }
scenarios at_once
wait
scenarios alone

different=""
for name in "${names[@]}"; do
    [ ! -e "$scratch/$name/equal" ] || continue
    cat "$scratch/$name/"{difference,complaints} >&2 || true
    different+=" $name"
done
[ -z "$different" ] || fail "corosync-vqsim says something else:$different"

# What the incumbent has no command for.
configuration 4 "last_man_standing: 1" >"$scratch/own.conf"
printf '%s\n' "down 4" "wait 11000" "down 3" "votes 1 3" "expected 1 6" show |
    "$bin/lockstep" corosync-vqsim -c "$scratch/own.conf" -o "$scratch/states" >/dev/null
[ "$(tail -n 3 "$scratch/states" | head -n 2 | grep -c 'q=1')" = 2 ] || fail "two of four nodes with four of six votes have no quorum"
printf 'totem {\n    version: 2\n    tokne: 1\n}\n' >"$scratch/broken.conf"
"$bin/lockstep" corosync-vqsim -c "$scratch/broken.conf" </dev/null >/dev/null 2>"$scratch/complaints" && fail "a broken file was taken"
grep -q "broken.conf:.*error" "$scratch/complaints" || fail "the mistake is not named"
echo "equal to Debian's in ${#names[@]} scenarios"
