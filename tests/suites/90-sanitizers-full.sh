# clang's thread safety analysis, and the C++ tests under the address, undefined and thread sanitizers.
set -uo pipefail
passed=0 failed=0
check() {
  if "$@" >"$log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $*"; tail -n 40 "$log"; fi
}
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
for preset in clang asan tsan; do
  check cmake --preset "$preset"
  check cmake --build "build/$preset"
done
# RocksDB and gRPC come without instrumentation: leaks and races inside them are not ours to report.
export TSAN_OPTIONS="suppressions=$PWD/tests/suites/thread-sanitizer.supp history_size=7"
export ASAN_OPTIONS=detect_leaks=0:detect_odr_violation=0
for preset in asan tsan; do
  for binary in build/$preset/tests/*_test; do
    case "$binary" in */house_test) continue ;; esac
    check "$binary" --gtest_brief=1
  done
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
