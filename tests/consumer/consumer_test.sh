#!/usr/bin/env bash
# Installs a build into a temporary folder, moves it, and uses it from outside in both ways: by
# find_package and by pkg-config. The installed program must work there too, and the examples of
# plugins with it.
# Usage: consumer_test.sh BUILD_FOLDER COMPILER [COMPILER_FLAGS]
set -eu

build=$1 compiler=$2
read -ra flags <<<"${3:-}"
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
examples=$here/../../examples
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
unset CMAKE_PREFIX_PATH PKG_CONFIG_PATH LD_LIBRARY_PATH

step() {
    printf 'consumer: %s\n' "$*"
}

# Runs a command quietly; what it said is shown if it fails.
quietly() {
    "$@" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
}

step 'install and move'
quietly cmake --install "$build" --prefix "$work/first"
mv "$work/first" "$work/moved"
prefix=$work/moved
pc=$(find "$prefix" -name clarke.pc)
libraries=$(dirname "$(dirname "$pc")")
export LD_LIBRARY_PATH=$libraries

step 'find_package'
quietly cmake -S "$here" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$compiler" -DCMAKE_C_FLAGS="${flags[*]}"
quietly ninja -C "$work/build"
"$work/build/consumer"

step 'pkg-config'
export PKG_CONFIG_PATH=$libraries/pkgconfig
read -ra options < <(pkg-config --cflags --libs clarke)
"$compiler" -std=c17 "${flags[@]}" "$here/consumer.c" "${options[@]}" -o "$work/consumer"
"$work/consumer"
[[ -d $(pkg-config --variable=suitesdir clarke) ]]

step 'every installed header compiles alone'
find "$prefix/include/clarke" -name '*.h' -print | while read -r header; do
    "$compiler" -std=c17 -fsyntax-only "${flags[@]}" "${options[@]}" -x c "$header"
done

step 'nothing of the build folder is left in the installation'
if grep -rlF -- "$build" "$prefix/lib"* "$prefix/share" --include='*.cmake' --include='*.pc'; then
    exit 1
fi

if [[ -x $prefix/bin/clarke ]]; then
    step 'the program finds its library and its suites'
    unset LD_LIBRARY_PATH
    cd /
    "$prefix/bin/clarke" --version
    "$prefix/bin/clarke" list problems >"$work/problems"
    [[ -s $work/problems ]]
    "$prefix/bin/clarke" list suites >"$work/suites"
    grep -q quick "$work/suites"
    cd "$work"

    step 'the examples of plugins, against the installed headers'
    for example in my_heavy_ball my_problem; do
        quietly "$compiler" -std=c17 -fPIC -shared -ffp-contract=off "${flags[@]}" \
            "$examples/plugin/$example.c" "${options[@]}" -o "$example.so"
    done
    quietly "$prefix/bin/clarke" run my_heavy_ball my_wells:n=3 --plugin ./my_heavy_ball.so \
        --plugin ./my_problem.so --iterations 100
    quietly "$prefix/bin/clarke" verify --plugin ./my_heavy_ball.so --like heavy_ball \
        --suite quick --claim th1_l5 --claim th1_conformance --out plugin --progress none
    grep -q '"verdict":"supported"' plugin/verdicts.jsonl

    if command -v python3 >/dev/null; then
        step 'the example in another language'
        quietly "$prefix/bin/clarke" verify --exec "python3 $examples/external/heavy_ball.py" \
            --like heavy_ball --suite quick --claim th1_l5 --claim th1_conformance --out external --progress none
        [[ $(grep -c '"verdict":"supported"' external/verdicts.jsonl) == 4 ]]
    fi
    numpy=
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import numpy' 2>/dev/null && numpy=$python
    done
    if [[ $numpy ]]; then
        step 'the example with numpy'
        quietly "$prefix/bin/clarke" verify --exec "$numpy $examples/external/clipped_numpy.py" \
            --like clipped_sgd --suite quick --claim th1_l5 --out numpy --progress none
        [[ $(grep -c '"verdict":"supported"' numpy/verdicts.jsonl) == 2 ]]
    fi
    if python3 -c 'import pytest' 2>/dev/null; then
        step 'a results folder read by pytest'
        CLARKE_RESULTS=$work/external quietly python3 -m pytest -q -p no:cacheprovider \
            "$examples/external/test_claims.py"
    fi
fi
step 'done'
