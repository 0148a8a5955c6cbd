# shellcheck shell=bash
# What both roles have of Flink: its tree, Hadoop's client, and one configuration.
# shellcheck source=/dev/null
source "$ROLES/../cluster/lib/messages.sh"
# shellcheck source=/dev/null
source "$ROLES/../cluster/lib/configure.sh" # JAVA_MODULES
# shellcheck source=/dev/null
source "$ROLES/lib/messages.sh"

hadoop_classpath_of_node() {
  if [[ -n ${VALUE[hadoop_classpath]} ]]; then
    printf '%s\n' "${VALUE[hadoop_conf]}:${VALUE[hadoop_classpath]}"
  else
    printf '%s:/opt/pnda/%s/lib/*\n' "${VALUE[hadoop_conf]}" "$HADOOP_CLIENT"
  fi
}

stage_flink() {
  local version=${VALUE[flink_version]} file=flink-conf.yaml key=env.java.opts.all graphite='' libraries='' name
  from_mirror "flink/flink-$version.tar"
  put_tree "opt/pnda/flink-$version" "$FILE"
  put_link opt/pnda/flink "flink-$version"
  HADOOP_CLIENT=''
  if [[ -z ${VALUE[hadoop_classpath]} ]]; then
    from_mirror 'hadoop/hadoop-client-*.tar'
    HADOOP_CLIENT=$(basename -- "$FILE" .tar)
    put_tree "opt/pnda/$HADOOP_CLIENT" "$FILE"
  fi
  # The SQL client needs it beside itself, and the packages that Flink comes from here lack it.
  if grep -q "  connectors/${version%.*}/flink-sql-gateway-" "$MIRROR/MANIFEST"; then
    from_mirror "connectors/${version%.*}/flink-sql-gateway-*.jar"
    put "opt/pnda/flink-$version/opt/${FILE##*/}" 644 <"$FILE"
  fi
  # 2.0 reads config.yaml only; up to 1.20 flink-conf.yaml is read wherever it exists. 1.17 renamed the key.
  if version_at_least "$version" 2.0; then file=config.yaml; fi
  version_at_least "$version" 1.17 || key=env.java.opts
  if [[ -n ${VALUE[graphite]} ]]; then
    graphite=$(fill graphite.yaml HOST="$(host_of "${VALUE[graphite]}")" PORT="$(port_of "${VALUE[graphite]}")")
  fi
  [[ -z ${VALUE[provided_lib_dirs]} ]] || libraries="yarn.provided.lib.dirs: ${VALUE[provided_lib_dirs]}"
  rm -f -- "$STAGE/opt/pnda/flink-$version/conf/config.yaml"
  fill flink-conf.yaml \
    FLINK_VERSION="$version" \
    JOBMANAGER_MEMORY_MB="${VALUE[jobmanager_memory_mb]}" \
    TASKMANAGER_MEMORY_MB="${VALUE[taskmanager_memory_mb]}" \
    TASK_SLOTS="${VALUE[task_slots]}" \
    PARALLELISM="${VALUE[parallelism]}" \
    JOB_ARCHIVE="${VALUE[name_node]}${VALUE[job_archive]}" \
    HISTORY_SERVER_PORT="$(port_of "${VALUE[history_server]}")" \
    JAVA_HOME="${VALUE[java_home]}" \
    HADOOP_CONF="${VALUE[hadoop_conf]}" \
    LOG_DIR="${VALUE[log_dir]}" \
    LOG_FILES="${VALUE[log_files]}" \
    JAVA_OPTIONS_KEY="$key" \
    JAVA_MODULE_OPTIONS="${JAVA_MODULES[*]}" \
    PROVIDED_LIB_DIRS="$libraries" \
    GRAPHITE="$graphite" | put "opt/pnda/flink-$version/conf/$file" 644
  # Clients of every account write here; a history server, too.
  put_directory "${VALUE[log_dir]#/}" 1777 "$USER_NAME"
  fill flink.sh HADOOP_CONF="${VALUE[hadoop_conf]}" HADOOP_CLASSPATH="$(hadoop_classpath_of_node)" JAVA_HOME="${VALUE[java_home]}" |
    put etc/profile.d/flink.sh 644
  for name in flink sql-client.sh yarn-session.sh; do put_link "usr/bin/$name" "/opt/pnda/flink/bin/$name"; done
}
