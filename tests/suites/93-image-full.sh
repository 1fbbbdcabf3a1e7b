# The whole Dockerfile on a bare Debian 12, compiling included. IMAGE_CACHE may name a ccache folder to build with.
set -uo pipefail
if ! command -v debootstrap >/dev/null; then
  { [ "$(id -u)" -eq 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap >/dev/null; } ||
    { echo "debootstrap could not be installed"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
fi
IMAGE_FULL=1 exec bash tests/suites/51-image.sh
