# The Go client's tests with the newest versions of all that it depends on, instead of the oldest that it allows.
set -uo pipefail
go="$(bash clients/go-environment.sh)" || { echo "Go could not be installed"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
SERVER="$(realpath "$SERVER")"
export SERVER GOFLAGS=-modcacherw PATH="$(dirname "$go"):$PATH"
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/clients" && cp -r clients/go clients/service_config.json "$copy/clients/" && cd "$copy/clients/go" || exit 1
"$go" get -u ./... && "$go" mod tidy || exit 1
grep google.golang.org go.mod
"$go" test -count=1 -v ./... >"$copy/results" 2>&1
code=$?
count() { grep -cE "^ *--- $1:" "$copy/results"; }
broken="$(count FAIL)"
[ $code -ne 0 ] && [ "$broken" -eq 0 ] && broken=1
[ "$broken" -gt 0 ] && grep -vE '^(=== |--- PASS|PASS)' "$copy/results" | tail -n 80
echo "$(count PASS) passed, $broken failed, $(count SKIP) skipped"
[ "$broken" -eq 0 ]
