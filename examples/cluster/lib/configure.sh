# Writes the configuration of Hadoop, Flink and supervisord from templates/.
#
# The files are written anew at every `up` and `flink VERSION`: to change a setting for good, change
# the template.

# Java keeps these closed since 17; Flink before 1.18 does not open them itself, later ones do in the
# configuration file that ours replaces.
readonly JAVA_MODULES=(
  --add-exports=java.base/sun.net.util=ALL-UNNAMED
  --add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED
  --add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED
  --add-opens=java.base/java.lang=ALL-UNNAMED
  --add-opens=java.base/java.net=ALL-UNNAMED
  --add-opens=java.base/java.io=ALL-UNNAMED
  --add-opens=java.base/java.nio=ALL-UNNAMED
  --add-opens=java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens=java.base/java.lang.reflect=ALL-UNNAMED
  --add-opens=java.base/java.text=ALL-UNNAMED
  --add-opens=java.base/java.time=ALL-UNNAMED
  --add-opens=java.base/java.util=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED
  --add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED
)
# One or two cores: compile little, collect in one thread, trust the class files.
readonly JAVA_FAST=(
  -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData
  -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote
)

# render TEMPLATE TARGET NAME=VALUE...: replaces @NAME@; a name without a value is an error.
render() {
  local template=$1 target=$2 text pair
  shift 2
  text=$(<"$CLUSTER_HOME/templates/$template")
  for pair in "$@"; do text=${text//"@${pair%%=*}@"/"${pair#*=}"}; done
  [[ ! $text =~ @[A-Z_]+@ ]] || fail "templates/$template: no value for ${BASH_REMATCH[0]}"
  printf '%s\n' "$text" >"$target.new"
  mv -- "$target.new" "$target"
}

hadoop_conf_dir() { printf '%s/hadoop-conf\n' "$DIR"; }

# Where the configuration for a Flink version lies: the instance's own, or one beside it.
flink_conf_dir() {
  if [[ $1 == "$FLINK_VERSION" ]]; then
    printf '%s/flink-conf\n' "$DIR"
  else
    printf '%s/flink-conf-%s\n' "$DIR" "$1"
  fi
}

# Where JobManagers of a Flink version archive their jobs. Flink 2.3 archives in a tree of its own
# making (CLUSTER/applications/ID/jobs/ID); an older history server takes its directories for files
# and fails on them at every refresh, so they are kept out of its sight.
job_archive() {
  if version_at_least "$1" 2.3 && ! version_at_least "$FLINK_VERSION" 2.3; then
    printf '%s/flink/completed-jobs-2.3\n' "$NAMENODE_RPC"
  else
    printf '%s/flink/completed-jobs\n' "$NAMENODE_RPC"
  fi
}

# What clients (and Flink's containers) put on their class path.
hadoop_classpath() { printf '%s:%s/lib/*\n' "$(hadoop_conf_dir)" "$(hadoop_home)"; }

# Flags for the client's JVM. Flink before 1.18 needs the modules here, too: its `flink` command reads
# env.java.opts, yet a program that starts the client another way does not.
client_jvm_args() {
  local flags=("${JAVA_FAST[@]}" -Xmx512m)
  version_at_least "$1" 1.18 || flags+=("${JAVA_MODULES[@]}")
  printf '%s\n' "${flags[*]}"
}

create_directories() {
  mkdir -p -- "$DIR"
  chmod 755 -- "$DIR"
  mkdir -p -- "$DIR"/{run,logs,logs/clients,tmp,hadoop-conf,supervisor.d,hdfs,yarn,historyserver}
  if $HA; then mkdir -p -- "$DIR"/{hadoop-conf-1,hadoop-conf-2,zookeeper}; fi
  # What the services write to; an instance that was root's before becomes theirs.
  if ((EUID == 0)); then
    chown -- "$SERVICE_USER:$SERVICE_USER" "$DIR/logs"
    chown -R -- "$SERVICE_USER:$SERVICE_USER" "$DIR"/{hdfs,yarn,historyserver}
    find "$DIR/logs" -maxdepth 1 -type f -exec chown -- "$SERVICE_USER:$SERVICE_USER" {} +
    if $HA; then chown -R -- "$SERVICE_USER:$SERVICE_USER" "$DIR/zookeeper"; fi
  fi
  # Clients of every user write here.
  chmod 1777 -- "$DIR/logs/clients" "$DIR/tmp"
}

# fragment NAME [CONDITION]: part of a configuration file; nothing where the condition is `false`.
fragment() { ${2:-true} || return 0; printf '%s' "$(<"$CLUSTER_HOME/templates/fragments/$1")"; }

configure_hadoop() {
  configure_hadoop_in "$(hadoop_conf_dir)" ''
  if $HA; then configure_pair; fi
}

# configure_hadoop_in DIRECTORY NUMBER: for the daemon of a pair that has this number; empty: for all
# others.
configure_hadoop_in() {
  local file conf=$1 number=$2 identity='' kind=single name_directory=name
  local acl=no-acl queues=queues queue_acl=false
  if $HA; then kind=pair; fi
  if $ACL; then acl=acl queue_acl=true; fi
  if $QUEUES; then queues=platform-queues queue_acl=false; fi
  if [[ -n $number ]]; then identity=$(fragment identity.xml); fi
  if [[ $number == 2 ]]; then name_directory=name2; fi
  for file in core-site.xml hdfs-site.xml yarn-site.xml capacity-scheduler.xml; do
    render "$file" "$conf/$file" \
      NAMENODE="$(fragment "namenode-$kind.xml")" \
      RESOURCEMANAGER="$(fragment "resourcemanager-$kind.xml")" \
      ACL="$(fragment "$acl.xml")" \
      QUEUES="$(fragment "$queues.xml")" \
      QUEUE_ACL="$(fragment queue-acl.xml "$queue_acl")" \
      LOG_AGGREGATION="$(fragment log-aggregation.xml "$LOG_AGGREGATION")" \
      ZOOKEEPER="$(fragment zookeeper.xml "$HA")" \
      OOZIE="$(fragment oozie.xml "$OOZIE")" \
      IDENTITY="$identity" \
      NUMBER="$number" \
      NAMESERVICE="$NAMESERVICE" \
      NAMENODE_RPC="$NAMENODE_RPC" \
      NAME_DIRECTORY="$name_directory" \
      SUPERUSER="$(service_user)" \
      USERS="$(application_users)" \
      ZOOKEEPER_PORT="$ZOOKEEPER_PORT" \
      ZKFC1_PORT="$ZKFC1_PORT" \
      ZKFC2_PORT="$ZKFC2_PORT" \
      NAMENODE2_RPC_PORT="$NAMENODE2_RPC_PORT" \
      NAMENODE2_WEB_PORT="$NAMENODE2_WEB_PORT" \
      RESOURCEMANAGER2_CLIENT_PORT="$RESOURCEMANAGER2_CLIENT_PORT" \
      RESOURCEMANAGER2_SCHEDULER_PORT="$RESOURCEMANAGER2_SCHEDULER_PORT" \
      RESOURCEMANAGER2_TRACKER_PORT="$RESOURCEMANAGER2_TRACKER_PORT" \
      RESOURCEMANAGER2_ADMIN_PORT="$RESOURCEMANAGER2_ADMIN_PORT" \
      RESOURCEMANAGER2_WEB_PORT="$RESOURCEMANAGER2_WEB_PORT" \
      DIR="$DIR" \
      HADOOP_HOME="$(hadoop_home)" \
      MEMORY_MB="$MEMORY_MB" \
      NAMENODE_RPC_PORT="$NAMENODE_RPC_PORT" \
      NAMENODE_WEB_PORT="$NAMENODE_WEB_PORT" \
      DATANODE_DATA_PORT="$DATANODE_DATA_PORT" \
      DATANODE_WEB_PORT="$DATANODE_WEB_PORT" \
      DATANODE_IPC_PORT="$DATANODE_IPC_PORT" \
      RESOURCEMANAGER_CLIENT_PORT="$RESOURCEMANAGER_CLIENT_PORT" \
      RESOURCEMANAGER_SCHEDULER_PORT="$RESOURCEMANAGER_SCHEDULER_PORT" \
      RESOURCEMANAGER_TRACKER_PORT="$RESOURCEMANAGER_TRACKER_PORT" \
      RESOURCEMANAGER_ADMIN_PORT="$RESOURCEMANAGER_ADMIN_PORT" \
      RESOURCEMANAGER_WEB_PORT="$RESOURCEMANAGER_WEB_PORT" \
      NODEMANAGER_PORT="$NODEMANAGER_PORT" \
      NODEMANAGER_LOCALIZER_PORT="$NODEMANAGER_LOCALIZER_PORT" \
      NODEMANAGER_WEB_PORT="$NODEMANAGER_WEB_PORT"
  done
  render hadoop-log4j.properties "$conf/log4j.properties"
}

configure_supervisord() {
  local user_line="; runs as whoever starts it"
  if ((EUID == 0)); then user_line="user = root"; fi
  render supervisord.conf "$DIR/supervisord.conf" \
    DIR="$DIR" SUPERVISOR_PORT="$SUPERVISOR_PORT" SUPERVISOR_USER_LINE="$user_line"
}

configure_flink() {
  local version=$1 conf file=flink-conf.yaml key=env.java.opts.all
  conf=$(flink_conf_dir "$version")
  # 2.0 reads config.yaml only; up to 1.20 flink-conf.yaml is read wherever it exists.
  if version_at_least "$version" 2.0; then file=config.yaml; fi
  # 1.17 renamed the key.
  version_at_least "$version" 1.17 || key=env.java.opts
  mkdir -p -- "$conf"
  cp -- "$(flink_home "$version")"/conf/log4j*.properties "$conf/"
  render flink-conf.yaml "$conf/$file" \
    DIR="$DIR" \
    FLINK_VERSION="$version" \
    PROVIDED_LIB_DIRS="$NAMENODE_RPC/flink/$version/lib;$NAMENODE_RPC/flink/$version/plugins" \
    JAVA_OPTIONS_KEY="$key" \
    JAVA_MODULE_OPTIONS="${JAVA_MODULES[*]}" \
    JAVA_FAST_OPTIONS="${JAVA_FAST[*]}" \
    JOB_ARCHIVE="$(job_archive "$version")" \
    HISTORYSERVER_PORT="$HISTORYSERVER_PORT"
}

# The users that applications and services run as: no login, no home, no privilege.
create_users() {
  local user
  ((EUID == 0)) || return 0
  local group
  for user in "${APPLICATION_USERS[@]}" "$SERVICE_USER"; do
    getent passwd "$user" >/dev/null && continue
    group=${QUEUE_USERS[$user]:-}
    step "creating the system user $user${group:+ of the group $group} (no login)"
    [[ -z $group ]] || getent group "$group" >/dev/null || groupadd --system "$group"
    useradd --system --user-group ${group:+--groups "$group"} --no-create-home \
      --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
  done
  if ! $OOZIE || getent passwd "$EDGE_USER" >/dev/null; then return 0; fi
  step "creating the system user $EDGE_USER (no password)"
  useradd --system --user-group --create-home --home-dir "/var/lib/$EDGE_USER" --shell /bin/sh "$EDGE_USER"
}
