# The Go client: generated code, vet, staticcheck, its tests, examples and README against the real server.
set -uo pipefail
passed=0 failed=0
check() {
  if "${@:2}" >"$log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; tail -n 60 "$log"; fi
}
log="$(mktemp)" fresh="$(mktemp -d)"
trap 'rm -rf "$log" "$fresh"' EXIT
go="$(bash clients/go-environment.sh)" || { echo "Go could not be installed: the Go client is not tested"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
SERVER="$(realpath "$SERVER")"
export SERVER GOFLAGS=-modcacherw PATH="$(dirname "$go"):$PATH"
tools="$PWD/build/tools/bin"
staticcheck_version=v0.7.0

generated_code_is_current() { bash clients/go/generate.sh "$fresh" && diff -r -x doc.go "$fresh/supportkpi" clients/go/supportkpi; }
# A staticcheck that an older Go built does not read a newer one's library.
staticcheck() {
  "$go" version -m "$tools/staticcheck" 2>/dev/null | grep -qE "$staticcheck_version\b" &&
    [ "$("$go" version "$tools/staticcheck" | awk '{print $2}')" = "$("$go" env GOVERSION)" ] ||
    GOBIN="$tools" "$go" install "honnef.co/go/tools/cmd/staticcheck@$staticcheck_version" || return 1
  "$tools/staticcheck" -checks all ./...
}
formatted() { local files; files="$("$("$go" env GOROOT)/bin/gofmt" -l .)" && [ -z "$files" ] || { echo "$files"; return 1; }; }

check "generated code" generated_code_is_current
cd clients/go || exit 1
check "module file is tidy" "$go" mod tidy -diff
check "format" formatted
check "vet" "$go" vet ./...
check "staticcheck" staticcheck
results="$fresh/results"
"$go" test -count=1 -v ./... >"$results" 2>&1
code=$?
count() { grep -cE "^ *--- $1:" "$results"; }
passed=$((passed + $(count PASS))) broken="$(count FAIL)"
[ $code -ne 0 ] && [ "$broken" -eq 0 ] && broken=1
failed=$((failed + broken))
[ "$broken" -gt 0 ] && { grep -vE '^(=== |--- PASS|PASS)' "$results" | tail -n 80; }
echo "$passed passed, $failed failed, $(count SKIP) skipped"
[ $failed -eq 0 ]
