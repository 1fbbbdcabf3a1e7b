#!/usr/bin/env bash
# Generates the Go code of the API from protos/ with protoc and pinned plugins, which it installs into build/tools/bin the
# first time. Usage: generate.sh [OUTPUT_FOLDER] (default: this folder).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
output="$(mkdir -p "${1:-$here}" && cd "${1:-$here}" && pwd)"
tools="$root/build/tools/bin"
module=supportkpi.dev/clients/go

# plugin PACKAGE VERSION: installs it unless that very version is there.
plugin() {
  local name version="$2"
  name="$(basename "$1")"
  "$tools/$name" --version 2>/dev/null | grep -qE "(^| )${version/v/v?}\$" && return
  GOBIN="$tools" GOFLAGS=-modcacherw "$(bash "$root/clients/go-environment.sh")" install "$1@$version" >&2
}
plugin google.golang.org/protobuf/cmd/protoc-gen-go v1.36.11
plugin google.golang.org/grpc/cmd/protoc-gen-go-grpc v1.6.2

cd "$root/protos"
mapfile -t files < <(find supportkpi -name '*.proto' | sort)
# The comment that names protoc's own version would make the code differ from machine to machine.
protoc -I. -Ithird_party --plugin="$tools/protoc-gen-go" --plugin="$tools/protoc-gen-go-grpc" \
  --go_out="$output" --go_opt=module="$module" --go-grpc_out="$output" --go-grpc_opt=module="$module" "${files[@]}"
sed -i -E '/^\/\/ (- )?\t?protoc +\(?[a-z0-9 ]*v?[0-9.]+\)?$/d' "$output"/supportkpi/v1/*.pb.go
