#!/usr/bin/env bash
# The launcher, on a small tree of its own: any working folder, a symbolic link, spaces in the path,
# a changed source, what it counts, and what it says when something fails.
# Usage: launcher_test.sh SOURCE_FOLDER
set -u

source=$1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
unset CLARKE_PRESET CMAKE_GENERATOR CFLAGS CC
tree="$work/a tree"
failures=0

fail() {
    printf 'FAILED: %s\n' "$1"
    failures=$((failures + 1))
}

# expect LABEL STATUS PATTERN COMMAND...: the exit status, and a line of the output. An empty
# pattern asks for no output at all.
expect() {
    local label=$1 status=$2 pattern=$3 got
    shift 3
    "$@" >"$work/output" 2>&1 </dev/null
    got=$?
    ((got == status)) || fail "$label: exit status $got instead of $status"
    if [[ $pattern ]]; then
        grep -qE -- "$pattern" "$work/output" || fail "$label: no line matches '$pattern'"
    else
        [[ ! -s $work/output ]] || fail "$label: unexpected output"
    fi
    ((failures == 0)) || sed 's/^/    /' "$work/output"
}

# A program `test_NAME` that prints the given text and returns the given status.
write_test() {
    printf '#include <stdio.h>\nint main(void)\n{\n    fputs("%s", stderr);\n    return %d;\n}\n' \
        "$2" "$3" >"$tree/tests/$1.c"
}

mkdir -p "$tree/tests" "$work/tools" "$work/other"
cp "$source/clarke" "$tree/clarke"
cat >"$tree/CMakePresets.json" <<'END'
{"version": 3, "configurePresets": [{"name": "release", "generator": "Ninja",
 "binaryDir": "${sourceDir}/build/release"}]}
END
cat >"$tree/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.22)
project(Small LANGUAGES C)
enable_testing()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
add_executable(program main.c)
set_target_properties(program PROPERTIES OUTPUT_NAME clarke)
file(GLOB tests CONFIGURE_DEPENDS tests/*.c)
foreach(file IN LISTS tests)
  get_filename_component(stem ${file} NAME_WE)
  add_executable(${stem} ${file})
  add_test(NAME ${stem} COMMAND ${stem})
  set_tests_properties(${stem} PROPERTIES FAIL_REGULAR_EXPRESSION "Tested: 0 ;LeakSanitizer"
    SKIP_RETURN_CODE 77)
endforeach()
END
cat >"$tree/main.c" <<'END'
#include <stdio.h>
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) printf("<%s>", argv[i]);
    printf(" %d\n", argc - 1);
    return argc == 1 ? 3 : 0;
}
END
# Packages are somebody else's matter here: every one is said to be installed.
cat >"$work/tools/dpkg-query" <<'END'
#!/bin/sh
for name; do case $name in -*|*{*) ;; *) echo "installed $name" ;; esac; done
END
chmod +x "$work/tools/dpkg-query"
PATH=$work/tools:$PATH
cd "$work/other" || exit 1

expect 'first command builds' 0 '^<a b><> 2$' "$tree/clarke" 'a b' ''
grep -qx 'clarke: building' "$work/output" || fail 'the first command announces'
"$tree/clarke" x >"$work/stdout" 2>"$work/stderr"
[[ $(<"$work/stdout") == '<x> 1' && ! -s $work/stderr ]] || fail 'later commands say nothing'
# shellcheck disable=SC2016
expect 'exit status passes' 3 '' bash -c '"$1" >/dev/null' - "$tree/clarke"
ln -s "$tree/clarke" "$work/link"
expect 'through a link' 0 '^<y> 1$' "$work/link" y
# shellcheck disable=SC2016
expect 'from its own folder' 0 '^<z> 1$' bash -c 'cd "$1" && bash clarke z' - "$tree"
[[ $(printf 'text' | "$tree/clarke" 2>&1 | cat) == ' 0' ]] || fail 'standard input is left alone'

sed -i 's/ %d/ now %d/' "$tree/main.c"
expect 'a changed source is built' 0 '^<w> now 1$' "$tree/clarke" w
mv "$tree" "$work/moved tree" && tree="$work/moved tree"
expect 'a moved tree is configured anew' 0 '^<m> now 1$' "$tree/clarke" m

expect 'no tests is a failure' 1 '^clarke: 0 passed, 0 failed$' "$tree/clarke" test
write_test test_good '[====] Synthesis: Tested: 9 | Passing: 9 | Failing: 0 | Crashing: 0 \n' 0
write_test other '' 0
expect 'passes are added up' 0 '^clarke: 10 passed, 0 failed$' "$tree/clarke" test
[[ $(tail -n 1 "$work/output") == 'clarke: 10 passed, 0 failed' ]] || fail 'the last line is plain'
write_test test_more '[SKIP] a::b\n[====] Synthesis: Tested: 4 | Passing: 4 | Failing: 0 \n' 0
expect 'a skipped test is told' 0 '^clarke: 1 skipped$' "$tree/clarke" test
write_test test_bad '[====] Synthesis: Tested: 5 | Passing: 3 | Failing: 2 | Crashing: 1 \n' 1
expect 'failures are added up' 1 '^clarke: 17 passed, 2 failed$' "$tree/clarke" test
expect 'a choice of tests' 0 '^clarke: 1 passed, 0 failed$' "$tree/clarke" test -R other
expect 'an empty choice is a failure' 1 '^clarke: 0 passed, 0 failed$' "$tree/clarke" test -R none
rm "$tree/tests/test_bad.c"
write_test test_crash 'no closing line' 0
expect 'a silent program has crashed' 1 '^clarke: 14 passed, 1 failed$' "$tree/clarke" test
grep -q '^test_crash: no closing line' "$work/output" || fail 'and is named'
write_test test_crash '[====] Synthesis: Tested: 0 | Passing: 0 | Failing: 0 | Crashing: 0 \n' 0
expect 'a program without tests fails' 1 '^clarke: 14 passed, 1 failed$' "$tree/clarke" test
write_test test_crash \
    'ERROR: LeakSanitizer\n[====] Synthesis: Tested: 1 | Passing: 1 | Failing: 0 \n' 0
expect 'a leak fails' 1 '^clarke: 15 passed, 1 failed$' "$tree/clarke" test
write_test test_crash \
    'a.c:1: runtime error: b\n[====] Synthesis: Tested: 1 | Passing: 1 | Failing: 0 \n' 0
expect 'undefined behaviour fails' 1 '^clarke: 15 passed, 1 failed$' "$tree/clarke" test
rm "$tree/tests/test_crash.c"

printf 'int broken(\n' >>"$tree/main.c"
expect 'a compiler error is shown' 4 'error: expected' "$tree/clarke" v
expect 'and the step is named' 4 '^clarke: building failed' "$tree/clarke" v
sed -i '$d' "$tree/main.c"
expect 'and mended' 0 '^<v> now 1$' "$tree/clarke" v
echo 'find_package(NoSuchThing REQUIRED)' >>"$tree/CMakeLists.txt"
rm -r "$tree/build"
expect 'a CMake error is shown' 4 'NoSuchThing' "$tree/clarke" v
expect 'and its step is named' 4 '^clarke: configuring failed' "$tree/clarke" v
sed -i '$d' "$tree/CMakeLists.txt"
expect 'an unknown preset is refused' 4 "there is no preset 'relase'; CMakePresets.json has release$" \
    env CLARKE_PRESET=relase "$tree/clarke" v
[[ ! -e $tree/build/relase ]] || fail 'and leaves no folder'
expect 'an odd preset is refused' 4 'no name of a preset' env CLARKE_PRESET=../x "$tree/clarke" v

# Without packages: the calls of apt-get are written down, and a package is there once installed.
cat >"$work/tools/dpkg-query" <<END
#!/bin/sh
for name; do case \$name in
    -*|*{*) ;;
    gcc|dataset-*) grep -qsw -- "\$name" "$work/apt" && echo "installed \$name" ;;
    *) echo "installed \$name" ;;
esac; done
exit 1
END
cat >"$work/tools/apt-get" <<END
#!/bin/sh
[ -e "$work/broken" ] && echo 'E: no such luck' && exit 100
case "\$*" in *update*) touch "$work/lists" ;; esac
case "\$*" in *update*|*dataset-*) ;; *) [ -e "$work/lists" ] || exit 100 ;; esac
case "\$*" in *dataset-*) exit 100 ;; esac
echo "\$*" >>"$work/apt"
END
cat >"$work/tools/sudo" <<END
#!/bin/sh
[ -e "$work/sudoers" ] || exit 1
shift
exec "\$@"
END
chmod +x "$work"/tools/*
rm -r "$tree/build"
if ((EUID == 0)); then
    touch "$work/broken"
    expect 'a failed installation is shown' 4 'E: no such luck' "$tree/clarke" v
    expect 'and can be done by hand' 4 'by hand it is: apt-get install .* gcc$' "$tree/clarke" v
    rm "$work/broken"
fi
as_other() {
    if ((EUID == 0)); then
        chmod -R a+rwX "$work"
        setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    else
        "$@"
    fi
}
expect 'neither root nor sudo' 4 'apt-get install --no-install-recommends gcc$' \
    as_other "$tree/clarke" v
touch "$work/sudoers"
expect 'sudo, lists fetched, data missing' 0 'going on without dataset-fashion-mnist' \
    as_other "$tree/clarke" v
grep -q -- 'install --no-install-recommends gcc$' "$work/apt" || fail 'only what is missing'
expect 'afterwards no package is looked for' 0 '^<v> now 1$' as_other "$tree/clarke" v
[[ $(wc -l <"$work/output") == 1 ]] || fail 'afterwards it is silent'

((failures == 0)) || exit 1
echo 'the launcher does what it should'
