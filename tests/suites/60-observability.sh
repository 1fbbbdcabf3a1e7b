# Metrics, log, health and backups of the real binary; dashboard and alerts against what it really tells. promtool is taken out
# of Debian's package prometheus, whose daemon is not wanted; without it its checks are skipped.
set -uo pipefail
tools="$PWD/build/tools/prometheus"
export PROMTOOL="$tools/usr/bin/promtool"
if [ ! -x "$PROMTOOL" ]; then
  mkdir -p "$tools"
  (cd "$tools" && apt-get download -qq prometheus && dpkg -x prometheus_*.deb . && rm -f prometheus_*.deb) >/dev/null 2>&1 ||
    { echo "promtool could not be installed: its checks are skipped"; PROMTOOL=; }
fi
exec bash tests/support/pytest_suite.sh tests/operations
