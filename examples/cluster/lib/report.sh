# What people and programs get to see: the table of services, the exports, both as JSON.

# serving, unready (runs, yet does not serve: it starts, or waits for another service), hung (by
# `cluster.sh stop`) or stopped.
service_state() {
  if ! service_runs "$1"; then
    printf 'stopped\n'
  elif service_hangs "$1"; then
    printf 'hung\n'
  elif service_serves "$1"; then
    printf 'serving\n'
  else
    printf 'unready\n'
  fi
}

# One line a service: name, state, address, pid, log; separated by tabs.
service_rows() {
  local service
  for service in "${SERVICES[@]}"; do
    printf '%s\t%s\t%s\t%s\t%s\n' "$service" "$(service_state "$service")" \
      "$(service_address "$service")" "$(service_pid "$service" || printf -- '-')" \
      "$(service_log "$service")"
  done
}

# Aligned by hand: `column` is not on every Debian.
print_table() {
  awk -F '\t' '
    { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
    END {
      for (row = 1; row <= NR; row++) {
        line = ""
        for (i = 1; i <= NF; i++) line = line sprintf("%-" width[i] "s  ", cell[row, i])
        sub(/ +$/, "", line)
        print line
      }
    }'
}

print_status() {
  local rows=$1
  printf 'Cluster %s   Flink %s   Hadoop %s   YARN memory %s MB\n\n' \
    "$DIR" "$FLINK_VERSION" "$HADOOP_VERSION" "$MEMORY_MB"
  { printf 'SERVICE\tSTATE\tADDRESS\tPID\tLOG\n' && printf '%s\n' "$rows"; } | print_table
  printf '\nHDFS %s   logs of containers %s/yarn/containers\n' "$NAMENODE_RPC" "$DIR"
}

print_status_json() {
  printf '%s\n' "$1" | jq -R -s --arg dir "$DIR" --arg flink "$FLINK_VERSION" \
    --arg hadoop "$HADOOP_VERSION" --argjson memory "${MEMORY_MB:-null}" '
      [ split("\n")[] | select(length > 0) | split("\t")
        | { name: .[0], state: .[1], address: .[2], pid: (.[3] | tonumber? // null), log: .[4] } ]
      | { dir: $dir, flink_version: $flink, hadoop_version: $hadoop, memory_mb: $memory,
          state: (if all(.[]; .state == "serving") then "serving"
                  elif all(.[]; .state == "stopped") then "stopped" else "partial" end),
          services: . }'
}

# print_environment FLINK_VERSION: for eval in a shell.
print_environment() {
  local version=$1 name
  local -A value=(
    [JAVA_HOME]=$JAVA_HOME
    [FLINK_HOME]=$(flink_home "$version")
    [FLINK_CONF_DIR]=$(flink_conf_dir "$version")
    [HADOOP_CONF_DIR]=$(hadoop_conf_dir)
    [YARN_CONF_DIR]=$(hadoop_conf_dir)
    [HADOOP_CLASSPATH]=$(hadoop_classpath)
    [JVM_ARGS]=$(client_jvm_args "$version")
  )
  for name in JAVA_HOME FLINK_HOME FLINK_CONF_DIR HADOOP_CONF_DIR YARN_CONF_DIR HADOOP_CLASSPATH \
    JVM_ARGS; do
    printf 'export %s=%q\n' "$name" "${value[$name]}"
  done
  # shellcheck disable=SC2016  # expanded by the shell that reads it
  printf 'export PATH=%q:"$PATH"\n' "${value[FLINK_HOME]}/bin"
}

print_environment_json() {
  local version=$1
  jq -n \
    --arg dir "$DIR" \
    --arg flink_version "$version" \
    --arg flink_home "$(flink_home "$version")" \
    --arg flink_conf_dir "$(flink_conf_dir "$version")" \
    --arg hadoop_version "$HADOOP_VERSION" \
    --arg hadoop_conf_dir "$(hadoop_conf_dir)" \
    --arg hadoop_classpath "$(hadoop_classpath)" \
    --arg java_home "$JAVA_HOME" \
    --arg jvm_args "$(client_jvm_args "$version")" \
    --arg resource_manager "$RESOURCE_MANAGER" \
    --arg resource_manager_rpc "$($HA && printf '%s' "$NAMESERVICE" || printf 'localhost:%s' "$RESOURCEMANAGER_CLIENT_PORT")" \
    --arg node_manager "$NODE_MANAGER" \
    --arg namenode_rpc "$NAMENODE_RPC" \
    --arg webhdfs "$WEBHDFS" \
    --arg resource_manager_backup "$RESOURCE_MANAGER_BACKUP" \
    --arg webhdfs_backup "$WEBHDFS_BACKUP" \
    --arg history_server "$HISTORY_SERVER" \
    --arg job_archive "$(job_archive "$version")" \
    --arg container_logs "$DIR/yarn/containers" \
    --arg supervisor_url "$SUPERVISOR_URL" \
    --arg oozie_url "$($OOZIE && printf '%s' "$OOZIE_URL" || true)" \
    --arg kafka_brokers "$($KAFKA && printf 'localhost:%s' "$KAFKA_PORT" || true)" \
    --arg edge_user "$($OOZIE && edge_user || true)" \
    --arg supervisor_socket "$DIR/run/supervisor.sock" \
    --arg supervisor_config "$DIR/supervisord.conf" \
    --arg supervisor_config_dir "$DIR/supervisor.d" \
    --arg state_root /pnda/flink \
    --arg application_user "$(application_user)" \
    --arg hdfs_superuser "$(service_user)" \
    --args '$ARGS.named + { yarn_queues: $ARGS.positional }
      | .resource_manager_backup |= (select(. != "") // null)
      | .webhdfs_backup |= (select(. != "") // null)
      | .oozie_url |= (select(. != "") // null)
      | .kafka_brokers |= (select(. != "") // null)
      | .edge_user |= (select(. != "") // null)' default analytics
}
