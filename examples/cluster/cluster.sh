#!/usr/bin/env bash
# A Hadoop cluster with Flink on one machine: HDFS, YARN, Flink's history server, supervisord.
#
# This file reads the command line and says what each command does, in order; how is in lib/.
set -euo pipefail
umask 022

CLUSTER_HOME=$(cd -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")" && pwd)
readonly CLUSTER_HOME

for part in messages instance checks proxy fetch configure processes services pair hdfs oozie kafka applications report; do
  # shellcheck source=/dev/null
  source "$CLUSTER_HOME/lib/$part.sh"
done
unset part

usage() {
  cat <<TEXT
usage: cluster.sh COMMAND [OPTION...]

  up                start what does not run yet, wait until everything serves, print the table
  down              stop everything; --purge removes the instance's directory as well
  status            the table of services; exit 0 all serve, 1 some do not, 3 none runs
  env               the exports that make flink and curl find the cluster: eval "\$(cluster.sh env)"
  flink VERSION     make another Flink usable on the running cluster, and print its exports
  logs [SERVICE]    the end of the log files; --follow goes on
  start SERVICE     start one service and wait until it serves (--no-wait: do not)
  restart SERVICE   end one service, then start it
  kill SERVICE      kill -9 one service and wait until it is gone
  stop SERVICE      SIGSTOP: it hangs, connected and silent, until "cont SERVICE"
  cont SERVICE      SIGCONT: it goes on
  fetch [VERSION..] only download Hadoop and Flink (and what --with names) into the cache
  kafka-topic ...   create NAME, describe NAME, delete NAME, list; options go on to Kafka's own tool
  events ...        events of the platform, into a topic or a master dataset: events --help
  check             only say which Debian packages are missing that \`up\` cannot install here

services: ${SINGLE_SERVICES[*]}
with --with oozie: ${OOZIE_SERVICES[*]}
with --with kafka: ${KAFKA_SERVICES[*]}
with --ha: ${PAIR_SERVICES[*]:0:7}
          ${PAIR_SERVICES[*]:7}

  --dir DIR         the instance's directory        (default $(default_directory))
  --port-base N     its ports are N to N+$((PORT_COUNT - 1)), with --ha to N+$((PAIR_PORT_COUNT - 1))
                                                    (default $DEFAULT_PORT_BASE)
  --flink VERSION   $(known_flink_versions | paste -s -d ' ')
                                                    (default $DEFAULT_FLINK_VERSION)
  --memory-mb N     what YARN may hand out          (default 6144, less on a small machine)
  --ha              up: two ResourceManagers and two NameNodes, with ZooKeeper; stays so
  --acl             up: YARN's access lists are on; stays so
  --queues          up: the platform's queues, each for a group of accounts, with --acl; stays so (root only)
  --with-log-aggregation
                    up: YARN moves the logs of ended applications to HDFS; stays so
  --with oozie      up: Oozie, and an sshd for its ssh action; stays so
  --with kafka      up: a Kafka broker; stays so
  --json            status, env and flink: as one JSON object
  --purge           down: remove all files of the instance
  --no-wait         start, restart: return as soon as the process runs
  --no-install      up, fetch: say which packages are missing instead of installing them
  --follow          logs: go on printing

DM_CACHE_DIR        where downloads are kept        (default $(default_cache))
TEXT
}

parse_command_line() {
  COMMAND=${1:-}
  ARGUMENTS=()
  DIR='' PORT_BASE='' FLINK_VERSION='' MEMORY_MB='' HA='' ACL='' QUEUES='' LOG_AGGREGATION='' OOZIE='' KAFKA=''
  JSON=false PURGE=false WAIT=true INSTALL=true FOLLOW=false
  (($# == 0)) || shift
  while (($# > 0)); do
    case $1 in
      --dir | --port-base | --flink | --memory-mb | --with)
        (($# >= 2)) && [[ -n $2 ]] || fail_usage "$1 needs a value"
        case $1 in
          --dir) DIR=$2 ;;
          --port-base) PORT_BASE=$2 ;;
          --flink) FLINK_VERSION=$2 ;;
          --memory-mb) MEMORY_MB=$2 ;;
          --with)
            case $2 in
              oozie) OOZIE=true ;;
              kafka) KAFKA=true ;;
              *) fail_usage "--with $2: allowed are oozie and kafka, each with a --with of its own" ;;
            esac
            ;;
        esac
        shift
        ;;
      --ha) HA=true ;;
      --acl) ACL=true ;;
      --queues) QUEUES=true ACL=true ;;
      --with-log-aggregation) LOG_AGGREGATION=true ;;
      --json) JSON=true ;;
      --purge) PURGE=true ;;
      --no-wait) WAIT=false ;;
      --no-install) INSTALL=false ;;
      --follow | -f) FOLLOW=true ;;
      --help | -h)
        if [[ $COMMAND == events ]]; then ARGUMENTS+=("$1"); else COMMAND=help; fi
        ;;
      -*)
        # Options of the tool that it calls.
        [[ $COMMAND == events || $COMMAND == kafka-topic ]] || fail_usage "there is no option $1"
        ARGUMENTS+=("$1")
        ;;
      *) ARGUMENTS+=("$1") ;;
    esac
    shift
  done
  DIR=$(resolve_directory "${DIR:-$(default_directory)}")
}

# The choices of an instance that runs cannot be changed under it.
require_unchanged() {
  local service name asked remembered
  instance_exists || return 0
  for service in "${SINGLE_SERVICES[@]}" "${PAIR_SERVICES[@]}" "${OOZIE_SERVICES[@]}" "${KAFKA_SERVICES[@]}"; do
    service_runs "$service" || continue
    for name in port_base:"$PORT_BASE" flink_version:"$FLINK_VERSION" memory_mb:"$MEMORY_MB" \
      ha:"$HA" acl:"$ACL" queues:"$QUEUES" log_aggregation:"$LOG_AGGREGATION" oozie:"$OOZIE" kafka:"$KAFKA" cache:"$CACHE"; do
      asked=${name#*:} name=${name%%:*}
      remembered=$(instance_value "$name")
      case $name in ha | acl | queues | log_aggregation | oozie | kafka) : "${remembered:=false}" ;; esac
      [[ $asked == "$remembered" ]] ||
        fail "the cluster in $DIR runs with $name $remembered, not $asked" \
          "stop it first: cluster.sh down --dir $DIR" \
          "another Flink beside it: cluster.sh flink VERSION; another cluster: --dir and --port-base"
    done
  done
}

# However it ends: a start that failed leaves nothing running that it started, and a directory that
# never became an instance keeps no lock file.
finish() {
  local status=$? service
  trap - EXIT INT TERM HUP
  remove_own_policy
  if ((status != 0 && ${#STARTED[@]} > 0)); then
    say "stopping what was started"
    for service in "${STARTED[@]}"; do signal_service TERM "$service"; done
    for service in "${STARTED[@]}"; do stop_service "$service" 5; done
  fi
  if [[ -n ${INSTANCE_LOCK:-} ]] && ! instance_exists; then rm -f -- "$DIR.lock"; fi
  exit "$status"
}

# Started once its files lie on HDFS.
needs_files() { [[ $1 == historyserver || $1 == oozie ]]; }

# Some services serve only together with another one: which of those does not run.
lacking() {
  case $1 in
    namenode) lacking_all_of datanode ;;
    namenode[12]) lacking_all_of datanode || lacking_all_of zookeeper || lacking_all_of "zkfc${1: -1}" ;;
    zkfc[12] | resourcemanager[12]) lacking_all_of zookeeper ;;
    datanode | historyserver | oozie) lacking_all_of namenode namenode1 namenode2 ;;
    nodemanager) lacking_all_of resourcemanager resourcemanager1 resourcemanager2 ;;
    *) return 1 ;;
  esac
}

# lacking_all_of SERVICE...: status 1 where one of them runs; else the first one's title.
lacking_all_of() {
  local service
  for service in "$@"; do
    ! service_runs "$service" || return 1
  done
  service_title "$1"
}

command_up() {
  local service stopped=()
  require_packages
  require_java
  require_own_directory
  lock_instance
  load_instance # again: another `up` may have settled it while this one waited
  require_unchanged
  for service in "${SERVICES[@]}"; do
    service_runs "$service" || stopped+=("$service")
  done
  if ((${#stopped[@]} > 0)); then
    require_free_ports "${stopped[@]}"
    ((${#stopped[@]} < ${#SERVICES[@]})) || require_memory
    require_disk "$DIR" "$DISK_MB"
  fi
  create_users
  require_readable_place "$CACHE"
  fetch_hadoop
  fetch_flink "$FLINK_VERSION"
  if $OOZIE; then fetch_oozie; fi
  if $KAFKA; then fetch_kafka; fi

  require_readable_place "$DIR"
  create_directories
  save_instance
  configure_hadoop
  configure_flink "$FLINK_VERSION"
  configure_supervisord
  if $OOZIE; then configure_oozie; fi
  if $KAFKA; then configure_kafka; fi
  ((${#stopped[@]} == 0)) || step "starting ${stopped[*]}"
  if $HA; then start_namenodes_of_pair; else format_hdfs "$(hadoop_conf_dir)"; fi
  for service in "${SERVICES[@]}"; do
    needs_files "$service" || start_service "$service"
  done
  for service in "${SERVICES[@]}"; do
    needs_files "$service" || wait_for_service "$service" "$SLOWEST_START"
  done
  prepare_hdfs
  provide_flink "$FLINK_VERSION"
  if $OOZIE; then provide_share_lib; fi
  for service in "${SERVICES[@]}"; do
    ! needs_files "$service" || start_service "$service"
  done
  for service in "${SERVICES[@]}"; do
    ! needs_files "$service" || wait_for_service "$service" "$SLOWEST_START"
  done
  say ''
  print_status "$(service_rows)"
}

command_down() {
  local service index order=(supervisord)
  if instance_exists; then
    require_java
    lock_instance
    step "stopping the cluster in $DIR"
    end_applications
    for ((index = ${#SERVICES[@]} - 1; index >= 0; index--)); do order+=("${SERVICES[index]}"); done
    for service in "${order[@]}"; do signal_service TERM "$service"; done
    for service in "${order[@]}"; do stop_service "$service" 5; done
    end_leftover_processes
    if $PURGE; then
      rm -rf -- "$DIR"
      step "stopped, and $DIR removed"
    else
      step "stopped; its files stay in $DIR (--purge removes them)"
    fi
  else
    say "there is no cluster in $DIR: nothing to stop"
  fi
}

command_status() {
  local rows
  require_instance
  rows=$(service_rows)
  if $JSON; then print_status_json "$rows"; else print_status "$rows"; fi
  grep -q $'\t\(serving\|unready\|hung\)\t' <<<"$rows" || return 3
  ! grep -q $'\t\(stopped\|unready\|hung\)\t' <<<"$rows"
}

command_env() {
  require_instance
  require_java
  if $JSON; then
    print_environment_json "$FLINK_VERSION"
  else
    print_environment "$FLINK_VERSION"
  fi
}

# flink VERSION: a version matrix runs on one cluster this way.
command_flink() {
  local version=${ARGUMENTS[0]:-}
  [[ -n $version ]] || fail_usage "which version? known: $(known_flink_versions | paste -s -d ' ')"
  require_known_flink "$version"
  require_instance
  require_java
  service_serves namenode || service_serves namenode1 || service_serves namenode2 || fail "HDFS does not serve" "start the cluster: cluster.sh up --dir $DIR"
  lock_instance
  fetch_flink "$version"
  configure_flink "$version"
  provide_flink "$version"
  if $JSON; then print_environment_json "$version"; else print_environment "$version"; fi
}

command_logs() {
  local service files=()
  require_instance
  for service in "${ARGUMENTS[@]:-${SERVICES[@]}}"; do
    require_service "$service"
    files+=("$(service_log "$service")")
  done
  if $FOLLOW; then exec tail -n 20 -F -- "${files[@]}"; fi
  tail -n 20 -- "${files[@]}"
}

command_start() {
  local service=${ARGUMENTS[0]:-} other
  require_instance
  require_service "$service"
  require_java
  lock_instance
  start_service "$service"
  if ! $WAIT; then return 0; fi
  if other=$(lacking "$service"); then
    step "$(service_title "$service") runs; it will serve once $other does"
    return 0
  fi
  wait_for_service "$service" "$SLOWEST_START"
  # Until the NodeManager has come back nothing can be submitted.
  if [[ $service == resourcemanager* ]] && service_runs nodemanager; then
    wait_for_service nodemanager "$SLOWEST_START"
  fi
}

command_restart() {
  local service=${ARGUMENTS[0]:-}
  require_instance
  require_service "$service"
  lock_instance
  stop_service "$service"
  exec {INSTANCE_LOCK}>&-
  command_start
}

command_kill() {
  require_running_service
  kill_service "$SERVICE"
  step "$(service_title "$SERVICE") is gone"
}

command_stop() {
  require_running_service
  signal_service STOP "$SERVICE"
  step "$(service_title "$SERVICE") hangs; it goes on with: cluster.sh cont $SERVICE --dir $DIR"
}

command_cont() {
  require_running_service
  # It would go on writing the common edit log for a moment, beside the one that is active now.
  if service_hangs "$SERVICE" && namenode_was_replaced "$SERVICE"; then
    kill_service "$SERVICE"
    step "$(service_title "$SERVICE") was replaced while it hung, and is ended: start it again"
    return 0
  fi
  signal_service CONT "$SERVICE"
  step "$(service_title "$SERVICE") goes on"
}

# Sets SERVICE, the one that was named.
require_running_service() {
  SERVICE=${ARGUMENTS[0]:-}
  require_instance
  require_service "$SERVICE"
  lock_instance
  service_runs "$SERVICE" || fail "$(service_title "$SERVICE") does not run"
}

command_fetch() {
  local version
  require_packages
  require_java
  fetch_hadoop
  if $OOZIE; then fetch_oozie; fi
  if $KAFKA; then fetch_kafka; fi
  for version in "${ARGUMENTS[@]:-$FLINK_VERSION}"; do fetch_flink "$version"; done
}

command_kafka_topic() {
  require_kafka
  kafka_topic "${ARGUMENTS[@]}"
}

# events dataset DIRECTORY: a local one; without one, or with an hdfs: path, on the cluster's HDFS.
command_events() {
  local place=${ARGUMENTS[1]:-}
  require_instance
  require_java
  case ${ARGUMENTS[0]:-} in
    topic | read) require_kafka ;;
    *) fetch_kafka ;; # what the generator is compiled with
  esac
  compile_events
  if [[ ${ARGUMENTS[0]:-} == dataset && ($place == hdfs:/* || $place == --* || -z $place) ]]; then
    if [[ $place == hdfs:/* ]]; then
      dataset_on_hdfs "${place#hdfs:}" "${ARGUMENTS[@]:2}"
    else
      dataset_on_hdfs "$MASTER_DATASET" "${ARGUMENTS[@]:1}"
    fi
  else
    run_events "${ARGUMENTS[@]}"
  fi
}

# What `up` would end with, before anybody waits for anything.
command_check() {
  local missing=()
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} == 0)) || ((EUID == 0)) || require_packages
}

STARTED=()
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
parse_command_line "$@"
case $COMMAND in
  help | --help | -h) usage ;;
  up | down | status | env | flink | logs | start | restart | kill | stop | cont | fetch | kafka-topic | events | check)
    load_instance
    "command_${COMMAND//-/_}"
    ;;
  '') usage >&2 && exit 2 ;;
  *) fail_usage "there is no command \"$COMMAND\"" ;;
esac
