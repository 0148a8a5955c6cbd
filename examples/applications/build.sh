#!/usr/bin/env bash
# Builds the example packages, <name>-<version>.tar.gz, ready to be uploaded to a deployment manager.
# Does nothing where they are up to date. Needs a JDK and Maven, and the network until Maven's cache
# (~/.m2) is filled.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=examples/applications/packaging.sh
source "$here/packaging.sh"

out=$root/build/packages
flink=1.20.5

usage() {
  cat << 'USAGE'
Usage: examples/applications/build.sh [--out DIRECTORY] [--flink VERSION]

  --out DIRECTORY  where the packages go (default: build/packages)
  --flink VERSION  compile against this Flink (default: 1.20.5; "2" means 2.3.0). Not needed to run on
                   another one: the jar uses what 1.13 to 2.3 have in common. Versions below 1.15 have
                   other artifact names and are not supported here.
USAGE
}

while (($#)); do
  case $1 in
    --out | --flink)
      (($# > 1)) || { echo "error: $1 needs a value" >&2; exit 2; }
      if [[ $1 == --out ]]; then out=$2; else flink=$2; fi
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument $1" >&2; usage >&2; exit 2 ;;
  esac
done
[[ $flink == 2 ]] && flink=2.3.0
[[ $flink =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || {
  echo "error: --flink is \"$flink\", it must be a version such as 1.20.5" >&2
  exit 2
}
[[ ! $flink =~ ^1\.([0-9]|1[0-4])\. ]] || {
  echo "error: --flink $flink: it can be run on, but not compiled against (other artifact names)" >&2
  exit 2
}

need javac openjdk-17-jdk-headless
need mvn maven
need_all

mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$root/build/applications
mkdir -p "$work"

# Two builds at once would write the same folders.
exec {lock}> "$work/.lock"
flock "$lock"

archives=()
for directory in "$here"/packages/*/; do
  archives+=("$out/$(basename "$directory").tar.gz")
done
stamp=$out/.applications.digest
now=$(cd "$here" && digest "flink $flink" build.sh packaging.sh java python packages)
if up_to_date "$stamp" "$now" "${archives[@]}"; then
  printf '%s\n' "${archives[@]}"
  exit 0
fi

# jar VERSION [MAVEN ARGUMENT...]: the Java jobs under this version.
jar() {
  local version=$1
  shift
  maven "$here/java/pom.xml" "$work/maven.log" \
    "-Drevision=$version" "-Dflink.version=$flink" "-Dbuild.folder=$work/java" "$@"
}
# Nothing of an earlier build may stay in the jar.
rm -rf "$work/java"
jar 1.0.0
jar 1.1.0 -DskipTests

stage=$work/stage
rm -rf "$stage"
cp -r "$here/packages" "$stage"
for version in 1.0.0 1.1.0; do
  for component in stream batch; do
    cp "$work/java/counter-$version.jar" "$stage/counter-$version/flink/$component/"
  done
done
for component in stream batch; do
  cp "$here/python/$component.py" "$here/python/application_properties.py" \
    "$stage/wordcount-python-1.0.0/flink/$component/"
done

rm -f "$stamp"
for directory in "$stage"/*/; do
  pack "$directory" "$out"
done
echo "$now" > "$stamp"
