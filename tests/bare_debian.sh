#!/usr/bin/env bash
# The two commands of the README on a Debian 12 that has nothing: a minimal system is unpacked into
# a temporary folder, the committed tree (or the working tree, with --dirty) is copied into it, and
# `./clarke test` and `./clarke verify --suite quick` run there as root without a terminal. Says
# what was installed and how long each step took. Needs root, debootstrap, and a Debian mirror.
# Usage: tests/bare_debian.sh [--dirty] [--mirror URL] [COMMAND-OF-CLARKE...]
set -eu

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
suite=bookworm mirror='' dirty=''
while [[ ${1:-} == --* ]]; do
    case $1 in
        --dirty) dirty=1 ;;
        --mirror)
            mirror=$2
            shift
            ;;
        *)
            echo "bare_debian: no option $1" >&2
            exit 3
            ;;
    esac
    shift
done
# The mirror that this system uses itself.
if [[ ! $mirror ]]; then
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $suite" 2>/dev/null | head -n 1)
fi
work=$(mktemp -d)
bare=$work/bare
# Nothing but what this script mounted is unmounted, and before anything is removed.
# shellcheck disable=SC2317
clean() {
    mountpoint -q "$bare/proc" && umount "$bare/proc"
    rm -rf --one-file-system -- "$work"
}
trap clean EXIT

# timed LABEL COMMAND...: runs it; says the seconds and the status, and passes the status on.
timed() {
    local label=$1 begin=$EPOCHREALTIME status=0
    shift
    "$@" || status=$?
    awk -v a="$begin" -v b="$EPOCHREALTIME" -v label="$label" -v status="$status" \
        'BEGIN { printf "bare_debian: %-28s %7.1f s, status %d\n", label, b - a, status }'
    return "$status"
}

inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$bare" "$@" </dev/null
}

# shellcheck disable=SC2016
packages() {
    inside dpkg-query -W -f '${Package}\n' | sort
}

timed 'a minimal system' debootstrap --variant=minbase "$suite" "$bare" ${mirror:+"$mirror"} \
    >"$work/debootstrap.log" || {
    tail -n 20 "$work/debootstrap.log"
    exit 1
}
tail -n 1 "$work/debootstrap.log"
mount -t proc proc "$bare/proc"
cp /etc/resolv.conf "$bare/etc/resolv.conf"
mkdir "$bare/clarke"
if [[ $dirty ]]; then
    tar -C "$root" --exclude=./build --exclude=./.git --exclude=./results -cf - . |
        tar -C "$bare/clarke" -xf -
else
    git -C "$root" archive HEAD | tar -C "$bare/clarke" -xf -
fi
packages >"$work/before"

status=0
if (($# > 0)); then
    timed "clarke $1" inside /clarke/clarke "$@" || status=1
else
    timed 'clarke test, first time' inside /clarke/clarke test || status=1
    timed 'clarke test, again' inside /clarke/clarke test >"$work/again" || status=1
    tail -n 2 "$work/again"
    timed 'clarke verify, first time' inside /clarke/clarke verify --suite quick || status=1
    timed 'clarke list problems' inside /clarke/clarke list problems >"$work/list" || status=1
    tail -n 1 "$work/list"
fi
packages >"$work/after"
echo "bare_debian: packages installed: $(comm -13 "$work/before" "$work/after" | wc -l):" \
    "$(comm -13 "$work/before" "$work/after" | tr '\n' ' ')"
du -sh "$bare/clarke/build" | sed 's/^/bare_debian: the build folder: /'
exit "$status"
