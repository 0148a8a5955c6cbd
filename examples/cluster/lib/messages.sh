# Messages to people, and the one way to give up.
#
# Everything said goes to standard error: standard output belongs to results (tables, JSON, exports).

say() { printf '%s\n' "$*" >&2; }

# A step of a longer operation, with the seconds since the script began.
step() { printf '[%4d s] %s\n' "$SECONDS" "$*" >&2; }

# fail MESSAGE...: each argument is a line; the first says what went wrong, the others what to do.
# A caller that has to know a failure by its class sets EXIT_STATUS before.
fail() {
  printf 'cluster: %s\n' "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit "${EXIT_STATUS:-1}"
}

# fail_usage MESSAGE...: the command line is wrong.
fail_usage() { EXIT_STATUS=2 fail "$@" "try: cluster.sh --help"; }

# The last lines of a log file, indented, for a message that names it.
tail_of() {
  local file=$1
  [[ -s $file ]] || { say "    (the log is empty)"; return 0; }
  tail -n 15 -- "$file" | cut -c 1-300 | sed 's/^/    /' >&2
}

# version_at_least VERSION MINIMUM: compares dotted numbers, as 1.9 < 1.13.
version_at_least() {
  [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]
}
