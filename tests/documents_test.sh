#!/usr/bin/env bash
# Runs every command that the documents show: the lines that begin with ./clarke or mpiexec in their
# `sh` blocks, and those of workflows (`yaml` blocks) that begin with ./clarke, in order, in one empty
# folder per document, as many documents at a time as there are cores. Each must succeed, unless a comment
# at its end says which exit status is right: `# status 1`. What CI runs as a step of its own (`test`,
# `verify` of a whole suite, the counts of all kernels) is skipped here; so are lines that say
# `# not run`. The C files that CONTRIBUTING.md shows must compile, and the scripts in `bash` blocks must
# parse. Without MPI the lines of mpiexec are skipped and counted.
# Usage: documents_test.sh SOURCE_FOLDER [DOCUMENT...]
set -u

source=$(cd -- "$1" && pwd -P)
shift
documents=("$@")
((${#documents[@]} > 0)) || documents=("$source"/README.md "$source"/CONTRIBUTING.md "$source"/docs/*.md)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
# Open MPI refuses root, and more ranks than cores, unless told.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
whole='verify( --suite [a-z]+)?( --out results)?|bench --counts --(save|baseline) [a-z/]+\.json'
elsewhere="^\./clarke (test|$whole) *\$"

commands_of() {
    awk '/^```/ { inside = /^```sh *$/ ; workflow = /^```yaml *$/; next }
        inside && /^(\.\/clarke|mpiexec) /
        workflow && sub(/^ +(- )?\.\/clarke /, "./clarke ")' "$1"
}

has_mpi() {
    command -v mpiexec >/dev/null && ! ./clarke doctor | grep -q 'MPI .*not in this build'
}

# Prints what failed, and last "runs failures skipped".
run_document() {
    local document=$1 name line right status runs=0 failures=0 skipped=0
    name=$(basename "$document" .md)
    awk '/^```bash$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$document" >"$work/$name.sh"
    bash -n "$work/$name.sh" || failures=1
    mkdir -p "$work/$name" && cd "$work/$name" || exit 4
    ln -sf "$source/clarke" clarke
    ln -sf "$source/examples" examples
    ln -sf "$source/bench" bench
    while IFS= read -r line; do
        [[ $line == *'# not run'* || ${line%%#*} =~ $elsewhere ]] && continue
        if [[ $line == mpiexec* ]] && ! has_mpi; then
            skipped=$((skipped + 1))
            continue
        fi
        right=0
        [[ $line =~ \#\ status\ ([0-9]+)$ ]] && right=${BASH_REMATCH[1]}
        bash -c "$line" </dev/null >"$work/$name.output" 2>&1
        status=$?
        runs=$((runs + 1))
        ((status == right)) && continue
        failures=$((failures + 1))
        printf '%s: status %d instead of %d: %s\n' "${document##*/}" "$status" "$right" "$line"
        tail -n 20 "$work/$name.output"
    done < <(commands_of "$document")
    printf '%d %d %d\n' "$runs" "$failures" "$skipped"
}

for document in "${documents[@]}"; do
    while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n; done
    run_document "$document" >"$work/$(basename "$document" .md).said" 2>&1 &
done
wait
runs=0 failures=0 skipped=0
for document in "${documents[@]}"; do
    said=$work/$(basename "$document" .md).said
    sed '$d' "$said"
    read -r run failed skip < <(tail -n 1 "$said")
    [[ "$run $failed $skip" =~ ^[0-9]+\ [0-9]+\ [0-9]+$ ]] || {
        printf '%s: it did not come to its end\n' "${document##*/}"
        run=0 failed=1 skip=0
    }
    runs=$((runs + run)) failures=$((failures + failed)) skipped=$((skipped + skip))
done
# Each file begins with a comment that names it.
mkdir -p "$work/examples" && cd "$work/examples" || exit 4
awk '/^```c$/ { inside = 1; next } /^```/ { inside = 0 }
    inside && /^\/\* [a-z\/]+\/[a-z0-9_]+\.c: / { file = $2; gsub(/[\/:]/, "-", file); sub(/-$/, "", file) }
    inside && file { print > file }' "$source/CONTRIBUTING.md"
for example in *.c; do
    runs=$((runs + 1))
    cc -std=c17 -D_XOPEN_SOURCE=700 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        -fsyntax-only "-I$source" "$example" && continue
    failures=$((failures + 1))
    printf 'CONTRIBUTING.md: %s does not compile\n' "$example"
done

((skipped == 0)) || printf 'documents: %d commands need MPI and were skipped\n' "$skipped"
printf 'documents: %d commands and examples, %d failed\n' "$runs" "$failures"
((failures == 0 && runs > 0))
