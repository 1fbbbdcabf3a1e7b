#!/usr/bin/env bash
# supportkpi beside DuckDB and ClickHouse (chdb): one data set, thirty questions, equal answers, times. Writes a table, JSON and a
# chart to build/bench. See side_by_side/README.md.
#   bash tests/bench/run.sh [--tickets 10000000] [--seed 1] [--repeat 7] [--reuse]
#   bash tests/bench/run.sh --quick      200,000 tickets, the answers compared, no time judged
#   bash tests/bench/run.sh --cost 1000000,3000000,10000000    what a question costs by what it asks for and by what is stored
# SERVER names another server binary, BENCH_TOOLS a folder with load_columns and ask; else both are built in build/release.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PYTHONDONTWRITEBYTECODE=1
arguments=()
program=bench
for argument in "$@"; do
  case "$argument" in
    --quick) arguments+=(--tickets 200000 --repeat 1 --answers-only) ;;
    --cost) program=cost; arguments+=(--tickets) ;;
    --help) sed -n '2,7p' "$0" | cut -c3-; exit 0 ;;
    *) arguments+=("$argument") ;;
  esac
done

environment=build/bench-python
stamp="$environment/.installed-$(sha256sum tests/bench/requirements.txt | cut -c1-16)"
if [ ! -e "$stamp" ]; then
  rm -rf "$environment"
  mkdir -p build
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check -r tests/bench/requirements.txt || exit 75
  touch "$stamp"
fi
targets=()
[ -n "${BENCH_TOOLS:-}" ] || targets+=(load_columns ask)
[ -n "${SERVER:-}" ] || targets+=(supportkpid)
[ ${#targets[@]} -eq 0 ] || bash clients/build.sh release "${targets[@]}"
exec "$environment/bin/python" "tests/bench/side_by_side/$program.py" --server "${SERVER:-build/release/src/server/supportkpid}" \
  --tools "${BENCH_TOOLS:-build/release/tests/bench}" --folder build/bench "${arguments[@]}"
