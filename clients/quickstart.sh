#!/usr/bin/env bash
# From a bare checkout to answers: installs what is missing, builds the server, starts it on an embedded store, fills it
# with a help desk's year through the public API, prints a report, and leaves the server up until Ctrl-C.
#   --once        end after the report
#   --scale N     1 is 50,000 tickets (default); 0.02 is a quick look
#   --seed N      another year (default 1)
#   --port N      default 50051
set -euo pipefail
cd "$(dirname "$0")/.."

once=0 scale=1 seed=1 port=50051
while [ $# -gt 0 ]; do
  case "$1" in
    --once) once=1 ;;
    --scale) scale="$2"; shift ;;
    --seed) seed="$2"; shift ;;
    --port) port="$2"; shift ;;
    *) sed -n '2,7p' "$0" >&2; exit 2 ;;
  esac
  shift
done

bash clients/install.sh build
echo "Building the server (minutes the first time, seconds afterwards)"
bash clients/build.sh release supportkpid || exit 1
bash clients/python-environment.sh

data="$(mktemp -d)"
server=
finish() {
  [ -n "$server" ] && kill -TERM "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$data"
}
trap finish EXIT
trap 'exit 130' INT TERM

build/release/src/server/supportkpid --listen="127.0.0.1:$port" --data_dir="$data/store" --port_file="$data/port" &
server=$!
for _ in $(seq 100); do
  [ -s "$data/port" ] && break
  kill -0 "$server" 2>/dev/null || { echo "The server did not start; is port $port taken? Try --port." >&2; exit 1; }
  sleep 0.1
done
address="127.0.0.1:$(cat "$data/port")"
echo "supportkpid listens on $address. Its store is a temporary folder that goes when it stops."

build/python/bin/python -m supportkpi.demo --target "$address" --scale "$scale" --seed "$seed"

cat <<TEXT

Ask it yourself, from another shell (grpcurl: https://github.com/fullstorydev/grpcurl):

  grpcurl -plaintext $address list
  grpcurl -plaintext -d '{"kpi": "csat"}' $address supportkpi.v1.KpiService/GetKpi
  grpcurl -plaintext -d '{"kpis": [{"kpi": "first_response_time", "statistic": "p90", "clock": "CLOCK_BUSINESS"}],
    "range": {"start": "2025-04-01T00:00:00Z", "end": "2025-07-01T00:00:00Z"},
    "grain": {"unit": "GRAIN_UNIT_MONTH"}, "group_by": ["channel"]}' $address supportkpi.v1.KpiService/QueryKpis
TEXT
[ $once = 1 ] && exit 0
echo
echo "The server is up. Ctrl-C stops it."
wait "$server"
