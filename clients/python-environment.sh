#!/usr/bin/env bash
# Makes build/python, a virtual environment with the Python client and what this repository's Python programs use.
# Prints nothing when it is there already. Usage: python-environment.sh [PACKAGE...]
set -euo pipefail
cd "$(dirname "$0")/.."
environment=build/python
stamp="$environment/.installed-$(cat clients/python/pyproject.toml clients/python-environment.sh <(echo "$@") | sha256sum | cut -c1-16)"
[ -e "$stamp" ] && exit 0
mkdir -p build
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --disable-pip-version-check --editable 'clients/python[cli]' "$@"
touch "$stamp"
