# An instance: its directory, its ports, the versions it runs, and what of that is remembered.
#
# One directory holds everything of an instance, and a file `instance` in it the choices made at the
# first `up`, so that every later command needs --dir at most.

readonly HADOOP_VERSION=3.3.6
readonly DEFAULT_FLINK_VERSION=1.20.5
readonly OOZIE_VERSION=5.2.1
readonly KAFKA_VERSION=4.0.2
readonly DEFAULT_PORT_BASE=20000
readonly PORT_COUNT=20
readonly PAIR_PORT_COUNT=30
APPLICATION_USERS=(pnda pnda-other)
# Those of --queues, each with the group that has a queue.
declare -rA QUEUE_USERS=([pnda-developer]=pnda-dev [pnda-producer]=pnda-prod)
# Whom HDFS, YARN, ZooKeeper and the history server run as where root starts them, and with YARN's default executor every
# container: nobody who may submit a job becomes root by it. supervisord stays root's, since it starts programs as others.
readonly SERVICE_USER=flink-cluster
# Whom Oozie's ssh action logs in as, and whose jobs these are: an application user with a shell and a home. sshd runs as
# nobody else, so that whoever gets at Oozie's key becomes this user and no other.
readonly EDGE_USER=pnda-edge
# In the order they are started.
readonly SINGLE_SERVICES=(namenode datanode resourcemanager nodemanager supervisord historyserver)
readonly PAIR_SERVICES=(zookeeper namenode1 namenode2 zkfc1 zkfc2 datanode resourcemanager1
  resourcemanager2 nodemanager supervisord historyserver)
# With Oozie, behind all others.
readonly OOZIE_SERVICES=(sshd oozie)
readonly KAFKA_SERVICES=(kafka)
# The name that the pair of NameNodes has together.
readonly NAMESERVICE=cluster

# The Flink versions there is a lock file for.
known_flink_versions() {
  local lock
  for lock in "$CLUSTER_HOME"/lock/flink-*.txt; do
    lock=${lock##*/flink-}
    printf '%s\n' "${lock%.txt}"
  done | sort -V
}

require_known_flink() {
  known_flink_versions | grep -qxF -- "$1" ||
    fail_usage "Flink \"$1\" is not one of the versions this cluster knows" \
      "known: $(known_flink_versions | paste -s -d ' ')"
}

# Root's home is closed to other users, who must be able to read the configuration: /var/lib then.
default_directory() {
  if [[ -n ${XDG_STATE_HOME:-} ]]; then
    printf '%s/flink-cluster\n' "$XDG_STATE_HOME"
  elif ((EUID == 0)); then
    printf '/var/lib/flink-cluster\n'
  else
    printf '%s/.local/state/flink-cluster\n' "$HOME"
  fi
}

default_cache() {
  if [[ -n ${DM_CACHE_DIR:-} ]]; then
    printf '%s\n' "$DM_CACHE_DIR"
  elif ((EUID == 0)); then
    printf '/var/cache/dm-flink\n'
  else
    printf '%s/dm-flink\n' "${XDG_CACHE_HOME:-$HOME/.cache}"
  fi
}

# The path goes into XML, YAML, class paths and supervisord's configuration: no character that means
# something in any of them.
resolve_directory() {
  local path
  path=$(realpath -m -- "$1")
  [[ $path =~ ^(/[A-Za-z0-9._-]+)+$ ]] ||
    fail_usage "the directory \"$path\" cannot be used: only letters, digits and . _ - in its names"
  printf '%s\n' "$path"
}

instance_exists() { [[ -f $DIR/instance ]]; }

instance_value() { sed -n "s/^$1=//p" "$DIR/instance" | tail -n 1; }

# Settles PORT_BASE, FLINK_VERSION, MEMORY_MB, HA, ACL, QUEUES, LOG_AGGREGATION, OOZIE, KAFKA and CACHE: what was asked for,
# else what is remembered, else the default. MEMORY_MB may stay empty; it is settled when the machine's memory is looked at.
load_instance() {
  CACHE=$(realpath -m -- "$(default_cache)")
  [[ $CACHE =~ ^(/[A-Za-z0-9._-]+)+$ ]] ||
    fail_usage "the cache \"$CACHE\" cannot be used: only letters, digits and . _ - in its names"
  if instance_exists; then
    : "${PORT_BASE:=$(instance_value port_base)}"
    : "${FLINK_VERSION:=$(instance_value flink_version)}"
    : "${MEMORY_MB:=$(instance_value memory_mb)}"
    : "${HA:=$(instance_value ha)}"
    : "${ACL:=$(instance_value acl)}"
    : "${QUEUES:=$(instance_value queues)}"
    : "${LOG_AGGREGATION:=$(instance_value log_aggregation)}"
    : "${OOZIE:=$(instance_value oozie)}"
    : "${KAFKA:=$(instance_value kafka)}"
    # An instance keeps to its cache; only a new start may move it.
    case $COMMAND in
      up | fetch) [[ -n ${DM_CACHE_DIR:-} ]] || CACHE=$(instance_value cache) ;;
      *) CACHE=$(instance_value cache) ;;
    esac
  fi
  : "${PORT_BASE:=$DEFAULT_PORT_BASE}"
  : "${FLINK_VERSION:=$DEFAULT_FLINK_VERSION}"
  : "${MEMORY_MB:=}" "${HA:=false}" "${ACL:=false}" "${QUEUES:=false}" "${LOG_AGGREGATION:=false}" "${OOZIE:=false}" "${KAFKA:=false}"
  local ports=$PORT_COUNT
  SERVICES=("${SINGLE_SERVICES[@]}")
  if $HA; then ports=$PAIR_PORT_COUNT SERVICES=("${PAIR_SERVICES[@]}"); fi
  if $OOZIE; then SERVICES+=("${OOZIE_SERVICES[@]}"); fi
  if $KAFKA; then SERVICES+=("${KAFKA_SERVICES[@]}"); fi
  [[ $PORT_BASE =~ ^[0-9]{4,5}$ ]] && ((PORT_BASE >= 1024 && PORT_BASE + ports <= 65536)) ||
    fail_usage "--port-base $PORT_BASE: allowed is 1024 to $((65536 - ports))"
  [[ -z $MEMORY_MB ]] || { [[ $MEMORY_MB =~ ^[0-9]{3,7}$ ]] && ((MEMORY_MB >= 704)); } ||
    fail_usage "--memory-mb $MEMORY_MB: a number of megabytes, at least 704 (one small Flink job)"
  require_known_flink "$FLINK_VERSION"
  if $QUEUES; then
    ((EUID == 0)) || fail_usage "--queues: only root can make the accounts of its groups"
    APPLICATION_USERS+=(pnda-developer pnda-producer)
  fi
  settle_ports
}

require_instance() {
  instance_exists ||
    EXIT_STATUS=3 fail "there is no cluster in $DIR" "start one: cluster.sh up --dir $DIR"
}

save_instance() {
  printf '%s\n' "port_base=$PORT_BASE" "flink_version=$FLINK_VERSION" "memory_mb=$MEMORY_MB" \
    "ha=$HA" "acl=$ACL" "queues=$QUEUES" "log_aggregation=$LOG_AGGREGATION" "oozie=$OOZIE" "kafka=$KAFKA" \
    "hadoop_version=$HADOOP_VERSION" "cache=$CACHE" >"$DIR/instance.new"
  mv -- "$DIR/instance.new" "$DIR/instance"
}

settle_ports() {
  NAMENODE_RPC_PORT=$PORT_BASE
  NAMENODE_WEB_PORT=$((PORT_BASE + 1))
  DATANODE_DATA_PORT=$((PORT_BASE + 2))
  DATANODE_WEB_PORT=$((PORT_BASE + 3))
  DATANODE_IPC_PORT=$((PORT_BASE + 4))
  RESOURCEMANAGER_CLIENT_PORT=$((PORT_BASE + 5))
  RESOURCEMANAGER_SCHEDULER_PORT=$((PORT_BASE + 6))
  RESOURCEMANAGER_TRACKER_PORT=$((PORT_BASE + 7))
  RESOURCEMANAGER_ADMIN_PORT=$((PORT_BASE + 8))
  RESOURCEMANAGER_WEB_PORT=$((PORT_BASE + 9))
  NODEMANAGER_PORT=$((PORT_BASE + 10))
  NODEMANAGER_LOCALIZER_PORT=$((PORT_BASE + 11))
  NODEMANAGER_WEB_PORT=$((PORT_BASE + 12))
  HISTORYSERVER_PORT=$((PORT_BASE + 13))
  SUPERVISOR_PORT=$((PORT_BASE + 14))
  OOZIE_PORT=$((PORT_BASE + 15))
  SSHD_PORT=$((PORT_BASE + 16))
  KAFKA_PORT=$((PORT_BASE + 17))
  KAFKA_CONTROLLER_PORT=$((PORT_BASE + 18))
  # The pair's second ResourceManager has five in a row like the first, in the same order.
  RESOURCEMANAGER2_CLIENT_PORT=$((PORT_BASE + 20))
  RESOURCEMANAGER2_SCHEDULER_PORT=$((PORT_BASE + 21))
  RESOURCEMANAGER2_TRACKER_PORT=$((PORT_BASE + 22))
  RESOURCEMANAGER2_ADMIN_PORT=$((PORT_BASE + 23))
  RESOURCEMANAGER2_WEB_PORT=$((PORT_BASE + 24))
  ZOOKEEPER_PORT=$((PORT_BASE + 25))
  NAMENODE2_RPC_PORT=$((PORT_BASE + 26))
  NAMENODE2_WEB_PORT=$((PORT_BASE + 27))
  ZKFC1_PORT=$((PORT_BASE + 28))
  ZKFC2_PORT=$((PORT_BASE + 29))

  NAMENODE_RPC=hdfs://localhost:$NAMENODE_RPC_PORT
  WEBHDFS=http://localhost:$NAMENODE_WEB_PORT
  WEBHDFS_BACKUP='' RESOURCE_MANAGER_BACKUP=''
  if $HA; then
    NAMENODE_RPC=hdfs://$NAMESERVICE
    WEBHDFS_BACKUP=http://localhost:$NAMENODE2_WEB_PORT
    RESOURCE_MANAGER_BACKUP=http://localhost:$RESOURCEMANAGER2_WEB_PORT
  fi
  DATANODE=http://localhost:$DATANODE_WEB_PORT
  RESOURCE_MANAGER=http://localhost:$RESOURCEMANAGER_WEB_PORT
  NODE_MANAGER=http://localhost:$NODEMANAGER_WEB_PORT
  HISTORY_SERVER=http://localhost:$HISTORYSERVER_PORT
  SUPERVISOR_URL=http://127.0.0.1:$SUPERVISOR_PORT/RPC2
  OOZIE_URL=http://localhost:$OOZIE_PORT/oozie
}

# Two commands that change the same instance wait for each other. The lock file lies beside the
# directory, because --purge removes the directory, and the lock file with it: whoever gets a lock on
# a file that is no longer there takes the new one.
lock_instance() {
  mkdir -p -- "$(dirname -- "$DIR")"
  [[ -w $DIR.lock || (! -e $DIR.lock && -w $(dirname -- "$DIR")) ]] ||
    fail "$(id -un) may not write $DIR.lock" \
      "work on the cluster as the user who started it, or choose another --dir"
  while true; do
    exec {INSTANCE_LOCK}>"$DIR.lock"
    if ! flock -n "$INSTANCE_LOCK"; then
      say "another command is working on $DIR: waiting for it to end"
      flock -w 900 "$INSTANCE_LOCK" || fail "another command has held $DIR.lock for 15 minutes"
    fi
    [[ ! $DIR.lock -ef /proc/self/fd/$INSTANCE_LOCK ]] || return 0
    exec {INSTANCE_LOCK}>&-
  done
}

# The superuser of HDFS and of YARN.
service_user() {
  if ((EUID == 0)); then printf '%s\n' "$SERVICE_USER"; else id -un; fi
}

# The account that a service runs as.
user_of_service() {
  case $1 in
    supervisord) id -un ;;
    sshd) edge_user ;;
    *) service_user ;;
  esac
}

# as_service_user SERVICE: sets AS_USER, the command that becomes the service's account and keeps the process id.
as_service_user() {
  local user
  AS_USER=()
  user=$(user_of_service "$1")
  if ((EUID == 0)) && [[ $user != root ]]; then
    AS_USER=(setpriv "--reuid=$user" "--regid=$user" --init-groups)
  fi
}

# Whom Oozie's ssh action logs in as.
edge_user() {
  if ((EUID == 0)); then printf '%s\n' "$EDGE_USER"; else id -un; fi
}

# Everybody who may submit, separated by commas.
application_users() {
  local IFS=,
  if ((EUID == 0)); then printf '%s,%s,%s,%s\n' "$(id -un)" "$SERVICE_USER" "${APPLICATION_USERS[*]}" "$EDGE_USER"; else id -un; fi
}

# The user whose applications run on the cluster unless another is named.
application_user() {
  if ((EUID == 0)); then printf '%s\n' "${APPLICATION_USERS[0]}"; else id -un; fi
}
