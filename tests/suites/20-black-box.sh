# The real binary from outside: broken requests, crashes, grpcurl.
set -uo pipefail
export GRPCURL="$PWD/build/tools/bin/grpcurl"
if [ ! -x "$GRPCURL" ]; then
  go="$(bash clients/go-environment.sh)" &&
    GOBIN="$PWD/build/tools/bin" GOFLAGS=-modcacherw "$go" install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3 ||
    { echo "grpcurl could not be installed: its tests are skipped"; GRPCURL=; }
fi
exec bash tests/support/pytest_suite.sh tests/blackbox
