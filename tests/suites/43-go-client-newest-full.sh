# The Go client's tests with the newest versions of all that it depends on, instead of the oldest that it allows.
source tests/support/go_suite.sh
mkdir "$scratch/clients" && cp -r clients/go clients/service_config.json "$scratch/clients/" && cd "$scratch/clients/go" || exit 1
"$go" get -u ./... && "$go" mod tidy || exit 1
grep google.golang.org go.mod
go_tests ./...
summary
