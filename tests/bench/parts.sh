#!/usr/bin/env bash
# Benchmarks of the parts: builds tests/bench/parts, runs it nine times in mixed order, prints medians of processor time and
# writes build/bench/parts.json.
#   bash tests/bench/parts.sh [--compare BEFORE.json] [--filter REGEX] [--smoke]
#     --compare   the ratio to an earlier parts.json as well; marked where it is beyond the noise of both runs
#     --filter    only benchmarks whose name matches, for example '^time/'; written to build/bench/parts-filtered.json
#     --smoke     each a moment long, once: only whether every kernel is right; nothing is written
# PARTS names a ready binary. Exit code 75: Google Benchmark is not installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
compare='' filter='' smoke=''
while [ $# -gt 0 ]; do
  case "$1" in
    --compare) compare="${2:?--compare takes a parts.json}"; shift 2 ;;
    --filter) filter="${2:?--filter takes a regular expression}"; shift 2 ;;
    --smoke) smoke=1; shift ;;
    --help) sed -n '2,8p' "$0" | cut -c3-; exit 0 ;;
    *) echo "parts.sh: unknown argument '$1'; allowed: --compare, --filter, --smoke, --help" >&2; exit 2 ;;
  esac
done
[ -z "$compare" ] || [ -r "$compare" ] || { echo "parts.sh: --compare: '$compare' cannot be read" >&2; exit 2; }

binary="${PARTS:-}"
if [ -z "$binary" ]; then
  folder=build/release-bench
  cmake --preset release -B "$folder" -DSUPPORTKPI_BENCH=ON -DSUPPORTKPI_TESTS=OFF -Wno-dev --log-level=ERROR >/dev/null
  if grep -q '^benchmark_DIR:PATH=.*NOTFOUND' "$folder/CMakeCache.txt"; then
    echo "parts.sh: Google Benchmark is not installed: bash clients/install.sh bench (package libbenchmark-dev)" >&2
    exit 75
  fi
  cmake --build "$folder" --target parts >&2
  binary="$folder/tests/bench/parts"
fi
if [ -n "$smoke" ]; then
  exec "$binary" --benchmark_min_time=0.001 ${filter:+--benchmark_filter="$filter"}
fi

mkdir -p build/bench
output="build/bench/parts${filter:+-filtered}.json"
"$binary" --benchmark_min_time=0.03 --benchmark_repetitions=9 --benchmark_enable_random_interleaving=true \
  --benchmark_out="$output.new" --benchmark_out_format=json ${filter:+--benchmark_filter="$filter"} >/dev/null
python3 tests/bench/parts.py "$output.new" ${compare:+--compare "$compare"}
mv "$output.new" "$output"
echo "written: $output"
