#!/bin/bash
# Two builds of flink.so side by side: what history, a server that hangs, load and many programs cost.
# usage: test/bench/compare.sh OLD.so NEW.so [PROGRAMS]
#   PROGRAMS  the directory of bench_requests and the others; build/release/bin when left out
#   RUNS=3    times that each is run, old and new in turn; the median is shown (1 when not set)
#   BENCHES="requests hanging"  only these
set -euo pipefail

if [ $# -lt 2 ]; then
  sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2
  exit 2
fi
old=$(realpath "$1")
new=$(realpath "$2")
programs=${3:-$(dirname "$0")/../../build/release/bin}
runs=${RUNS:-1}
benches=${BENCHES:-requests hanging sockets supervisor}

raw=$(mktemp -d)
trap 'rm -rf "$raw"' EXIT
for bench in $benches; do
  for ((run = 1; run <= runs; ++run)); do
    for side in old new; do
      # One that fails has told why on standard error; its figures are missing in the table.
      "$programs/bench_$bench" --plugin "${!side}" | sed "s/^/$side\t/" >>"$raw/figures" || true
    done
  done
done

awk -F '\t' '
  function median(side, name,    count, list, i, j, held) {
    count = split(values[side, name], list, " ")
    if (count == 0) return "-"
    for (i = 2; i <= count; ++i)
      for (j = i; j > 1 && list[j - 1] + 0 > list[j] + 0; --j) {
        held = list[j]; list[j] = list[j - 1]; list[j - 1] = held
      }
    return list[int((count + 1) / 2)]
  }
  {
    if (!($2 in unit)) order[++names] = $2
    unit[$2] = $4
    values[$1, $2] = values[$1, $2] " " $3
  }
  END {
    printf "| %-78s | %10s | %10s | %9s |\n", "", "old", "new", "new / old"
    printf "|%s|%s:|%s:|%s:|\n", "---", "---", "---", "---"
    for (i = 1; i <= names; ++i) {
      name = order[i]
      was = median("old", name)
      is = median("new", name)
      ratio = was == "-" || is == "-" || was == 0 ? "" : sprintf("%.3f", is / was)
      mark = unit[name] == "" ? "" : " " unit[name]
      printf "| %-78s | %10s | %10s | %9s |\n", name, was mark, is mark, ratio
    }
  }' "$raw/figures"
