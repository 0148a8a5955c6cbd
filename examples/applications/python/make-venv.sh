#!/usr/bin/env bash
# Makes the Python environment that PyFlink jobs need, once (about 720 MB), and prints its interpreter.
# The deployment manager gives that path to Flink as flink_python_executable (workers, on every node) and
# flink_python_client_executable (the submitting machine), so it must be readable by the run-as users.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=1.20.5
# The same place as the one-machine cluster's downloads.
if [[ -n ${DM_CACHE_DIR:-} ]]; then
  directory=$DM_CACHE_DIR
elif ((EUID == 0)); then
  directory=/var/cache/dm-flink
else
  directory=${XDG_CACHE_HOME:-$HOME/.cache}/dm-flink
fi
python=

usage() {
  cat << USAGE
Usage: examples/applications/python/make-venv.sh [--flink VERSION] [--dir DIRECTORY] [--python PROGRAM]

  --flink VERSION   of apache-flink (default: $version); must be the version of the cluster's Flink
  --dir DIRECTORY   where it is kept, as DIRECTORY/pyflink-VERSION (default: $directory; DM_CACHE_DIR
                    in the environment sets it, too)
  --python PROGRAM  interpreter to use, 3.8 to 3.11 (default: the first such one of the system)

Prints the path of the environment's interpreter on standard output, messages on standard error.
USAGE
}

while (($#)); do
  case $1 in
    --flink | --dir | --python)
      (($# > 1)) || { echo "error: $1 needs a value" >&2; exit 2; }
      case $1 in
        --flink) version=$2 ;;
        --dir) directory=$2 ;;
        --python) python=$2 ;;
      esac
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument $1" >&2; usage >&2; exit 2 ;;
  esac
done
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || {
  echo "error: --flink is \"$version\", it must be a version such as 1.20.5" >&2
  exit 2
}

suits() {
  "$1" -c 'import sys; sys.exit(not (3, 8) <= sys.version_info[:2] <= (3, 11))' 2> /dev/null
}

if [[ -z $python ]]; then
  # The system's own first: one in somebody's home directory cannot be run by other users.
  for candidate in /usr/bin/python3.{11,10,9,8} /usr/bin/python3 python3; do
    if suits "$candidate"; then
      python=$candidate
      break
    fi
  done
fi
if [[ -z $python ]] || ! suits "$python"; then
  echo "error: ${python:-no Python 3.8 to 3.11 found}: PyFlink needs Python 3.8 to 3.11" >&2
  echo "Install with: apt-get install python3 python3-venv, or name one with --python" >&2
  exit 1
fi
"$python" -c 'import ensurepip, venv' 2> /dev/null || {
  echo "error: $python cannot make virtual environments (Debian package python3-venv)" >&2
  echo "Install with: apt-get install python3-venv" >&2
  exit 1
}

mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
venv=$directory/pyflink-$version
exec {lock}> "$venv.lock"
flock "$lock"

# The marker is written last: an environment without it is a build that was broken off.
if [[ ! -f $venv/.complete ]]; then
  free=$(df --output=avail --block-size=1M "$directory" | tail -n 1)
  if ((free < 2000)); then
    echo "error: $directory has $free MB free, the environment needs 2000 MB while it is made" >&2
    exit 1
  fi
  echo "Making $venv with apache-flink $version (some minutes, once) ..." >&2
  rm -rf "$venv"
  "$python" -m venv "$venv" >&2
  install=("$venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir)
  # What it requires is pinned for the versions that have been tried.
  constraints=$here/lock/pyflink-$version.txt
  if [[ -f $constraints ]]; then
    install+=(--constraint "$constraints")
  else
    echo "warning: there is no $constraints, taking the newest of what apache-flink $version allows" >&2
  fi
  # Some of its requirements are old source packages: they build with "wheel" and an older setuptools.
  { "${install[@]}" "setuptools<81" wheel && "${install[@]}" "apache-flink==$version"; } >&2 || {
    echo "error: pip could not install apache-flink $version into $venv (see above)" >&2
    rm -rf "$venv"
    exit 1
  }
  "$venv/bin/python" -c 'import pyflink.datastream' >&2
  chmod -R a+rX "$venv"
  touch "$venv/.complete"
fi
echo "$venv/bin/python"
