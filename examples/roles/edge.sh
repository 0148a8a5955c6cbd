#!/usr/bin/env bash
# Makes a node an edge node: Flink's client, plugin, guard and Deployment Manager, their configuration, the queue policy.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
umask 022

ROLES=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")" && pwd)
ROLE=edge
for part in flink manifest values role; do
  # shellcheck source=/dev/null
  source "$ROLES/lib/$part.sh"
done
UNIT=deployment-manager.service UNIT_FILE=/lib/systemd/system/deployment-manager.service
ADMINISTRATORS=(etc/deployment-manager/queue-map)
NEEDED_PROGRAMS=(/usr/bin/supervisord=supervisor /usr/bin/curl=curl)

usage() {
  cat <<'TEXT'
Usage: edge.sh --mirror DIRECTORY --values FILE [OPTION...]

Installs Flink's client, Debian packages of plugin, guard and Deployment Manager, the configuration of all of them for this
platform, the queue policy, and flink-adhoc for people. Again, it only changes what differs. It starts nothing: at the end of it
  systemctl enable --now supervisor && systemctl restart deployment-manager

TEXT
  role_options
}

stage_role() {
  local name
  NEEDED_PROGRAMS+=("${VALUE[java_home]}/bin/java=openjdk-17-jre-headless")
  for name in flink-dm-guard flink-dm-plugin deployment-manager; do
    from_mirror "packages/${name}_*.deb"
    DEBS+=("$FILE")
  done
  stage_flink
  fill deployment-manager.json \
    NAMESPACE="${VALUE[namespace]}" \
    RESOURCE_MANAGER_HOST="$(host_of "${VALUE[resource_manager]}")" \
    RESOURCE_MANAGER_PORT="$(port_of "${VALUE[resource_manager]}")" \
    RESOURCE_MANAGER_BACKUP_HOST="$(host_of "${VALUE[resource_manager_backup]}")" \
    RESOURCE_MANAGER_BACKUP_PORT="$(port_of "${VALUE[resource_manager_backup]}")" \
    WEB_HDFS_HOST="$(host_of "${VALUE[web_hdfs]}")" \
    WEB_HDFS_PORT="$(port_of "${VALUE[web_hdfs]}")" \
    WEB_HDFS_BACKUP_HOST="$(host_of "${VALUE[web_hdfs_backup]}")" \
    WEB_HDFS_BACKUP_PORT="$(port_of "${VALUE[web_hdfs_backup]}")" \
    WEB_HDFS_USER="${VALUE[web_hdfs_user]}" \
    NAME_NODE="${VALUE[name_node]}" \
    HISTORY_SERVER="${VALUE[history_server]}" \
    GRAPHITE_HOST="$(host_of "${VALUE[graphite]}")" \
    GRAPHITE_PORT="$(port_of "${VALUE[graphite]}")" \
    JOB_ARCHIVE="${VALUE[job_archive]}" \
    JAVA_HOME="${VALUE[java_home]}" \
    HADOOP_CONF="${VALUE[hadoop_conf]}" \
    HADOOP_CLASSPATH="$(hadoop_classpath_of_node)" \
    ARCHIVE_DAYS="${VALUE[archive_days]}" | put etc/deployment-manager/deployment-manager.json 640
  fill flink-adhoc FLINK_VERSION="${VALUE[flink_version]}" | put usr/bin/flink-adhoc 755
  # The package's example is the map to begin with.
  dpkg-deb --fsys-tarfile "$(printf '%s\n' "${DEBS[@]}" | grep flink-dm-guard_)" |
    tar --extract --to-stdout ./usr/share/doc/deployment-manager/examples/queue-map |
    put_once etc/deployment-manager/queue-map 755
}

before_removal() {
  local programs
  programs=$(grep -ls flink-guard "$ROOT"/etc/supervisor/conf.d/*.conf || true)
  [[ -z $programs ]] || fail "these components still have a guard, which needs the role's Flink; nothing was removed" \
    "$programs" "stop and destroy their applications first: dmctl destroy APPLICATION"
  say "the Debian packages stay; remove them with: dpkg --remove deployment-manager flink-dm-plugin flink-dm-guard"
}

run_role "$@"
