# Runs pytest with these arguments and ends with the line "N passed, N failed, N skipped" that tests/run.sh reads. A test that
# could not be collected or set up counts as failed. Usage: PYTHON=... bash tests/support/pytest_suite.sh FOLDER...
set -uo pipefail
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
"$PYTHON" -m pytest -q -p no:cacheprovider "$@" | tee "$log"
code=${PIPESTATUS[0]}
count() { tail -n 1 "$log" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
