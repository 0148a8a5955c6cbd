#!/usr/bin/env bash
# One directory with all that edge.sh and manager.sh install: fetched, pinned, checksummed; afterwards no network is needed.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
umask 022

ROLES=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")" && pwd)
ROOT_OF_TREE=$(cd -- "$ROLES/../.." && pwd)
LOCKS=$ROOT_OF_TREE/examples/cluster/lock
# shellcheck source=/dev/null
source "$ROLES/lib/messages.sh"
# shellcheck source=/dev/null
source "$ROLES/lib/manifest.sh"
# shellcheck source=/dev/null
source "$ROOT_OF_TREE/examples/cluster/lib/proxy.sh"

readonly MAVEN_DEPENDENCY_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.6.1

usage() {
  cat <<'TEXT'
Usage: mirror.sh --dir DIRECTORY [OPTION...]

Fetches what is missing in the mirror and writes its MANIFEST; does nothing where all is there and intact. A file that is not as
the manifest says is never taken for good: it is named, and nothing is changed.

  --dir DIRECTORY       the mirror: new, empty, or a mirror
  --flink VERSION       which Flink; may be repeated (default: 1.20.5). A mirror keeps the versions that it has
  --packages DIRECTORY  the Debian packages (default: build/debian-packages, where debian/build.sh puts them)
  --applications DIRECTORY
                        the example packages (default: build/packages, where examples/applications/build.sh puts them)
  --verify              only look at every file; fetch nothing
  --repair              fetch anew what is not as the manifest says
  --help

Flink and Hadoop's client come by examples/cluster/cluster.sh fetch, with its pins and its cache (DM_CACHE_DIR); connectors from
Maven Central, pinned in lock/. Exit codes: 0 the mirror is whole, 1 it is not or something could not be fetched, 2 wrong options.
TEXT
}

DIR='' VERSIONS=() VERIFY=false REPAIR=false
PACKAGES=$ROOT_OF_TREE/build/debian-packages
APPLICATIONS=$ROOT_OF_TREE/build/packages
while (($#)); do
  case $1 in
    --dir | --flink | --packages | --applications)
      (($# > 1)) && [[ -n $2 ]] || fail_usage "$1 needs a value"
      case $1 in
        --dir) DIR=$(realpath -m -- "$2") ;;
        --flink) VERSIONS+=("$2") ;;
        --packages) PACKAGES=$(realpath -m -- "$2") ;;
        --applications) APPLICATIONS=$(realpath -m -- "$2") ;;
      esac
      shift
      ;;
    --verify) VERIFY=true ;;
    --repair) REPAIR=true ;;
    --help | -h) usage; exit 0 ;;
    *) fail_usage "there is no option $1" ;;
  esac
  shift
done
[[ -n $DIR ]] || fail_usage "--dir: which directory is the mirror?"
! { $VERIFY && $REPAIR; } || fail_usage "--verify changes nothing, --repair does: give one of them"
((${#VERSIONS[@]})) || VERSIONS=(1.20.5)
for version in "${VERSIONS[@]}"; do
  [[ -f $LOCKS/flink-$version.txt ]] || fail_usage "--flink $version: there is no pin for it" \
    "known: $(cd "$LOCKS" && printf '%s\n' flink-*.txt | sed 's/^flink-//; s/\.txt$//' | sort -V | paste -sd ' ')"
done

# What is there, looked at whole before anything is done.
BAD=()
look() {
  local line
  if [[ ! -e $DIR/MANIFEST ]]; then
    ! $VERIFY || fail "$DIR is no mirror: it has no MANIFEST" "make it: mirror.sh --dir $DIR"
    # What an interrupted first run left is in a directory of its own.
    [[ ! -e $DIR ]] || [[ -d $DIR && -z $(find "$DIR" -mindepth 1 -maxdepth 1 ! -name '.part*' ! -name .lock -print -quit) ]] ||
      fail "$DIR is neither empty nor a mirror: it has no MANIFEST" "choose another directory, or remove it"
    return 0
  fi
  require_manifest "$DIR/MANIFEST" "$DIR"
  mapfile -t BAD < <(mirror_problems "$DIR")
  ((${#BAD[@]} == 0)) || $REPAIR ||
    fail "the mirror does not match its manifest; nothing of it is used, and nothing is changed" "${BAD[@]}" \
      "fetch these anew: mirror.sh --dir $DIR --repair"
}

# add PATH FILE: a file of the mirror, from a file elsewhere; the same content again is no change.
add() {
  mkdir -p -- "$PART/$(dirname -- "$1")"
  cp -- "$2" "$PART/$1"
}

# known PATH: it is in the mirror, and intact.
known() {
  [[ -e $DIR/MANIFEST ]] && grep -qE "^[0-9a-f]{64}  [0-9]+  ${1//./\\.}$" "$DIR/MANIFEST" && [[ " ${BAD[*]} " != *" $DIR/$1: "* ]]
}

# One tree as one file, the same bytes each time.
add_tree() {
  local path=$1 parent=$2 tree=$3 name=$4
  mkdir -p -- "$PART/$(dirname -- "$path")"
  tar --create --file="$PART/$path" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=a+rX,go-w --format=gnu \
    --directory="$parent" --transform="s,^$tree,$name," -- "$tree"
}

fetch_flink() {
  local version=$1
  known "flink/flink-$version.tar" || {
    say "Flink $version"
    DM_CACHE_DIR=$CACHE "$ROOT_OF_TREE/examples/cluster/cluster.sh" fetch "$version" --dir "$PART/none"
    add_tree "flink/flink-$version.tar" "$CACHE" "flink-$version" "flink-$version"
  }
  known "hadoop/hadoop-client-$HADOOP.tar" || [[ -e $PART/hadoop/hadoop-client-$HADOOP.tar ]] ||
    add_tree "hadoop/hadoop-client-$HADOOP.tar" "$CACHE" "hadoop-$HADOOP/lib" "hadoop-client-$HADOOP/lib"
}

# All that are missing with one Maven: from its own cache (~/.m2) where they are there, else from Maven Central.
fetch_connectors() {
  local line=${1%.*} lock sum coordinates name found offline group artifact number proxy wanted=()
  lock=$ROLES/lock/connectors-$line.txt
  [[ -e $lock ]] || { say "no connectors are pinned for Flink $line: none are mirrored"; return 0; }
  while read -r sum coordinates; do
    [[ $sum == '#' ]] || known "connectors/$line/$(jar_of "$coordinates")" || wanted+=("$sum $coordinates")
  done <"$lock"
  ((${#wanted[@]})) || return 0
  say "connectors for Flink $line"
  mapfile -t proxy < <(maven_proxy)
  {
    printf '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>mirror</groupId>'
    printf '<artifactId>connectors</artifactId><version>1</version><packaging>pom</packaging><dependencies>'
    for name in "${wanted[@]}"; do
      IFS=: read -r group artifact number <<<"${name#* }"
      printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version><exclusions><exclusion>' \
        "$group" "$artifact" "$number"
      printf '<groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>'
    done
    printf '</dependencies></project>\n'
  } >"$PART/pom.xml"
  for offline in --offline --no-transfer-progress; do
    mvn --batch-mode -q "$offline" "${proxy[@]}" -f "$PART/pom.xml" "$MAVEN_DEPENDENCY_PLUGIN:copy-dependencies" \
      "-DoutputDirectory=$PART/connectors/$line" >"$PART/maven.log" 2>&1 && break
    [[ $offline == --offline ]] || fail "could not fetch the connectors of $lock" "$(tail -n 5 "$PART/maven.log" | cut -c 1-300)" \
      "run the same command again when the cause is gone: nothing half-fetched is ever used"
  done
  rm -f -- "$PART/maven.log" "$PART/pom.xml"
  for name in "${wanted[@]}"; do
    found=$(sha256sum <"$PART/connectors/$line/$(jar_of "${name#* }")")
    [[ ${found%% *} == "${name%% *}" ]] || fail "${name#* } is not what $lock pins; nothing of it is used" \
      "expected sha256 ${name%% *}" "found ${found%% *}"
  done
}

# jar_of GROUP:ARTIFACT:VERSION
jar_of() { local rest=${1#*:}; printf '%s.jar\n' "${rest/:/-}"; }

# add_built WHAT FOLDER PATTERN FROM MAKER: what this tree's own builds have made.
add_built() {
  local what=$1 folder=$2 pattern=$3 from=$4 maker=$5 file files=()
  mapfile -t files < <(find "$from" -maxdepth 1 -name "$pattern" ! -name '*-dbgsym_*' 2>/dev/null | sort)
  ((${#files[@]})) || fail "there are no $what in $from" "make them: $maker"
  for file in "${files[@]}"; do
    cmp -s -- "$file" "$DIR/$folder/${file##*/}" && known "$folder/${file##*/}" || add "$folder/${file##*/}" "$file"
  done
  # Another version replaces the one before: installs take what is there.
  mapfile -t GONE < <({ printf '%s\n' "${GONE[@]}"; cd -- "$DIR" && find "$folder" -type f 2>/dev/null |
    grep -vxF -f <(printf "$folder/%s\n" "${files[@]##*/}") || true; } | sed '/^$/d')
}

if $VERIFY; then
  look
  printf '%s: %s files, all as the manifest says\n' "$DIR" "$(($(wc -l <"$DIR/MANIFEST") - 1))"
  exit 0
fi

mkdir -p -- "$DIR"
exec {lock}>"$DIR.lock"
flock -n "$lock" || { say "another mirror.sh works on $DIR: waiting for it"; flock "$lock"; }
look
find "$DIR" -maxdepth 1 -name '.part*' -exec rm -rf -- {} +
PART=$(mktemp -d -- "$DIR/.part.XXXXXX")
trap 'rm -rf -- "$PART"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
HADOOP=$(cd "$LOCKS" && printf '%s\n' hadoop-*.pom.xml | sed 's/^hadoop-//; s/\.pom\.xml$//' | sort -V | tail -n 1)
CACHE=${DM_CACHE_DIR:-/var/cache/dm-flink}
((EUID == 0)) || CACHE=${DM_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/dm-flink}
GONE=()

# Versions that are there stay, and are made whole again.
if [[ -e $DIR/MANIFEST ]]; then
  mapfile -t there < <(awk '{ print $3 }' "$DIR/MANIFEST" | sed -n 's,^flink/flink-\(.*\)\.tar$,\1,p')
  VERSIONS+=("${there[@]}")
fi
mapfile -t VERSIONS < <(printf '%s\n' "${VERSIONS[@]}" | sort -uV)
add_built "Debian packages" packages '*.deb' "$PACKAGES" debian/build.sh
add_built "example packages" examples '*.tar.gz' "$APPLICATIONS" examples/applications/build.sh
for version in "${VERSIONS[@]}"; do
  fetch_flink "$version"
  fetch_connectors "$version"
done

# Everything is there: now it becomes the mirror, file by file, and its manifest last.
mapfile -t new < <(cd -- "$PART" && find . -type f -printf '%P\n' | sort)
mapfile -t stray < <(printf '%s\n' "${BAD[@]}" | sed -n "s,^$DIR/\(.*\): not in the manifest$,\1,p")
if ((${#new[@]} == 0 && ${#GONE[@]} == 0 && ${#stray[@]} == 0)); then
  say "the mirror in $DIR is whole: nothing to do"
  exit 0
fi
{
  printf '%s\n' "$MANIFEST_HEAD"
  {
    for path in "${new[@]}"; do describe_file "$PART" "$path"; done
    [[ ! -e $DIR/MANIFEST ]] || tail -n +2 -- "$DIR/MANIFEST" |
      grep -vE "  ($(printf '%s\n' "${new[@]}" "${GONE[@]}" | sed '/^$/d; s/[.+]/\\&/g' | paste -sd '|'))$" || true
  } | sort -k 3
} >"$PART/MANIFEST"
for path in "${new[@]}"; do
  mkdir -p -- "$DIR/$(dirname -- "$path")"
  mv -f -- "$PART/$path" "$DIR/$path"
done
mv -f -- "$PART/MANIFEST" "$DIR/MANIFEST"
for path in "${GONE[@]}" "${stray[@]}"; do rm -f -- "$DIR/$path"; done
printf '%s: %s files, %s new\n' "$DIR" "$(($(wc -l <"$DIR/MANIFEST") - 1))" "${#new[@]}"
