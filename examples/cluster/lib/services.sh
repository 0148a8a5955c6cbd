# The services: what each is called, which ports it holds, how it is started, when it serves.
#
# A process that runs does not serve yet. Each service_serves_* asks the service itself.

# Seconds; a service that has ended is not waited for. Only a machine that has much else to do needs them.
readonly SLOWEST_START=400

service_title() {
  case $1 in
    namenode) printf 'HDFS NameNode\n' ;;
    namenode[12]) printf 'HDFS NameNode %s\n' "${1: -1}" ;;
    zkfc[12]) printf 'failover controller of NameNode %s\n' "${1: -1}" ;;
    zookeeper) printf 'ZooKeeper\n' ;;
    datanode) printf 'HDFS DataNode\n' ;;
    resourcemanager) printf 'YARN ResourceManager\n' ;;
    resourcemanager[12]) printf 'YARN ResourceManager %s\n' "${1: -1}" ;;
    nodemanager) printf 'YARN NodeManager\n' ;;
    historyserver) printf 'Flink history server\n' ;;
    supervisord) printf 'supervisord\n' ;;
    oozie) printf 'Oozie\n' ;;
    sshd) printf 'sshd of the edge node\n' ;;
    kafka) printf 'Kafka\n' ;;
  esac
}

require_service() {
  [[ " ${SERVICES[*]} " == *" ${1:-none} "* ]] ||
    fail_usage "there is no service \"${1:-}\"" "services: ${SERVICES[*]}"
}

service_ports() {
  case $1 in
    namenode | namenode1) printf '%s\n' "$NAMENODE_RPC_PORT" "$NAMENODE_WEB_PORT" ;;
    namenode2) printf '%s\n' "$NAMENODE2_RPC_PORT" "$NAMENODE2_WEB_PORT" ;;
    zkfc1) printf '%s\n' "$ZKFC1_PORT" ;;
    zkfc2) printf '%s\n' "$ZKFC2_PORT" ;;
    zookeeper) printf '%s\n' "$ZOOKEEPER_PORT" ;;
    datanode) printf '%s\n' "$DATANODE_DATA_PORT" "$DATANODE_WEB_PORT" "$DATANODE_IPC_PORT" ;;
    resourcemanager2)
      printf '%s\n' "$RESOURCEMANAGER2_CLIENT_PORT" "$RESOURCEMANAGER2_SCHEDULER_PORT" \
        "$RESOURCEMANAGER2_TRACKER_PORT" "$RESOURCEMANAGER2_ADMIN_PORT" "$RESOURCEMANAGER2_WEB_PORT"
      ;;
    resourcemanager | resourcemanager1)
      printf '%s\n' "$RESOURCEMANAGER_CLIENT_PORT" "$RESOURCEMANAGER_SCHEDULER_PORT" \
        "$RESOURCEMANAGER_TRACKER_PORT" "$RESOURCEMANAGER_ADMIN_PORT" "$RESOURCEMANAGER_WEB_PORT"
      ;;
    nodemanager)
      printf '%s\n' "$NODEMANAGER_PORT" "$NODEMANAGER_LOCALIZER_PORT" "$NODEMANAGER_WEB_PORT"
      ;;
    historyserver) printf '%s\n' "$HISTORYSERVER_PORT" ;;
    supervisord) printf '%s\n' "$SUPERVISOR_PORT" ;;
    oozie) printf '%s\n' "$OOZIE_PORT" ;;
    sshd) printf '%s\n' "$SSHD_PORT" ;;
    kafka) printf '%s\n' "$KAFKA_PORT" "$KAFKA_CONTROLLER_PORT" ;;
  esac
}

# The address a person or a program would use.
service_address() {
  case $1 in
    namenode | namenode1) printf '%s\n' "$WEBHDFS" ;;
    namenode2) printf '%s\n' "$WEBHDFS_BACKUP" ;;
    zkfc1) printf 'localhost:%s\n' "$ZKFC1_PORT" ;;
    zkfc2) printf 'localhost:%s\n' "$ZKFC2_PORT" ;;
    zookeeper) printf 'localhost:%s\n' "$ZOOKEEPER_PORT" ;;
    datanode) printf '%s\n' "$DATANODE" ;;
    resourcemanager | resourcemanager1) printf '%s\n' "$RESOURCE_MANAGER" ;;
    resourcemanager2) printf '%s\n' "$RESOURCE_MANAGER_BACKUP" ;;
    nodemanager) printf '%s\n' "$NODE_MANAGER" ;;
    historyserver) printf '%s\n' "$HISTORY_SERVER" ;;
    supervisord) printf '%s\n' "$SUPERVISOR_URL" ;;
    oozie) printf '%s\n' "$OOZIE_URL" ;;
    sshd) printf '127.0.0.1:%s\n' "$SSHD_PORT" ;;
    kafka) printf 'localhost:%s\n' "$KAFKA_PORT" ;;
  esac
}

service_log() { printf '%s/logs/%s.log\n' "$DIR" "$1"; }

# What it prints beside its log: those that keep a log file of their own say little there.
service_output() {
  case $1 in
    historyserver | supervisord | oozie) printf '%s/logs/%s.out\n' "$DIR" "$1" ;;
    *) service_log "$1" ;;
  esac
}

# launch_daemon SERVICE HEAP MAIN_CLASS [ARGUMENT...]
launch_daemon() {
  local service=$1 heap=$2
  shift 2
  launch "$service" "$(service_output "$service")" \
    "$JAVA_HOME/bin/java" "-Dcluster.service=$DIR:$service" "-Xmx$heap" "${JAVA_FAST[@]}" \
    --add-opens=java.base/java.lang=ALL-UNNAMED -Djava.net.preferIPv4Stack=true \
    -Djava.io.tmpdir="$DIR/tmp" -Dhadoop.log.dir="$DIR/logs" \
    -cp "$(daemon_conf_dir "$service"):$(hadoop_home)/web:$(hadoop_home)/lib/*" "$@"
}

launch_history_server() {
  local home conf
  home=$(flink_home "$FLINK_VERSION")
  conf=$(flink_conf_dir "$FLINK_VERSION")
  launch historyserver "$(service_output historyserver)" \
    env FLINK_CONF_DIR="$conf" FLINK_PLUGINS_DIR="$home/plugins" FLINK_LIB_DIR="$home/lib" \
    "$JAVA_HOME/bin/java" "-Dcluster.service=$DIR:historyserver" -Xmx128m "${JAVA_FAST[@]}" \
    "${JAVA_MODULES[@]}" -Djava.io.tmpdir="$DIR/tmp" \
    -Dlog.file="$(service_log historyserver)" \
    -Dlog4j.configurationFile="file:$conf/log4j.properties" \
    -cp "$home/lib/*:$(hadoop_classpath)" \
    org.apache.flink.runtime.webmonitor.history.HistoryServer --configDir "$conf"
}

launch_service() {
  case $1 in
    namenode | namenode[12])
      launch_daemon "$1" 256m org.apache.hadoop.hdfs.server.namenode.NameNode
      ;;
    zkfc[12]) launch_daemon "$1" 64m org.apache.hadoop.hdfs.tools.DFSZKFailoverController ;;
    zookeeper)
      launch_daemon zookeeper 64m org.apache.zookeeper.server.ZooKeeperServerMain "$DIR/zoo.cfg"
      ;;
    datanode) launch_daemon datanode 128m org.apache.hadoop.hdfs.server.datanode.DataNode ;;
    resourcemanager | resourcemanager[12])
      launch_daemon "$1" 256m \
        org.apache.hadoop.yarn.server.resourcemanager.ResourceManager
      ;;
    nodemanager)
      launch_daemon nodemanager 192m org.apache.hadoop.yarn.server.nodemanager.NodeManager
      ;;
    historyserver) launch_history_server ;;
    supervisord)
      launch supervisord "$(service_output supervisord)" \
        /usr/bin/supervisord --nodaemon --configuration "$DIR/supervisord.conf"
      ;;
    oozie) launch_oozie ;;
    kafka) launch_kafka ;;
    sshd) launch sshd "$(service_output sshd)" /usr/sbin/sshd -D -e -f "$DIR/oozie/ssh/sshd_config" ;;
  esac
}

# A request to a service of this machine: no proxy, no patience.
get() { curl --silent --fail --noproxy '*' --max-time 5 "$@"; }

# The JMX bean of a Hadoop daemon, as JSON.
bean() { get "$1/jmx?qry=Hadoop:service=$2" | jq -e '.beans[0]'; }

service_serves() {
  service_runs "$1" && ! service_hangs "$1" && "service_serves_$1" >/dev/null 2>&1
}

# Safe mode ends only with a live DataNode (dfs.namenode.safemode.min.datanodes).
namenode_is_operational() {
  bean "$1" NameNode,name=FSNamesystemState |
    jq -e '.FSState == "Operational" and .NumLiveDataNodes >= 1'
}

service_serves_namenode() { namenode_is_operational "$WEBHDFS"; }

# The NameNode believes in a dead DataNode for half a minute, so the DataNode itself is asked, too.
service_serves_datanode() {
  bean "$DATANODE" DataNode,name=DataNodeInfo |
    jq -e '.BPServiceActorInfo | fromjson | any(.[]; .ActorState == "RUNNING" and .BlockPoolID != null)'
}

resource_manager_is() {
  get --max-time 2 "$2/ws/v1/cluster/info" | jq -e --arg state "$1" '.clusterInfo.haState == $state'
}

service_serves_resourcemanager() { resource_manager_is ACTIVE "$RESOURCE_MANAGER"; }

# Registered with the ResourceManager, and since it was started last.
service_serves_nodemanager() {
  local started
  started=$(get "$NODE_MANAGER/ws/v1/node/info" |
    jq -e 'select(.nodeInfo.nodeHealthy) | .nodeInfo.nmStartupTime') || return 1
  find_active_resource_manager || return 1
  get "$ACTIVE_RESOURCE_MANAGER/ws/v1/cluster/nodes?states=RUNNING" |
    jq -e --argjson started "$started" \
      '[.nodes.node[]? | select(.lastHealthUpdate >= $started)] | length == 1'
}

service_serves_historyserver() { get "$HISTORY_SERVER/config" | jq -e '."flink-version"'; }

service_serves_supervisord() {
  local call='<?xml version="1.0"?><methodCall><methodName>supervisor.getState</methodName><params/></methodCall>'
  get -H 'Content-Type: text/xml' -d "$call" "$SUPERVISOR_URL" | grep -q '<string>RUNNING</string>' &&
    get -H 'Content-Type: text/xml' -d "$call" --unix-socket "$DIR/run/supervisor.sock" \
      http://localhost/RPC2 | grep -q '<string>RUNNING</string>'
}

# Starts what does not run. STARTED remembers it, for the case that a later step fails.
start_service() {
  local service=$1
  if service_runs "$service"; then return 0; fi
  require_free_ports "$service"
  STARTED+=("$service")
  launch_service "$service"
}

# wait_for_service SERVICE SECONDS: until it serves; a process that ended is not waited for.
wait_for_service() {
  local service=$1 deadline=$((SECONDS + $2)) log
  until service_serves "$service"; do
    if ! service_runs "$service"; then
      log=$(service_log "$service")
      [[ -s $log ]] || log=$(service_output "$service")
      tail_of "$log"
      fail "$(service_title "$service") ended while it was starting" \
        "the end of its log stands above, all of it in $log"
    fi
    if ((SECONDS >= deadline)); then
      tail_of "$(service_log "$service")"
      fail "$(service_title "$service") runs, but did not serve within $2 seconds" \
        "address: $(service_address "$service")" \
        "the end of its log stands above, all of it in $(service_log "$service")"
    fi
    sleep 0.3
  done
  step "$(service_title "$service") serves at $(service_address "$service")"
}
