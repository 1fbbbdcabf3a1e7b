#!/usr/bin/env bash
# Builds with a CMake preset: build.sh [PRESET] [TARGET...]. The binaries are in build/PRESET.
set -euo pipefail
cd "$(dirname "$0")/.."
preset="${1:-release}"
shift || true
tests=OFF
[ "${1:-}" = supportkpid ] || tests=ON
cmake --preset "$preset" -DSUPPORTKPI_TESTS="$tests" >"build-$preset.log" 2>&1 || { cat "build-$preset.log" >&2; rm -f "build-$preset.log"; exit 1; }
rm -f "build-$preset.log"
cmake --build "build/$preset" ${1:+--target "$@"}
