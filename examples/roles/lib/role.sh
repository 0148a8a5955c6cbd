# shellcheck shell=bash
# A role on a node: the files that it wants are staged whole, compared with what the node has, and put in place one by one; a record
# says which files are the role's. So a second run changes nothing, --check says what differs, and --remove takes only its own.
#
# A script sets ROLE, NEEDED_PROGRAMS (in the root) and stage_role; the rest is here.

readonly RECORDS=var/lib/dm-flink-roles
ROOT=/ MIRROR='' VALUES='' ACTION=install

role_options() {
  cat <<'TEXT'
  --mirror DIRECTORY  what mirror.sh has made; needs no network
  --values FILE       the platform's values, as platform.conf.example
  --root DIRECTORY    install into this root of a Debian system, an image for instance, instead of /
  --check             only say what differs; exit code 1 where something does
  --remove            remove what this role has installed, but for what was changed since
  --help

Exit codes: 0 done (--check: nothing differs), 1 failed (--check: something differs), 2 wrong options or values.
TEXT
}

parse_role_options() {
  while (($#)); do
    case $1 in
      --mirror | --values | --root)
        (($# > 1)) && [[ -n $2 ]] || fail_usage "$1 needs a value"
        case $1 in
          --mirror) MIRROR=$(realpath -m -- "$2") ;;
          --values) VALUES=$(realpath -m -- "$2") ;;
          --root) ROOT=$(realpath -m -- "$2") ;;
        esac
        shift
        ;;
      --check) ACTION=check ;;
      --remove) ACTION=remove ;;
      --help | -h) usage; exit 0 ;;
      *) fail_usage "there is no option $1" ;;
    esac
    shift
  done
  ROOT=${ROOT%/}
  ((EUID == 0)) || fail "only root installs a role"
  [[ -x $ROOT/bin/sh && -f $ROOT/var/lib/dpkg/status ]] || fail "$ROOT/ is no root of a Debian system" \
    "looked for: bin/sh and var/lib/dpkg/status; one is made with: mmdebstrap --variant=minbase bookworm $ROOT"
  [[ $ACTION != remove ]] || return 0
  [[ -n $MIRROR ]] || fail_usage "--mirror: where is what mirror.sh has made?"
  [[ -n $VALUES ]] || fail_usage "--values: which file has the platform's values?"
  [[ -f $MIRROR/MANIFEST ]] || fail "$MIRROR is no mirror: it has no MANIFEST" "make it: mirror.sh --dir $MIRROR"
  require_manifest "$MIRROR/MANIFEST" "$MIRROR"
}

# in_root COMMAND...: as the node itself would.
in_root() { if [[ -n $ROOT ]]; then chroot "$ROOT" "$@"; else "$@"; fi; }

# from_mirror PATTERN: the one file of that name, looked at whole before it is used; sets FILE.
from_mirror() {
  local sum bytes path found=() problem
  mapfile -t found < <(tail -n +2 -- "$MIRROR/MANIFEST" | while read -r sum bytes path; do
    # shellcheck disable=SC2053  # a pattern
    [[ $path != $1 ]] || printf '%s %s %s\n' "$sum" "$bytes" "$path"
  done)
  ((${#found[@]} == 1)) || fail "the mirror $MIRROR has ${#found[@]} files $1; wanted is one" \
    "it has: $(tail -n +2 -- "$MIRROR/MANIFEST" | awk '{ print $3 }' | grep "^${1%%/*}/" | paste -sd ' ')"
  read -r sum bytes path <<<"${found[0]}"
  FILE=$MIRROR/$path
  problem=$(file_problem "$FILE" "$sum" "$bytes")
  [[ -z $problem ]] || fail "$FILE: $problem" "nothing was changed; fetch it anew: mirror.sh --dir $MIRROR --repair"
}

# What stage_role calls. Paths are the node's, without the slash in front.
put() { # PATH MODE: a file, from standard input
  mkdir -p -- "$STAGE/$(dirname -- "$1")"
  cat >"$STAGE/$1"
  chmod "$2" -- "$STAGE/$1"
}
put_link() { # PATH TARGET
  mkdir -p -- "$STAGE/$(dirname -- "$1")"
  ln -s -- "$2" "$STAGE/$1"
}
put_tree() { # PATH ARCHIVE: an archive that has one directory
  mkdir -p -- "$STAGE/$1"
  tar --extract --file="$2" --directory="$STAGE/$1" --strip-components=1 --no-same-owner
}
put_directory() { # PATH MODE OWNER
  mkdir -p -- "$STAGE/$1"
  OWNERS[$1]="$2 $3"
}
put_once() { # PATH MODE: a file, from standard input, that is the administrator's once it is there
  [[ -e $ROOT/$1 ]] || ONCE+=("$1")
  if [[ -e $ROOT/$1 ]]; then cat >/dev/null; else put "$1" "$2"; fi
}
declare -A OWNERS=()
ONCE=()

# fill TEMPLATE NAME=VALUE...: a template with its @NAME@ replaced, on standard output; one without a value is an error.
fill() {
  local text pair
  text=$(<"$ROLES/templates/$1")
  for pair in "${@:2}"; do text=${text//"@${pair%%=*}@"/"${pair#*=}"}; done
  [[ ! $text =~ @[A-Z_]+@ ]] || fail "templates/$1: no value for ${BASH_REMATCH[0]}"
  printf '%s\n' "$text"
}

record_of() { printf '%s/%s/%s\n' "$ROOT" "$RECORDS" "$1"; }

# others_have PATH: another role on this node wants it, too.
others_have() {
  local other
  for other in "$ROOT/$RECORDS"/*; do
    [[ -f $other && ${other##*/} != "$ROLE" && ${other##*/} != .* ]] || continue
    ! cut -d ' ' -f 2- "$other" | grep -qxF -- "$1" || return 0
  done
  return 1
}

mark_of() { # FILE: what tells whether it was changed
  local sum
  if [[ -L $1 ]]; then printf 'link:%s\n' "$(readlink -- "$1" | tr ' ' '_')"; return; fi
  sum=$(sha256sum <"$1")
  printf '%s\n' "${sum%% *}"
}

# difference PATH: how the node's differs from the staged one; nothing where it does not.
difference() {
  local wanted=$STAGE/$1 there=$ROOT/$1
  if [[ -L $wanted ]]; then
    if [[ ! -L $there && ! -e $there ]]; then printf 'missing\n'
    elif [[ $(readlink -- "$there" || true) != "$(readlink -- "$wanted")" ]]; then printf 'another link\n'; fi
  elif [[ ! -f $there || -L $there ]]; then
    if [[ -e $there || -L $there ]]; then printf 'no file\n'; else printf 'missing\n'; fi
  elif ! cmp -s -- "$wanted" "$there"; then printf 'other content\n'
  elif [[ $(stat -c %a -- "$wanted") != "$(stat -c %a -- "$there")" ]]; then
    printf 'mode %s instead of %s\n' "$(stat -c %a -- "$there")" "$(stat -c %a -- "$wanted")"
  fi
}

owner_difference() { # PATH "MODE OWNER"
  local mode owner
  read -r mode owner <<<"$2"
  if [[ ! -d $ROOT/$1 ]]; then printf 'missing\n'
  elif [[ $(stat -c %a -- "$ROOT/$1") != "$mode" || $(stat -c %u -- "$ROOT/$1") != "$(id_of "$owner")" ]]; then
    printf 'mode and owner %s %s instead of %s %s\n' "$(stat -c '%a %u' -- "$ROOT/$1")" '' "$mode" "$owner" | tr -s ' '
  fi
}

id_of() { awk -F : -v name="$1" '$1 == name { print $3; exit }' "$ROOT/etc/passwd"; }

# package_differences: one line a Debian package that is not there in the mirror's version.
package_differences() {
  local file name wanted found
  for file in "${DEBS[@]}"; do
    name=$(dpkg-deb -f "$file" Package) wanted=$(dpkg-deb -f "$file" Version)
    found=$(dpkg-query --admindir="$ROOT/var/lib/dpkg" -W -f '${db:Status-Status} ${Version}' "$name" 2>/dev/null || true)
    [[ $found == "installed $wanted" ]] || printf 'package %s: %s instead of %s\n' "$name" "${found:-not installed}" "$wanted"
  done
}
DEBS=()

# require_node: what the role does not bring: programs of the distribution, libraries that its packages depend on.
require_node() {
  local pair file name missing=()
  for pair in "${NEEDED_PROGRAMS[@]}"; do
    [[ -x $ROOT${pair%%=*} ]] || missing+=("${pair##*=}")
  done
  for file in "${DEBS[@]}"; do
    while read -r name; do
      [[ $name != flink-dm-* ]] || continue
      dpkg-query --admindir="$ROOT/var/lib/dpkg" -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed ||
        missing+=("$name")
    done < <(dpkg-deb -f "$file" Depends | tr ',' '\n' | awk 'NF { print $1 }')
  done
  ((${#missing[@]} == 0)) && return
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  fail "$ROOT/ lacks Debian packages that the role ${ROLE} needs: ${missing[*]}" \
    "on a node: apt-get install --no-install-recommends ${missing[*]}" \
    "for an image: mmdebstrap --variant=minbase --include=$(printf '%s\n' "${missing[@]}" | paste -sd ,) bookworm ${ROOT:-DIRECTORY}"
}

stage() {
  STAGE=$(mktemp -d)
  trap 'rm -rf -- "$STAGE"' EXIT
  stage_role
  mapfile -t PATHS < <(cd -- "$STAGE" && find . \( -type f -o -type l \) -printf '%P\n' | sort)
}

# left_over: what an earlier run of this role has installed and this one does not want.
left_over() {
  [[ -f $(record_of "$ROLE") ]] || return 0
  comm -13 <(printf '%s\n' "${PATHS[@]}" | sort) <(cut -d ' ' -f 2- "$(record_of "$ROLE")" | sort) |
    while IFS= read -r path; do
      [[ ! -e $ROOT/$path && ! -L $ROOT/$path ]] || others_have "$path" || is_once "$path" || printf '%s\n' "$path"
    done
}
is_once() { [[ " ${ADMINISTRATORS[*]} " == *" $1 "* ]]; }
ADMINISTRATORS=() # the files of put_once

differences() {
  local path how
  package_differences
  [[ -n $(id_of "$USER_NAME") ]] || printf 'user %s: missing\n' "$USER_NAME"
  for path in "${PATHS[@]}"; do
    how=$(difference "$path")
    [[ -z $how ]] || printf '/%s: %s\n' "$path" "$how"
  done
  for path in "${!OWNERS[@]}"; do
    how=$(owner_difference "$path" "${OWNERS[$path]}")
    [[ -z $how ]] || printf '/%s: %s\n' "$path" "$how"
  done
  left_over | sed 's,^,/,; s,$,: left over from before,'
  unit_difference
}

# A unit is enabled by a link, in an image as on a node.
unit_difference() {
  [[ -z ${UNIT:-} ]] || [[ -L $ROOT/etc/systemd/system/multi-user.target.wants/$UNIT ]] || printf 'unit %s: not enabled\n' "$UNIT"
}

install_files() {
  local path there mode owner changed=0
  mkdir -p -- "$ROOT/$RECORDS"
  # The record first: what an interrupted run has put in place is known to be the role's.
  {
    for path in "${PATHS[@]}"; do printf '%s %s\n' "$(mark_of "$STAGE/$path")" "$path"; done
    left_over | while IFS= read -r path; do printf '%s %s\n' "$(mark_of "$ROOT/$path")" "$path"; done
    [[ ! -f $(record_of "$ROLE") ]] || for path in "${ADMINISTRATORS[@]}"; do
      [[ " ${ONCE[*]} " == *" $path "* ]] || grep -E " ${path//./\\.}$" "$(record_of "$ROLE")" || true
    done
  } >"$(record_of ".$ROLE.new")"
  mapfile -t LEFT < <(left_over)
  mv -f -- "$(record_of ".$ROLE.new")" "$(record_of "$ROLE")"
  for path in "${PATHS[@]}"; do
    [[ -n $(difference "$path") ]] || continue
    there=$ROOT/$path
    mkdir -p -- "$(dirname -- "$there")"
    [[ ! -d $there || -L $there ]] || fail "/$path is a directory; the role ${ROLE} wants a file or a link there" "move it away"
    cp --no-dereference --preserve=mode -- "$STAGE/$path" "$there.dm-new"
    mv -fT -- "$there.dm-new" "$there"
    changed=$((changed + 1))
  done
  for path in "${LEFT[@]}"; do
    rm -f -- "$ROOT/$path"
    remove_empty "$(dirname -- "$path")"
    grep -vE " ${path//./\\.}$" "$(record_of "$ROLE")" >"$(record_of ".$ROLE.new")" || true
    mv -f -- "$(record_of ".$ROLE.new")" "$(record_of "$ROLE")"
  done
  for path in "${!OWNERS[@]}"; do
    read -r mode owner <<<"${OWNERS[$path]}"
    mkdir -p -- "$ROOT/$path"
    chown -- "$(id_of "$owner")" "$ROOT/$path"
    chmod -- "$mode" "$ROOT/$path"
  done
  say "$ROLE: $changed files put in place, ${#LEFT[@]} removed"
}

remove_empty() {
  local path=$1
  while [[ $path == */* ]]; do
    rmdir -- "$ROOT/$path" 2>/dev/null || return 0
    path=${path%/*}
  done
}

install_packages() {
  local file names=()
  [[ -n $(package_differences) ]] || return 0
  mkdir -p -- "$ROOT/var/cache/dm-flink-roles"
  for file in "${DEBS[@]}"; do
    cp -- "$file" "$ROOT/var/cache/dm-flink-roles/"
    names+=("/var/cache/dm-flink-roles/${file##*/}")
  done
  in_root env DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin dpkg --install --force-confold "${names[@]}" >&2 ||
    fail "dpkg could not install ${names[*]##*/}" "its words stand above; in $ROOT/"
  rm -rf -- "$ROOT/var/cache/dm-flink-roles"
}

create_user() {
  [[ -n $(id_of "$USER_NAME") ]] || useradd ${ROOT:+--prefix "$ROOT"} --system --user-group --no-create-home --home-dir /nonexistent \
    --shell /usr/sbin/nologin "$USER_NAME"
}

enable_unit() {
  [[ -z ${UNIT:-} || -z $(unit_difference) ]] || {
    mkdir -p -- "$ROOT/etc/systemd/system/multi-user.target.wants"
    ln -sf -- "$UNIT_FILE" "$ROOT/etc/systemd/system/multi-user.target.wants/$UNIT"
    [[ -n $ROOT || ! -d /run/systemd/system ]] || systemctl daemon-reload
  }
}

remove_role() {
  local mark path kept=() record
  record=$(record_of "$ROLE")
  [[ -f $record ]] || { say "$ROOT/ does not have the role $ROLE: nothing to remove"; return 0; }
  before_removal
  if [[ -n ${UNIT:-} ]]; then
    [[ -n $ROOT || ! -d /run/systemd/system ]] || systemctl stop "$UNIT"
    rm -f -- "$ROOT/etc/systemd/system/multi-user.target.wants/$UNIT"
  fi
  while read -r mark path; do
    [[ -e $ROOT/$path || -L $ROOT/$path ]] || continue
    ! others_have "$path" || continue
    if [[ $(mark_of "$ROOT/$path") != "$mark" ]]; then kept+=("/$path"); continue; fi
    rm -f -- "$ROOT/$path"
    remove_empty "$(dirname -- "$path")"
  done <"$record"
  rm -f -- "$record"
  rmdir -- "$ROOT/$RECORDS" 2>/dev/null || true
  ((${#kept[@]} == 0)) || say "kept, since it was changed after its installation: ${kept[*]}"
  say "$ROLE: removed"
}
before_removal() { :; }

run_role() {
  local found lock
  parse_role_options "$@"
  if [[ $ACTION == check ]]; then
    read_values
    stage
    found=$(differences)
    [[ -n $found ]] || { printf '%s: nothing differs\n' "$ROLE"; return 0; }
    printf '%s\n' "$found"
    return 1
  fi
  mkdir -p -- "$ROOT/var/lib"
  exec {lock}>"$ROOT/var/lib/.dm-flink-roles.lock"
  flock "$lock"
  if [[ $ACTION == remove ]]; then remove_role; return; fi
  read_values
  stage
  require_node
  create_user
  install_packages
  after_packages
  install_files
  enable_unit
}
after_packages() { :; }
