# Settings, TLS, credentials, limits and restarts of the real binary. Certificates and tokens are made with `cryptography`.
set -uo pipefail
made="$PWD/build/tools/cryptography"
PYTHONPATH="$made" "$PYTHON" -c 'import cryptography' 2>/dev/null ||
  "$PYTHON" -m pip install --quiet --disable-pip-version-check --target "$made" cryptography ||
  { echo "cryptography could not be installed"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
PYTHONPATH="$made" exec bash tests/support/pytest_suite.sh tests/access_blackbox
