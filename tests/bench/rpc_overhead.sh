#!/usr/bin/env bash
# What an unchanged question costs beside the least that gRPC can do: a dashboard of twelve KPIs by day over 30 days, asked of
# supportkpi again and again, and of a bare gRPC server that sends the same bytes; in turns, on this machine, in one run. Prints the
# latency one call at a time, the throughput with 32 in flight, and the ratios.
#   bash tests/bench/rpc_overhead.sh [--tickets 20000] [--calls 6000] [--seconds 6] [--in_flight 32]
# SERVER names another server binary, BENCH_TOOLS a folder with rpc_overhead and rpc_echo; else both are built in build/release.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ "${1:-}" != --help ] || { sed -n '2,6p' "$0" | cut -c3-; exit 0; }
targets=()
[ -n "${BENCH_TOOLS:-}" ] || targets+=(rpc_overhead rpc_echo)
[ -n "${SERVER:-}" ] || targets+=(supportkpid)
[ ${#targets[@]} -eq 0 ] || bash clients/build.sh release "${targets[@]}"
server="${SERVER:-build/release/src/server/supportkpid}"
tools="${BENCH_TOOLS:-build/release/tests/bench}"

folder="$(mktemp -d)"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" || true; done
  rm -rf "$folder"
}
trap finish EXIT
port_of() {
  for _ in $(seq 100); do
    [ -s "$folder/$1.port" ] && { cat "$folder/$1.port"; return; }
    sleep 0.1
  done
  echo "$1 did not start" >&2
  return 1
}

# Its own limit on calls a second is not what is measured.
"$server" --listen=127.0.0.1:0 --data_dir="$folder/store" --port_file="$folder/server.port" --tenant_calls_per_second=0 \
  2>"$folder/log" & pids+=($!)
port="$(port_of server)"
"$tools/rpc_overhead" --target="127.0.0.1:$port" --prepare="$folder/answer" "$@"
"$tools/rpc_echo" --answer="$folder/answer" --port_file="$folder/echo.port" & pids+=($!)
echo="$(port_of echo)"
"$tools/rpc_overhead" --target="127.0.0.1:$port" --echo="127.0.0.1:$echo" "$@" >"$folder/result"
python3 - "$folder/result" <<'PY'
import json, sys
result = json.load(open(sys.argv[1]))
server, echo = result["server"], result["echo"]
print(f"a dashboard of twelve KPIs, 30 days, {server['answer_bytes']:,} bytes; the bare server sends {echo['answer_bytes']:,}\n")
print(f"{'':12}{'median':>10}{'p99':>10}{'32 in flight':>16}")
for name, row in (("supportkpi", server), ("bare gRPC", echo)):
    print(f"{name:12}{row['median_us']:>7,.0f} us{row['p99_us']:>7,.0f} us{row['calls_per_second']:>10,.0f} / s")
print(f"{'ratio':12}{server['median_us'] / echo['median_us']:>10.2f}{server['p99_us'] / echo['p99_us']:>10.2f}"
      f"{server['calls_per_second'] / echo['calls_per_second']:>16.2f}")
PY
