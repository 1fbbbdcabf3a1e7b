# What the suites of Go modules share; they source it in the repository's folder. `go` is a Go that is new enough, without
# which the suite is skipped; `scratch` a folder that goes at the end.
set -uo pipefail
passed=0 failed=0 skipped=0

# skip REASON: ends the suite.
skip() {
  echo "$1: not tested"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}

# check NAME COMMAND...: one test; what it prints is shown if it fails.
check() {
  if "${@:2}" >"$scratch/check" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $1"
    tail -n 60 "$scratch/check"
  fi
}

formatted() { local files; files="$("$("$go" env GOROOT)/bin/gofmt" -l .)" && [ -z "$files" ] || { echo "$files"; return 1; }; }

# go_tests PACKAGES: the tests of the module in this folder.
go_tests() {
  local results="$scratch/tests" code broken
  "$go" test -count=1 -v "$1" >"$results" 2>&1
  code=$?
  count() { grep -cE "^ *--- $1:" "$results"; }
  broken="$(count FAIL)"
  [ $code -ne 0 ] && [ "$broken" -eq 0 ] && broken=1 # it does not build
  [ "$broken" -gt 0 ] && grep -vE '^(=== |--- PASS|PASS)' "$results" | tail -n 80
  passed=$((passed + $(count PASS))) failed=$((failed + broken)) skipped=$((skipped + $(count SKIP)))
}

# summary is a suite's last line and exit code.
summary() {
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

go="$(bash clients/go-environment.sh)" || skip "Go could not be installed"
SERVER="$(realpath "$SERVER")"
export SERVER GOFLAGS=-modcacherw PATH="$(dirname "$go"):$PATH"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
