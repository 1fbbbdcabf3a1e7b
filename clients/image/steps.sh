#!/usr/bin/env bash
# The steps by which the Dockerfile makes the image; tests/image runs the same ones without a container engine.
#   steps.sh packages                 installs what the other steps need
#   steps.sh binary FILE              builds the server out of the sources into FILE, hardened and stripped, and lists the
#                                     archives that were linked into it in FILE.archives
#   steps.sh root BINARY FOLDER       lays the image's files out in FOLDER/root: the server, the libraries that it loads,
#                                     zones, certificate authorities, two users, and what tells of them: licences, Debian's
#                                     records of the packages, an SPDX bill of materials; and in FOLDER/volumes the folders
#                                     that are the user's own
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
user=10001

packages() {
  bash "$here/../install.sh" build
}

binary() {
  local target="$1" source build
  source="$(cd "$here/../.." && pwd)"
  build="$source/build/image"
  export CXXFLAGS="-fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 -ffile-prefix-map=$source=."
  export LDFLAGS="-Wl,-z,relro,-z,now"
  cmake --preset release -S "$source" -B "$build" -DSUPPORTKPI_TESTS=OFF -Wno-dev >/dev/null
  cmake --build "$build" --target supportkpid ${JOBS:+-j "$JOBS"}
  install -D -m 755 -s "$build/src/server/supportkpid" "$target"
  ninja -C "$build" -t commands supportkpid | tail -n 1 | tr ' ' '\n' | grep -E '^/.*\.a$' | sort -u >"$target.archives" || true
}

# The packages of files, one a line. Where /lib is a link to /usr/lib the package may know a file by either path.
packages_of() {
  local found file
  found="$(dpkg-query -S "$@" "${@#/usr}" 2>/dev/null || true)"
  for file in "$@"; do
    grep -qF ": $file" <<<"$found" || grep -qF ": ${file#/usr}" <<<"$found" || { echo "steps.sh: $file belongs to no package" >&2; return 1; }
  done
  sed 's/:.*//' <<<"$found" | sort -u
}

copied=()  # libraries, by their own paths

# One library: the file at its own path, and the name that the loader looks for as a link beside it.
copy_library() {
  local name="$1" root="$2" file
  file="$(realpath "$name")"
  copied+=("$file")
  install -D -m 644 "$file" "$root$file"
  [ "$(basename "$name")" = "$(basename "$file")" ] || ln -sf "$(basename "$file")" "$root$(dirname "$file")/$(basename "$name")"
}

copy_libraries() {
  local binary="$1" root="$2" name loader
  loader="$(ldd "$binary" | grep -oE '^\s*/\S*/ld-linux\S*' | tr -d '[:space:]')"
  for name in $(ldd "$binary" | grep -oE '=> /\S+' | cut -c4-); do
    copy_library "$name" "$root"
  done
  copy_library "$loader" "$root"
  chmod 755 "$root$(realpath "$loader")"
  # The kernel starts the loader by the path that stands in the binary.
  [ -L "$root$loader" ] || [ -e "$root$loader" ] || ln -s "$(realpath "$loader")" "$root$loader"
}

root() {
  local binary="$1" root="$2/root" name
  umask 022
  mkdir -p "$2/volumes"
  mkdir "$root"
  mkdir -m 750 "$2"/volumes/{data,backup}
  root="$(cd "$root" && pwd)"
  for name in bin lib lib64 sbin; do
    mkdir -p "$root/usr/$name"
    ln -s "usr/$name" "$root/$name"
  done
  mkdir -p "$root"/{etc/ssl/certs,etc/supportkpi,usr/local/bin,usr/share/{doc,sbom},var/lib/dpkg/status.d,proc,sys,dev}
  install -d -m 1777 "$root/tmp"

  install -m 755 "$binary" "$root/usr/local/bin/supportkpid"
  copy_libraries "$binary" "$root"
  cp -a /usr/share/zoneinfo "$root/usr/share/zoneinfo"
  rm -rf "$root"/usr/share/zoneinfo/{right,posix,localtime,posixrules}
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
  cp -L /etc/os-release /etc/debian_version "$root/etc/"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nsupportkpi:x:%s:%s:supportkpi:/data:/sbin/nologin\n' $user $user >"$root/etc/passwd"
  printf 'root:x:0:\nsupportkpi:x:%s:\n' $user >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  printf '%s\n' '# Settings of the server; mount a file of your own here. `supportkpid --help` lists them.' \
    'listen: 0.0.0.0:50051' 'data_dir: /data/store' >"$root/etc/supportkpi/config.yaml"

  describe "$binary" "$root"
}

# What scanners and lawyers read.
describe() {
  local binary="$1" root="$2" package list archives=()
  local shipped=(base-files ca-certificates tzdata) linked=()
  list="$(packages_of "${copied[@]}")"
  mapfile -t -O 3 shipped <<<"$list"
  if [ -s "$binary.archives" ]; then
    mapfile -t archives <"$binary.archives"
    list="$(packages_of "${archives[@]}")"
    mapfile -t linked <<<"$list"
  fi
  for package in "${shipped[@]}"; do
    dpkg-query -s "$package" >"$root/var/lib/dpkg/status.d/$package"
  done
  for package in "${shipped[@]}" "${linked[@]}"; do
    [ -e "/usr/share/doc/$package/copyright" ] || { echo "steps.sh: no copyright file of $package" >&2; return 1; }
    mkdir -p "$root/usr/share/doc/$package"
    cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
  done
  python3 "$here/sbom.py" --binary "$binary" --shipped "${shipped[@]}" --linked "${linked[@]}" \
    >"$root/usr/share/sbom/supportkpi.spdx.json"
}

case "${1:-}" in
  packages | binary | root) "$@" ;;
  *) sed -n '2,9p' "$0" >&2; exit 2 ;;
esac
