#!/usr/bin/env bash
# Generates the Python code of the API from protos/ with Debian's protoc 3.21 and its gRPC plugin, so that it runs on
# every protobuf runtime since 3.20.2. Usage: generate.sh [OUTPUT_FOLDER] (default: this folder).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
output="${1:-$here}"
cd "$here/../../protos"
mapfile -t files < <(find supportkpi -name '*.proto' | sort)
protoc -I. -Ithird_party --python_out="$output" --pyi_out="$output" --grpc_python_out="$output" \
  --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" "${files[@]}"
