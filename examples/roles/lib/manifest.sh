# shellcheck shell=bash
# A mirror's MANIFEST: one line a file, "sha256  bytes  path", after the line that says what it is. A directory without it is no
# mirror: it is written last.

readonly MANIFEST_HEAD='dm-flink mirror 1'

# describe_file DIRECTORY PATH: its line.
describe_file() {
  local sum
  sum=$(sha256sum -- "$1/$2") || return
  printf '%s  %s  %s\n' "${sum%% *}" "$(stat --format=%s -- "$1/$2")" "$2"
}

# require_manifest FILE WHERE: it is one, whole and of this version, and its paths stay inside.
require_manifest() {
  local file=$1 where=$2 head line number=1
  head=$(head -n 1 -- "$file")
  [[ $head == "$MANIFEST_HEAD" ]] ||
    fail "$where/MANIFEST: the first line is \"${head:0:80}\", expected \"$MANIFEST_HEAD\"" \
      "a mirror of another version, or none: make one with mirror.sh"
  while IFS= read -r line; do
    number=$((number + 1))
    [[ $line =~ ^[0-9a-f]{64}\ \ [0-9]+\ \ [A-Za-z0-9][A-Za-z0-9._+~-]*(/[A-Za-z0-9][A-Za-z0-9._+~-]*)*$ ]] ||
      fail "$where/MANIFEST: line $number is no entry: \"${line:0:80}\"" "expected: sha256, bytes and path, with two blanks between"
  done < <(tail -n +2 -- "$file")
}

# file_problem FILE SHA256 BYTES: what is wrong with a file, as words; nothing where it is right.
file_problem() {
  local file=$1 expected=$2 bytes=$3 size sum
  if [[ ! -f $file ]]; then
    printf 'missing\n'
    return
  fi
  size=$(stat --format=%s -- "$file")
  if ((size < bytes)); then
    printf 'truncated: expected %s bytes, found %s\n' "$bytes" "$size"
    return
  fi
  sum=$(sha256sum <"$file")
  sum=${sum%% *}
  [[ $sum == "$expected" ]] || printf 'changed: expected sha256 %s, found %s\n' "$expected" "$sum"
}

# mirror_problems DIRECTORY: one line a file that is not as its manifest says, or that no manifest knows.
mirror_problems() {
  local directory=$1 sum bytes path problem
  while read -r sum bytes path; do
    problem=$(file_problem "$directory/$path" "$sum" "$bytes")
    [[ -z $problem ]] || printf '%s: %s\n' "$directory/$path" "$problem"
  done < <(tail -n +2 -- "$directory/MANIFEST")
  while IFS= read -r path; do
    printf '%s: not in the manifest\n' "$directory/$path"
  done < <(comm -13 <(tail -n +2 -- "$directory/MANIFEST" | awk '{ print $3 }' | sort) \
    <(cd -- "$directory" && find . -path './.part*' -prune -o ! -type d ! -path ./MANIFEST -printf '%P\n' | sort))
}
