#!/usr/bin/env bash
# Builds with a CMake preset: build.sh [PRESET] [TARGET...]. The binaries are in build/PRESET.
set -euo pipefail
cd "$(dirname "$0")/.."
preset="${1:-release}"
shift || true
tests=OFF
[ "${1:-}" = supportkpid ] || tests=ON
cmake --preset "$preset" -DSUPPORTKPI_TESTS="$tests" -Wno-dev --log-level=WARNING >/dev/null
cmake --build "build/$preset" ${1:+--target "$@"}
