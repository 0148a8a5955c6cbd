#!/usr/bin/env bash
# Builds the tests' jobs on the library: for each line of Flink the packages library<line>-1.0.0 and library<line>-1.1.0, which
# differ in their names only, for an upgrade. Builds the library, too. Does nothing where they are up to date.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
# shellcheck source=examples/applications/packaging.sh
source "$root/examples/applications/packaging.sh"

lines=()
while (($#)); do
  case $1 in
    -h | --help)
      echo "Usage: test/end_to_end/library_jobs/build.sh [LINE ...] (1.13, 1.17, 1.20, 2.3; by default 1.20)"
      exit 0
      ;;
    1.13 | 1.17 | 1.20 | 2.3) lines+=("$1") ;;
    *) echo "error: there is no line \"$1\"; see --help" >&2; exit 2 ;;
  esac
  shift
done
((${#lines[@]})) || lines=(1.20)
"$root/examples/library/build.sh" "${lines[@]}" > /dev/null

# add_class_loading PROPERTIES: as examples/library/README.md has it for Flink 2.
add_class_loading() {
  sed -i 's/  "flink_configuration": {/&\n    "classloader.resolve-order": "parent-first",/' "$1"
}

out=$root/build/packages
work=$root/build/library-jobs
mkdir -p "$out" "$work"
exec {lock}> "$work/.lock"
flock "$lock"

now=$(cd "$root" && digest library-jobs test/end_to_end/library_jobs \
    examples/library/{build.sh,pom.xml,src} examples/applications/packaging.sh)
for line in "${lines[@]}"; do
  case $line in
    1.13) flink=(-Dflink.version=1.13.6 -Dflink.suffix=_2.12) ;;
    1.17) flink=(-Dflink.version=1.17.2) ;;
    1.20) flink=(-Dflink.version=1.20.5) ;;
    2.3) flink=(-Dflink.version=2.3.0) ;;
  esac
  name=library${line//./}
  stamp=$out/.$name.digest
  if ! up_to_date "$stamp" "$now" "$out/$name-1.0.0.tar.gz" "$out/$name-1.1.0.tar.gz"; then
    rm -rf "$work/java-$line" "$stamp"
    maven "$here/pom.xml" "$work/maven-$line.log" "-Dline=$line" "${flink[@]}" "-Dbuild.folder=$work/java-$line"
    for version in 1.0.0 1.1.0; do
      stage=$work/stage/$name-$version
      rm -rf "$stage"
      mkdir -p "$stage/flink"
      cp -r "$here/package/job" "$stage/flink/"
      cp "$work/java-$line/library-jobs.jar" "$stage/flink/job/"
      if [[ $line == 2.* ]]; then add_class_loading "$stage/flink/job/properties.json"; fi
      pack "$stage" "$out" > /dev/null
    done
    echo "$now" > "$stamp"
  fi
  printf '%s\n' "$out/$name-1.0.0.tar.gz" "$out/$name-1.1.0.tar.gz"
done
