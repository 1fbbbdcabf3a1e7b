# clang's thread safety analysis; then the C++ tests, and the server from outside, under the address and undefined and under
# the thread sanitizer. A report of a sanitizer is a failure, whatever the test says.
set -uo pipefail
passed=0 failed=0
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
check() {
  if "$@" >"$work/log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $*"; tail -n 40 "$work/log"; fi
}
reports() { printf '%s\n' "$work"/report.* | grep -v '\*$'; }
# clean COMMAND...: it succeeds and no sanitizer reports anything, of it or of the servers that it starts.
clean() {
  rm -f "$work"/report.*
  check "$@"
  [ -z "$(reports)" ] || { failed=$((failed + 1)); echo "REPORTED: $*"; cat "$work"/report.* | head -n 120; }
}
# The thread sanitizer's word is worth something only if it reports every planted race and nothing else.
told_from_none() {
  local race=build/tsan/tests/sanitizer/planted_race kind
  "$race" guarded || return 1
  for kind in reader bare condition notified; do
    "$race" "$kind" && { echo "$kind: not reported"; return 1; }
  done
  return 0
}

export ASAN_OPTIONS="log_path=$work/report:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
export LSAN_OPTIONS="suppressions=$PWD/tests/sanitizer/leaks.supp:print_suppressions=0"
export UBSAN_OPTIONS="log_path=$work/report:print_stacktrace=1"
for preset in clang asan tsan; do
  check bash clients/build.sh "$preset"
done
TSAN_OPTIONS="log_path=$work/planted" check told_from_none
export TSAN_OPTIONS="log_path=$work/report:suppressions=$PWD/tests/sanitizer/races.supp:history_size=7:second_deadlock_stack=1"
for preset in asan tsan; do
  # The thread sanitizer knows no fork of a process with threads: KillTest's is tested without it.
  filter='*'
  [ $preset = tsan ] && filter='-KillTest.*'
  for binary in build/$preset/tests/*_test; do
    clean "$binary" --gtest_brief=1 --gtest_filter="$filter"
  done
  for suite in tests/suites/20-black-box.sh tests/suites/60-observability.sh; do
    clean env SERVER="$PWD/build/$preset/src/server/supportkpid" bash "$suite"
  done
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
