#!/bin/sh
# Called by a failover controller before the other NameNode becomes active: the one that was must not write
# any more. A NameNode that hangs by `cluster.sh stop` cannot, and `cluster.sh cont` ends it.
set -e
service=namenode${target_namenodeid#nn}
pid=$(cat "@DIR@/run/$service.pid" 2>/dev/null) || exit 0
tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "-Dcluster.service=@DIR@:$service" || exit 0
if grep -q '^State:[[:space:]]*T' "/proc/$pid/status"; then exit 0; fi
kill -9 "$pid"
