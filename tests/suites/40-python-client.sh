# The Python client as a wheel, on the newest dependencies and on the oldest that it allows, against the real binary.
set -uo pipefail
passed=0 failed=0 skipped=0
wheels="$(mktemp -d)"
trap 'rm -rf "$wheels"' EXIT

# A wheel of a copy, since building leaves files behind.
cp -r clients/python "$wheels/source"
rm -rf "$wheels/source/build" "$wheels"/source/*.egg-info
"$PYTHON" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$wheels" "$wheels/source" || exit 1
wheel=("$wheels"/supportkpi-*.whl)

# environment FOLDER PYTHON REQUIREMENT...: makes it once, then only the wheel is installed anew.
environment() {
  local folder="$1" python="$2" stamp
  shift 2
  stamp="$folder/.installed-$(echo "${@//"$wheels"/}" "$python" | cat - clients/python/pyproject.toml | sha256sum | cut -c1-16)"
  if [ ! -e "$stamp" ]; then
    rm -rf "$folder"
    "$python" -m venv "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" || return 1
    touch "$stamp"
  fi
  "$folder/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "${wheel[0]}"
}

# run NAME FOLDER: its tests.
run() {
  echo "$1: $("$2/bin/python" --version), $("$2/bin/pip" list --disable-pip-version-check 2>/dev/null |
    grep -E '^(grpcio|protobuf|pandas|matplotlib) ' | tr -s ' ' | paste -sd, -)"
  "$2/bin/python" -m pytest -q -p no:cacheprovider -rs tests/python_client
}

# count NAME: shows what run printed and adds its counts up.
count() {
  local log="$wheels/$1.log" summary
  summary="$(tail -n 1 "$log")"
  if echo "$summary" | grep -q passed && ! echo "$summary" | grep -qE 'failed|error'; then
    tail -n 12 "$log"
  else
    tail -n 120 "$log"
    echo "$summary" | grep -qE 'failed|error' || failed=$((failed + 1))
  fi
  number() { echo "$summary" | grep -oE "[0-9]+ $1" | grep -oE '[0-9]+' || echo 0; }
  passed=$((passed + $(number passed))) skipped=$((skipped + $(number skipped)))
  failed=$((failed + $(number failed) + $(number error)))
}

newest= oldest=
if environment build/python-newest "$PYTHON" --upgrade "${wheel[0]}[pandas,plot]" "${wheel[0]}[cli]" pytest \
  mypy types-protobuf types-grpcio types-PyYAML types-python-dateutil pandas-stubs; then
  run newest build/python-newest >"$wheels/newest.log" 2>&1 &
  newest=$!
else
  echo "the newest dependencies could not be installed"
  failed=$((failed + 1))
fi

# The oldest Python where there is one: it is what the package promises.
python="$PYTHON"
for candidate in "$(command -v python3.9)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.9.*/bin/python3.9; do
  [ -x "$candidate" ] && "$candidate" --version >/dev/null 2>&1 && python="$candidate" && break
done
[ "$python" = "$PYTHON" ] && echo "no Python 3.9 here: the oldest dependencies are tested on $("$PYTHON" --version)"
requirements=(grpcio==1.51.1 protobuf==3.20.2 googleapis-common-protos==1.56.0 pytest)
[ "$python" != "$PYTHON" ] && requirements+=(pandas==1.3.5 numpy==1.21.6 matplotlib==3.7.0)
if environment build/python-oldest "$python" "${requirements[@]}"; then
  WITHOUT_README=1 run oldest build/python-oldest >"$wheels/oldest.log" 2>&1 &
  oldest=$!
else
  echo "the oldest dependencies could not be installed: not tested"
  skipped=$((skipped + 1))
fi

[ -n "$newest" ] && { wait "$newest"; count newest; }
[ -n "$oldest" ] && { wait "$oldest"; count oldest; }
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
