#!/usr/bin/env bash
# Installs by package name what building needs and is not there; says what it does. Debian 12, as root or with sudo.
# Usage: install.sh build|tests|full|bench
set -euo pipefail

packages=(cmake ninja-build g++ ccache protobuf-compiler protobuf-compiler-grpc libgrpc++-dev libprotobuf-dev libabsl-dev
  librocksdb-dev libssl-dev libyaml-cpp-dev nlohmann-json3-dev prometheus-cpp-dev zlib1g-dev grpc-proto tzdata python3 python3-venv ca-certificates)
case "${1:-build}" in
  tests | full | bench) packages+=(libgtest-dev libgmock-dev) ;;&
  full) packages+=(clang-14 libbenchmark-dev) ;;
  bench) packages+=(libbenchmark-dev) ;;
esac

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install.sh: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
