#!/usr/bin/env bash
# Every comparison with other software, one after the other: optimizer steps and ring mixing, sweeps of
# block coordinate descent, iterations of dlADMM. Each compares results before times. For an idle
# machine with Debian's python3-torch and python3-numpy; takes about 40 minutes, --quick two.
#   bench/peers/all.sh [--quick]
set -u
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
cd -- "$here/../.." || exit 4
worst=0

run() {
    local script=$1
    printf '\n## %s\n\n' "$*"
    shift
    /usr/bin/python3 "$here/$script" "$@" || worst=1
}

quick=${1:-}
rounds=15
[[ $quick == --quick ]] && rounds=6
run steps.py --rounds "$rounds"
if [[ $quick == --quick ]]; then
    run bcd_three.py --case c
    run dladmm.py --quick
else
    run bcd_three.py --all --rounds 3
    run dladmm.py
fi
exit "$worst"
