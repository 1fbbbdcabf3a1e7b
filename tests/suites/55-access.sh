# Settings, TLS, credentials, limits and restarts of the real binary. Certificates and tokens are made with `cryptography`.
set -uo pipefail
made="$PWD/build/tools/cryptography"
PYTHONPATH="$made" "$PYTHON" -c 'import cryptography' 2>/dev/null ||
  "$PYTHON" -m pip install --quiet --disable-pip-version-check --target "$made" cryptography ||
  { echo "cryptography could not be installed"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
PYTHONPATH="$made" "$PYTHON" -m pytest -q -p no:cacheprovider tests/access_blackbox | tee "$log"
code=${PIPESTATUS[0]}
count() { tail -n 1 "$log" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
