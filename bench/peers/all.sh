#!/usr/bin/env bash
# Every comparison with other software, one after the other: optimizer steps and ring mixing, sweeps of
# block coordinate descent, iterations of dlADMM. Each compares results before times. For an idle
# machine with Debian's python3-torch and python3-numpy; takes about 20 minutes, --quick two.
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
for precision in double single; do
    run bcd_three.py --case c --precision "$precision" --threads 1
    [[ $quick == --quick ]] && continue
    for threads in 1 2; do
        run bcd_three.py --case a --precision "$precision" --threads "$threads" --rounds 3
        run bcd_three.py --case b --precision "$precision" --threads "$threads" --rounds 3
    done
done
if [[ $quick == --quick ]]; then
    run dladmm.py --quick
else
    run dladmm.py
fi
exit "$worst"
