# The Go client: generated code, vet, staticcheck, its tests, examples and README against the real server.
source tests/support/go_suite.sh
tools="$PWD/build/tools/bin"
staticcheck_version=v0.7.0

generated_code_is_current() { bash clients/go/generate.sh "$scratch/fresh" && diff -r -x doc.go "$scratch/fresh/supportkpi" clients/go/supportkpi; }
# A staticcheck that an older Go built does not read a newer one's library.
staticcheck() {
  "$go" version -m "$tools/staticcheck" 2>/dev/null | grep -qE "$staticcheck_version\b" &&
    [ "$("$go" version "$tools/staticcheck" | awk '{print $2}')" = "$("$go" env GOVERSION)" ] ||
    GOBIN="$tools" "$go" install "honnef.co/go/tools/cmd/staticcheck@$staticcheck_version" || return 1
  "$tools/staticcheck" -checks all ./...
}

check "generated code" generated_code_is_current
cd clients/go || exit 1
check "module file is tidy" "$go" mod tidy -diff
check "format" formatted
check "vet" "$go" vet ./...
check "staticcheck" staticcheck
go_tests ./...
summary
