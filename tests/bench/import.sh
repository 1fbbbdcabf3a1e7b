#!/usr/bin/env bash
# The same records into supportkpi through its import stream, into PostgreSQL by COPY, and into RocksDB alone: how fast they are
# durable. Writes a table, and JSON to build/bench. See side_by_side/README.md, "Import".
#   bash tests/bench/import.sh [--tickets 300000]
#   bash tests/bench/import.sh --concurrent    what some questions take while 5,000 tickets a second come in, beside alone
# SERVER names another server binary, BENCH_TOOLS a folder with import_ways and ask; else both are built in build/release.
# PostgreSQL 15 is installed by apt where it is not there and this user may; else its column stays empty, and it is said why.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
[ "${1:-}" != --help ] || { sed -n '2,7p' "$0" | cut -c3-; exit 0; }
if ! ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql > /dev/null || echo "postgresql: apt-get could not install it" >&2
fi
targets=()
[ -n "${BENCH_TOOLS:-}" ] || targets+=(import_ways ask)
[ -n "${SERVER:-}" ] || targets+=(supportkpid)
[ ${#targets[@]} -eq 0 ] || bash clients/build.sh release "${targets[@]}"
exec python3 tests/bench/import_side_by_side.py --server "${SERVER:-build/release/src/server/supportkpid}" \
  --tools "${BENCH_TOOLS:-build/release/tests/bench}" --folder build/bench "$@"
