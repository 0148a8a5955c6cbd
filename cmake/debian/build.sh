#!/usr/bin/env bash
# Builds the Debian packages without touching the source tree, needing no root, and looks at them with lintian.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
out=$root/build/debian-packages
build=$root/build/debian

usage() {
  cat << 'USAGE'
Usage: cmake/debian/build.sh [--out DIRECTORY] [--build DIRECTORY]

  --out DIRECTORY    where the packages go; those of an earlier build are replaced (default: build/debian-packages)
  --build DIRECTORY  where CMake builds them (default: build/debian)
USAGE
}

while (($#)); do
  case $1 in
    --out | --build)
      (($# > 1)) || { echo "error: $1 needs a directory" >&2; exit 2; }
      if [[ $1 == --out ]]; then out=$(realpath -m -- "$2"); else build=$(realpath -m -- "$2"); fi
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument $1" >&2; usage >&2; exit 2 ;;
  esac
done
missing=()
for pair in dh:debhelper dpkg-buildpackage:dpkg-dev lintian:lintian; do
  command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
done
((${#missing[@]} == 0)) || {
  echo "error: missing Debian packages: ${missing[*]}" >&2
  echo "  as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
}

mkdir -p "$out"
exec {lock}> "$out/.lock"
flock "$lock"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
cp -r "$root/cmake/debian" "$work/tree/"
cd "$work/tree"
SOURCE=$root BUILD=$build dpkg-buildpackage --build=binary --no-sign --no-check-builddeps
lintian --fail-on error,warning --allow-root ../*.changes
find "$out" -maxdepth 1 \( -name '*.deb' -o -name '*.changes' -o -name '*.buildinfo' \) -delete
cp -- ../*.deb ../*.changes ../*.buildinfo "$out/"
printf '%s\n' "$out"/*.deb
