#!/usr/bin/env bash
# Builds the jobs that misbehave: faults.jar, and the package faults-1.0.0.tar.gz with the one component "job".
# A test chooses the fault by overriding main_class and application_args of the component.
# Does nothing where they are up to date. Needs a JDK and Maven.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
# shellcheck source=examples/applications/packaging.sh
source "$root/examples/applications/packaging.sh"

out=$root/build/packages
while (($#)); do
  case $1 in
    --out)
      (($# > 1)) || { echo "error: $1 needs a value" >&2; exit 2; }
      out=$2
      shift 2
      ;;
    -h | --help)
      echo "Usage: test/end_to_end/jobs/build.sh [--out DIRECTORY] (default: build/packages)"
      exit 0
      ;;
    *) echo "error: unknown argument $1; see --help" >&2; exit 2 ;;
  esac
done

need javac openjdk-17-jdk-headless
need mvn maven
need_all

mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$root/build/faults
mkdir -p "$work"
exec {lock}> "$work/.lock"
flock "$lock"

stamp=$out/.faults.digest
now=$(cd "$here" && digest "faults" build.sh pom.xml src package "$root/examples/applications/packaging.sh")
if up_to_date "$stamp" "$now" "$out/faults.jar" "$out/faults-1.0.0.tar.gz"; then
  printf '%s\n' "$out/faults.jar" "$out/faults-1.0.0.tar.gz"
  exit 0
fi

# Nothing of an earlier build may stay in the jar.
rm -rf "$work/java"
maven "$here/pom.xml" "$work/maven.log" "-Dbuild.folder=$work/java"
stage=$work/stage
rm -rf "$stage"
cp -r "$here/package" "$stage"
cp "$work/java/faults.jar" "$stage/faults-1.0.0/flink/job/"

rm -f "$stamp"
cp "$work/java/faults.jar" "$out/.faults.jar.partial"
mv "$out/.faults.jar.partial" "$out/faults.jar"
echo "$out/faults.jar"
pack "$stage/faults-1.0.0" "$out"
echo "$now" > "$stamp"
