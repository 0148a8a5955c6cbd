#!/usr/bin/env bash
# Builds and tests the library for one line of Flink or several, and puts it into Maven's own repository (~/.m2), where
# programs' builds find it. Does nothing where it is up to date.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=examples/applications/packaging.sh
source "$root/examples/applications/packaging.sh"

usage() {
  cat << 'USAGE'
Usage: examples/library/build.sh [LINE ...]

Lines of Flink: 1.13, 1.17, 1.20, 2.3; by default 1.20. What programs depend on is pnda:pnda-flink:1.0.0-LINE.
USAGE
}

lines=()
while (($#)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    1.13 | 1.17 | 1.20 | 2.3) lines+=("$1") ;;
    *) echo "error: there is no line \"$1\"; see --help" >&2; exit 2 ;;
  esac
  shift
done
((${#lines[@]})) || lines=(1.20)

need javac openjdk-17-jdk-headless
need mvn maven
need_all

work=$root/build/library
repository=$HOME/.m2/repository/pnda/pnda-flink
mkdir -p "$work" "$repository"
# Beside what is installed, with what it was built from: another source tree installs under the same name.
exec {lock}> "$repository/.lock"
flock "$lock"

now=$(cd "$here" && digest library build.sh pom.xml src ../applications/packaging.sh)
for line in "${lines[@]}"; do
  installed=$repository/1.0.0-$line/pnda-flink-1.0.0-$line.jar
  stamp=$repository/1.0.0-$line/source.digest
  if ! up_to_date "$stamp" "$now" "$installed"; then
    rm -f "$stamp"
    # Nothing of an earlier build may stay in the jar.
    rm -rf "$work/java-$line"
    MAVEN_GOAL=install maven "$here/pom.xml" "$work/maven-$line.log" "-Pflink-$line" "-Dbuild.folder=$work/java-$line"
    echo "$now" > "$stamp"
  fi
  echo "$installed"
done
