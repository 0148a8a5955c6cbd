# shellcheck shell=bash
# Shell functions that the package builds share; to be sourced by a bash script with set -euo pipefail.
# need, need_all, need_java: is there what it takes. maven: build a project. pack: make a package's archive.
# digest, up_to_date: skip a build whose inputs are what they were.
# SPDX-License-Identifier: Apache-2.0

# shellcheck source=examples/cluster/lib/proxy.sh
source "$(dirname "${BASH_SOURCE[0]}")/../cluster/lib/proxy.sh"

# need COMMAND DEBIAN_PACKAGE: remembers what is missing; need_all then tells it all at once.
missing=()
need() {
  if ! command -v "$1" > /dev/null; then
    missing+=("$2")
    echo "error: $1 is missing (Debian package $2)" >&2
  fi
}

need_all() {
  if ((${#missing[@]})); then
    echo "Install with: apt-get install ${missing[*]}" >&2
    exit 1
  fi
}

# need_java: a JAVA_HOME that is set has a compiler; Maven's own message names no way out.
need_java() {
  [[ -z ${JAVA_HOME:-} || -x $JAVA_HOME/bin/javac ]] || {
    echo "error: JAVA_HOME is $JAVA_HOME, where there is no bin/javac: set it to a JDK's directory, or unset it" >&2
    exit 1
  }
}

# maven POM LOG [ARGUMENT...]: builds the project, to MAVEN_GOAL (package); its output goes to the log and is shown on failure.
maven() {
  local pom=$1 log=$2 proxy
  shift 2
  need_java
  mapfile -t proxy < <(maven_proxy)
  if ! mvn --quiet --batch-mode "${proxy[@]}" --file "$pom" "$@" "${MAVEN_GOAL:-package}" > "$log" 2>&1; then
    cat "$log" >&2
    echo "error: Maven could not build $pom (see above, and $log)." >&2
    echo "If it could not fetch something: it needs the network the first time; https_proxy is handed on to it." >&2
    exit 1
  fi
}

# pack DIRECTORY OUT: the directory's name is the package's name and version. The same files give the
# same archive, byte for byte. Written under a temporary name, so that nobody reads half an archive.
pack() {
  local directory=$1 out=$2 name
  name=$(basename "$directory")
  tar --create --directory "$(dirname "$directory")" --sort=name --format=ustar \
    --mtime='2024-01-01 00:00:00 UTC' --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' \
    "$name" | gzip --no-name --best > "$out/.$name.partial"
  mv "$out/.$name.partial" "$out/$name.tar.gz"
  echo "$out/$name.tar.gz"
}

# digest TEXT PATH...: one checksum of the text and of all files below the paths.
digest() {
  local text=$1
  shift
  {
    echo "$text"
    find "$@" -type f -not -name '*.pyc' -print0 | sort --zero-terminated | xargs -0 sha256sum
  } | sha256sum | cut -d ' ' -f 1
}

# up_to_date STAMP DIGEST FILE...: true if the stamp holds the digest and all files are there.
up_to_date() {
  local stamp=$1 digest=$2 file
  shift 2
  [[ -f $stamp && $(< "$stamp") == "$digest" ]] || return 1
  for file in "$@"; do
    [[ -f $file ]] || return 1
  done
}
