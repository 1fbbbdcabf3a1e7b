# The questions of the README's cookbook, asked of the data of the quickstart.
set -uo pipefail
"$PYTHON" -m pytest -q -p no:cacheprovider tests/cookbook | tee "${TMPDIR:-/tmp}/cookbook.$$"
code=${PIPESTATUS[0]}
summary="$(tail -n 1 "${TMPDIR:-/tmp}/cookbook.$$")"; rm -f "${TMPDIR:-/tmp}/cookbook.$$"
count() { echo "$summary" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
