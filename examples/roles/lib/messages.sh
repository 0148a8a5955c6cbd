# shellcheck shell=bash
# Messages to people: what was wrong, where, what was found, what to do. Results go to standard output, all else to standard error.

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE...: each argument is a line; the first says what went wrong, the others what to do.
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit "${EXIT_STATUS:-1}"
}

fail_usage() { EXIT_STATUS=2 fail "$@" "try: $(basename -- "$0") --help"; }
