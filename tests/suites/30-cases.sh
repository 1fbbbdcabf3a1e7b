# The worked examples and the named cases of the contract, through the public API, with values computed by hand.
set -uo pipefail
"$PYTHON" -m pytest -q -p no:cacheprovider tests/differential/cases_test.py | tee "${TMPDIR:-/tmp}/cases.$$"
code=${PIPESTATUS[0]}
summary="$(tail -n 1 "${TMPDIR:-/tmp}/cases.$$")"; rm -f "${TMPDIR:-/tmp}/cases.$$"
count() { echo "$summary" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
