# Two ResourceManagers and two NameNodes, one of each active: ZooKeeper decides which.
#
# The NameNodes share their edit log as a directory, which is enough on one machine; each has a failover
# controller (ZKFC) beside it. Clients and the other daemons find the active one by themselves.

# Sets ACTIVE_RESOURCE_MANAGER; status 1 where there is none at the moment.
find_active_resource_manager() {
  local address
  for address in "$RESOURCE_MANAGER" $RESOURCE_MANAGER_BACKUP; do
    if resource_manager_is ACTIVE "$address" >/dev/null 2>&1; then
      ACTIVE_RESOURCE_MANAGER=$address
      return 0
    fi
  done
  return 1
}

namenode_is() {
  get --max-time 2 "$2/jmx?qry=Hadoop:service=NameNode,name=NameNodeStatus" |
    jq -e --arg state "$1" '.beans[0].State == $state'
}

# Sets ACTIVE_WEBHDFS.
find_active_namenode() {
  local address
  ACTIVE_WEBHDFS=$WEBHDFS
  $HA || return 0
  for address in "$WEBHDFS" "$WEBHDFS_BACKUP"; do
    if namenode_is active "$address" >/dev/null 2>&1; then
      ACTIVE_WEBHDFS=$address
      return 0
    fi
  done
  fail "neither NameNode is active" "look at the logs of namenode1, namenode2, zkfc1, zkfc2 and zookeeper"
}

# One of a pair serves when it is the active one, or stands by for the other, which is active.
resource_manager_of_pair_serves() {
  resource_manager_is ACTIVE "$1" ||
    { resource_manager_is STANDBY "$1" && resource_manager_is ACTIVE "$2"; }
}

namenode_of_pair_serves() {
  namenode_is_operational "$1" &&
    { namenode_is active "$1" || { namenode_is standby "$1" && namenode_is active "$2"; }; }
}

service_serves_resourcemanager1() {
  resource_manager_of_pair_serves "$RESOURCE_MANAGER" "$RESOURCE_MANAGER_BACKUP"
}

service_serves_resourcemanager2() {
  resource_manager_of_pair_serves "$RESOURCE_MANAGER_BACKUP" "$RESOURCE_MANAGER"
}

service_serves_namenode1() { namenode_of_pair_serves "$WEBHDFS" "$WEBHDFS_BACKUP"; }
service_serves_namenode2() { namenode_of_pair_serves "$WEBHDFS_BACKUP" "$WEBHDFS"; }

# It has no page: that it listens is all there is to see.
service_serves_zkfc1() { [[ -n $(port_holder "$ZKFC1_PORT") ]]; }
service_serves_zkfc2() { [[ -n $(port_holder "$ZKFC2_PORT") ]]; }

service_serves_zookeeper() {
  # shellcheck disable=SC2016  # expanded by the inner shell
  timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf ruok >&3 && grep -q imok <&3' \
    zookeeper "$ZOOKEEPER_PORT"
}

# Was this NameNode replaced by the other one, while it hung?
namenode_was_replaced() {
  case $1 in
    namenode1) namenode_is active "$WEBHDFS_BACKUP" >/dev/null 2>&1 ;;
    namenode2) namenode_is active "$WEBHDFS" >/dev/null 2>&1 ;;
    *) return 1 ;;
  esac
}

# A daemon of the pair has to be told which one it is, since both addresses are this machine's.
daemon_conf_dir() {
  case $1 in
    namenode[12] | zkfc[12] | resourcemanager[12]) printf '%s-%s\n' "$(hadoop_conf_dir)" "${1: -1}" ;;
    *) hadoop_conf_dir ;;
  esac
}

configure_pair() {
  local number
  for number in 1 2; do
    configure_hadoop_in "$(hadoop_conf_dir)-$number" "$number"
  done
  render zoo.cfg "$DIR/zoo.cfg" DIR="$DIR" ZOOKEEPER_PORT="$ZOOKEEPER_PORT"
  render fence-namenode.sh "$DIR/fence-namenode.sh" DIR="$DIR"
  chmod 755 -- "$DIR/fence-namenode.sh"
}

# Everything up to two NameNodes that know each other. What is on HDFS already stays: an instance that
# had one NameNode gets the second beside it.
start_namenodes_of_pair() {
  local conf name_node=org.apache.hadoop.hdfs.server.namenode.NameNode
  conf=$(daemon_conf_dir namenode1)
  start_service zookeeper
  wait_for_service zookeeper "$SLOWEST_START"
  format_hdfs "$conf"
  if [[ ! -e $DIR/hdfs/shared/current/VERSION ]]; then
    hadoop_tool "copying the edit log to where both NameNodes find it" shared-edits.log "$conf" \
      $name_node -initializeSharedEdits -force -nonInteractive
  fi
  if [[ ! -e $DIR/zookeeper/controllers-have-their-node ]]; then
    hadoop_tool "making the failover controllers' node in ZooKeeper" format-zookeeper.log "$conf" \
      org.apache.hadoop.hdfs.tools.DFSZKFailoverController -formatZK -force -nonInteractive
    touch -- "$DIR/zookeeper/controllers-have-their-node"
  fi
  start_service namenode1
  if [[ ! -e $DIR/hdfs/name2/current/VERSION ]]; then
    wait_for_answer namenode1 "$SLOWEST_START"
    hadoop_tool "giving the second NameNode what the first one has" bootstrap.log \
      "$(daemon_conf_dir namenode2)" $name_node -bootstrapStandby -force -nonInteractive
  fi
  start_service namenode2
}

# wait_for_answer SERVICE SECONDS: until it answers at all, as a NameNode in safe mode does.
wait_for_answer() {
  local deadline=$((SECONDS + $2))
  until get --output /dev/null "$(service_address "$1")/jmx?qry=none"; do
    service_runs "$1" && ((SECONDS < deadline)) || wait_for_service "$1" 0
    sleep 0.3
  done
}
