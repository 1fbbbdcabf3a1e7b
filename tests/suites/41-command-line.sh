# The command `supportkpi`: importers, questions, settings, contexts, exit codes, against the real server; its page's blocks too.
set -uo pipefail
export PYTHONDONTWRITEBYTECODE=1
if ! "$PYTHON" -c 'import matplotlib' 2>/dev/null; then
  "$PYTHON" -m pip install --quiet --disable-pip-version-check matplotlib ||
    echo "matplotlib could not be installed: the tests of charts are skipped"
fi
"$PYTHON" -m pytest -q -p no:cacheprovider tests/cli | tee "${TMPDIR:-/tmp}/command-line.$$"
code=${PIPESTATUS[0]}
summary="$(tail -n 1 "${TMPDIR:-/tmp}/command-line.$$")"; rm -f "${TMPDIR:-/tmp}/command-line.$$"
count() { echo "$summary" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
