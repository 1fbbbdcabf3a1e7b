# The command `supportkpi`: importers, questions, settings, contexts, exit codes, against the real server; its page's blocks too.
set -uo pipefail
export PYTHONDONTWRITEBYTECODE=1
if ! "$PYTHON" -c 'import matplotlib' 2>/dev/null; then
  "$PYTHON" -m pip install --quiet --disable-pip-version-check matplotlib ||
    echo "matplotlib could not be installed: the tests of charts are skipped"
fi
exec bash tests/support/pytest_suite.sh tests/cli
