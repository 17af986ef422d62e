#!/usr/bin/env bash
# Runs every command that the documents show: the lines that begin with ./clarke in their `sh`
# blocks, in order, in one empty folder per document. Each must succeed, unless a comment at its end
# says which exit status is right: `# status 1`. The commands that take long (test, verify without
# a choice of claims) are run elsewhere and skipped here; so are lines that say `# not run`.
# Usage: documents_test.sh SOURCE_FOLDER [DOCUMENT...]
set -u

source=$(cd -- "$1" && pwd -P)
shift
documents=("$@")
((${#documents[@]} > 0)) || documents=("$source"/README.md "$source"/CONTRIBUTING.md "$source"/docs/*.md)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
failures=0 runs=0

commands_of() {
    awk '/^```/ { inside = /^```sh *$/ ; next } inside && /^\.\/clarke /' "$1"
}

for document in "${documents[@]}"; do
    folder=$work/$(basename "$document" .md)
    mkdir -p "$folder" && cd "$folder" || exit 4
    ln -sf "$source/clarke" clarke
    while IFS= read -r line; do
        case $line in
            *'# not run'* | './clarke test'* | './clarke verify' | './clarke verify --suite'*) continue ;;
        esac
        right=0
        [[ $line =~ \#\ status\ ([0-9]+)$ ]] && right=${BASH_REMATCH[1]}
        bash -c "$line" </dev/null >"$work/output" 2>&1
        status=$?
        runs=$((runs + 1))
        ((status == right)) && continue
        failures=$((failures + 1))
        printf '%s: status %d instead of %d: %s\n' "${document##*/}" "$status" "$right" "$line"
        tail -n 20 "$work/output"
    done < <(commands_of "$document")
done
printf 'documents: %d commands run, %d failed\n' "$runs" "$failures"
((failures == 0 && runs > 0))
