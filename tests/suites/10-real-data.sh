# The real data sets against their known answers.
set -uo pipefail
"$PYTHON" -m pytest -q -p no:cacheprovider tests/real | tee "${TMPDIR:-/tmp}/real.$$"
code=${PIPESTATUS[0]}
summary="$(tail -n 1 "${TMPDIR:-/tmp}/real.$$")"; rm -f "${TMPDIR:-/tmp}/real.$$"
count() { echo "$summary" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
