#!/usr/bin/env bash
# Makes a node one with Flink's history server: a unit of systemd that is ready once it serves, and forgets deleted archives.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
umask 022

ROLES=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")" && pwd)
ROLE=manager
for part in flink manifest values role; do
  # shellcheck source=/dev/null
  source "$ROLES/lib/$part.sh"
done
UNIT=flink-history-server.service UNIT_FILE=/lib/systemd/system/flink-history-server.service
NEEDED_PROGRAMS=(/usr/bin/curl=curl)

usage() {
  cat <<'TEXT'
Usage: manager.sh --mirror DIRECTORY --values FILE [OPTION...]

Installs Flink, its configuration for this platform, and the unit flink-history-server. Again, it only changes what differs. The
archive's directory on HDFS must be there, writable for all who submit. It starts nothing: at the end of it
  systemctl restart flink-history-server

TEXT
  role_options
}

stage_role() {
  NEEDED_PROGRAMS+=("${VALUE[java_home]}/bin/java=openjdk-17-jre-headless")
  stage_flink
  fill flink-history-server.service \
    FLINK_LINE="${VALUE[flink_version]%.*}" \
    USER="$USER_NAME" \
    JAVA_HOME="${VALUE[java_home]}" \
    HADOOP_CONF="${VALUE[hadoop_conf]}" \
    HADOOP_CLASSPATH="$(hadoop_classpath_of_node)" \
    HISTORY_SERVER_PORT="$(port_of "${VALUE[history_server]}")" \
    LOG_DIR="${VALUE[log_dir]}" | put lib/systemd/system/flink-history-server.service 644
  put usr/lib/flink-history-server/await-history-server 755 <"$ROLES/templates/await-history-server"
}

run_role "$@"
