# clang's thread safety analysis; then the C++ tests, and the server from outside, under the address and undefined and under
# the thread sanitizer. A report of a sanitizer is a failure, whatever the test says.
#
#     PYTHON=build/python/bin/python bash tests/suites/90-sanitizers-full.sh [PART...]
#
# Parts: clang, asan, asan-server, tsan, tsan-server; without any, all of them. Nearly all the time goes into three builds of
# everything, each into its build/PRESET: hours on two cores without a compiler cache, minutes where little changed.
set -uo pipefail
passed=0 failed=0 skipped=0
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
check() {
  if "$@" >"$work/log" 2>&1; then passed=$((passed + 1)); return 0; fi
  failed=$((failed + 1))
  echo "FAILED: $*"
  tail -n 40 "$work/log"
  return 1
}
skip() { skipped=$((skipped + 1)); echo "skipped: $*"; }
reports() { printf '%s\n' "$work"/report.* | grep -v '\*$'; }
# clean COMMAND...: it succeeds and no sanitizer reports anything, of it or of the servers that it starts.
clean() {
  rm -f "$work"/report.*
  check "$@" && [ -n "$(reports)" ] && { passed=$((passed - 1)) failed=$((failed + 1)); }
  [ -z "$(reports)" ] || { echo "REPORTED: $*"; cat "$work"/report.* | head -n 120; }
}
# The thread sanitizer's word is worth something only if it reports every planted race and nothing else.
told_from_none() {
  local race=build/tsan/tests/sanitizer/planted_race kind
  "$race" guarded || return 1
  for kind in reader bare condition given_up notified; do
    "$race" "$kind" && { echo "$kind: not reported"; return 1; }
  done
  return 0
}
# built PRESET: everything of it is built, now or by an earlier part of this run; it is counted once.
declare -A builds=()
built() {
  if [ -z "${builds[$1]:-}" ]; then
    if check bash clients/build.sh "$1"; then builds[$1]=yes; else builds[$1]=no; fi
  fi
  [ "${builds[$1]}" = yes ]
}
# cpp_tests PRESET: every test binary of it.
cpp_tests() {
  local binary
  for binary in build/"$1"/tests/*_test; do
    clean "$binary" --gtest_brief=1
  done
}
server() {
  local suite
  for suite in tests/suites/20-black-box.sh tests/suites/60-observability.sh; do
    clean env SERVER="$PWD/build/$1/src/server/supportkpid" bash "$suite"
  done
}
has_runtime() { [ "$(g++ -print-file-name="lib$1.so")" != "lib$1.so" ]; }

part() {
  case "$1" in
    clang) command -v clang++-14 >/dev/null || { skip "clang: there is no clang++-14"; return; } ;;
    asan*) has_runtime asan && has_runtime ubsan || { skip "$1: g++ has no address or no undefined sanitizer"; return; } ;;
    tsan*) has_runtime tsan || { skip "$1: g++ has no thread sanitizer"; return; } ;;
  esac
  built "${1%-server}" || { echo "$1: its build failed"; return; }
  case "$1" in
    asan) cpp_tests asan ;;
    tsan) TSAN_OPTIONS="log_path=$work/planted" check told_from_none; cpp_tests tsan ;;
    *-server) server "${1%-server}" ;;
  esac
}

export ASAN_OPTIONS="log_path=$work/report:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
export LSAN_OPTIONS="suppressions=$PWD/tests/sanitizer/leaks.supp:print_suppressions=0"
export UBSAN_OPTIONS="log_path=$work/report:print_stacktrace=1"
export TSAN_OPTIONS="log_path=$work/report:suppressions=$PWD/tests/sanitizer/races.supp:history_size=7:second_deadlock_stack=1"
every=" clang asan asan-server tsan tsan-server "
[ $# -gt 0 ] || set -- $every
for name in "$@"; do
  [[ "$every" == *" $name "* ]] || { echo "there is no part $name; parts:$every"; exit 2; }
done
for name in "$@"; do
  began=$SECONDS
  part "$name"
  echo "$name: $((SECONDS - began)) s"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
