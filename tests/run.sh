#!/usr/bin/env bash
# Builds and runs every test. `--full` adds the slow suites: clang's thread safety analysis, the sanitizers, planted faults.
# The last line is "N passed, N failed, N skipped"; the exit code is 0 when nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.."
root="$PWD"
full=0
[ "${1:-}" = --full ] && full=1
export PYTHONDONTWRITEBYTECODE=1
# Real data sets are read where they lie; none is part of the repository.
if [ -z "${SUPPORTKPI_REAL_DATA:-}" ] && [ -d "$root/../shared/data" ]; then
  export SUPPORTKPI_REAL_DATA="$root/../shared/data"
fi

passed=0 failed=0 skipped=0
logs="$(mktemp -d)"
trap 'rm -rf "$logs"' EXIT

# part NAME COMMAND...: runs it, prints its seconds, adds up what its last "N passed, N failed, N skipped" line says. A
# command without such a line counts as one test.
part() {
  local name="$1" begin=$SECONDS log counts code
  shift
  log="$logs/$(echo "$name" | tr -c 'a-z0-9\n' _)"
  echo "== $name"
  "$@" >"$log" 2>&1
  code=$?
  counts="$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$log" | tail -n 1)"
  if [ -n "$counts" ]; then
    local numbers
    read -r -a numbers <<<"$(echo "$counts" | tr -dc '0-9 ')"
    passed=$((passed + numbers[0])) failed=$((failed + numbers[1])) skipped=$((skipped + ${numbers[2]:-0}))
    [ $code -ne 0 ] && [ "${numbers[1]}" -eq 0 ] && failed=$((failed + 1))
  elif [ $code -eq 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
  if [ $code -ne 0 ]; then
    tail -n 120 "$log"
    echo "FAILED: $name (exit $code)"
  else
    tail -n 12 "$log" | cut -c1-240
  fi
  echo "-- $name: $((SECONDS - begin)) s"
  return $code
}

# Runs every C++ test binary of a build folder, two at a time, and adds their counts up.
cpp_tests() {
  local build="$1" list results
  list=("$build"/tests/*_test)
  results="$(mktemp -d)"
  printf '%s\n' "${list[@]}" | xargs -P 2 -I{} sh -c \
    '"$1" --gtest_brief=1 >"$2/$(basename "$1")" 2>&1 || echo "$(basename "$1")" >>"$2/failed"' _ {} "$results"
  local ok=0 bad=0 skip=0 file numbers
  for file in "$results"/*_test; do
    numbers="$(grep -oE '^\[  PASSED  \] [0-9]+' "$file" | grep -oE '[0-9]+' | tail -n 1)"
    ok=$((ok + ${numbers:-0}))
    numbers="$(grep -oE '^ *[0-9]+ FAILED TEST' "$file" | grep -oE '[0-9]+' | tail -n 1)"
    bad=$((bad + ${numbers:-0}))
    numbers="$(grep -oE '^\[  SKIPPED \] [0-9]+' "$file" | grep -oE '[0-9]+' | tail -n 1)"
    skip=$((skip + ${numbers:-0}))
    if grep -qx "$(basename "$file")" "$results/failed" 2>/dev/null; then
      grep -vE '^\[==|^\[--' "$file" | tail -n 60
      # A binary that died tells of no failed test.
      grep -q 'FAILED TEST' "$file" || bad=$((bad + 1))
    fi
  done
  rm -rf "$results"
  echo "$ok passed, $bad failed, $skip skipped"
  [ $bad -eq 0 ]
}

generated_code_is_current() {
  local fresh
  fresh="$(mktemp -d)"
  bash clients/python/generate.sh "$fresh" && diff -r -x '__pycache__' -x '__init__.py' "$fresh/supportkpi/v1" clients/python/supportkpi/v1
  local code=$?
  rm -rf "$fresh"
  return $code
}

part "install" bash clients/install.sh "$([ $full = 1 ] && echo full || echo tests)" || exit 1
part "build" bash clients/build.sh release || { echo "$passed passed, $failed failed, $skipped skipped"; exit 1; }
part "C++ tests" cpp_tests build/release
part "generated code" generated_code_is_current
part "Python environment" bash clients/python-environment.sh pytest || { echo "$passed passed, $failed failed, $skipped skipped"; exit 1; }
python="$root/build/python/bin/python"
server="$root/build/release/src/server/supportkpid"
for suite in tests/suites/*.sh; do
  [ -e "$suite" ] || continue
  case "$suite" in *-full.sh) [ $full = 1 ] || continue ;; esac
  part "$(basename "$suite" .sh | tr '-' ' ')" env PYTHON="$python" SERVER="$server" bash "$suite"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
