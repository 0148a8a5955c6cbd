#!/usr/bin/env bash
# The streaming example through create, start, savepoint, stop, resume, upgrade and the loss of its JobManager on one Flink of
# each dialect, by Flink's client and directly, each version on a cluster of its own; prints a table. Takes some minutes a version, and a download at the first time; not part of CI.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
versions=(1.13.6 1.15.4 1.17.2 1.18.1 1.19.3 1.20.5 2.0.2 2.3.0)
build=$root/build/release

usage() {
  cat << 'USAGE'
Usage: test/matrix.sh [--build DIRECTORY] [VERSION ...]

Flink versions: 1.13.6 1.15.4 1.17.2 1.18.1 1.19.3 1.20.5 2.0.2 2.3.0 by default. --build takes a build that is there already instead of making
build/release.
USAGE
}

build_given=false
given=()
while (($#)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --build)
      (($# > 1)) || { echo "error: --build needs a value" >&2; exit 2; }
      build=$(realpath -- "$2")
      build_given=true
      shift
      ;;
    -*) echo "error: unknown argument $1" >&2; usage >&2; exit 2 ;;
    *) given+=("$1") ;;
  esac
  shift
done
((${#given[@]} == 0)) || versions=("${given[@]}")

cd "$root"
cmake/install-dependencies.sh
if ! $build_given; then
  cmake --preset release
  cmake --build --preset release --target flink flink-guard deployment-manager
fi
examples/applications/build.sh
exec python3 test/end_to_end/matrix.py --build "$build" "${versions[@]}"
