# The instance's processes: started detached, found again by pid file, ended until gone.
#
# A pid file alone proves nothing: the number may belong to another process by now. What it names
# counts only if its command line carries the instance's mark.

pid_file() { printf '%s/run/%s.pid\n' "$DIR" "$1"; }

# process_is PID SERVICE: is this process that service of this instance?
process_is() {
  local pid=$1 service=$2 arguments=() argument
  mapfile -d '' -t arguments 2>/dev/null <"/proc/$pid/cmdline" || return 1
  for argument in "${arguments[@]}"; do
    case $argument in
      "-Dcluster.service=$DIR:$service") return 0 ;;
      "$DIR/supervisord.conf") [[ $service == supervisord ]] && return 0 ;;
      # It writes over its command line, as one argument.
      "$DIR/oozie/ssh/sshd_config" | "sshd: "*" $DIR/oozie/ssh/sshd_config "*) [[ $service == sshd ]] && return 0 ;;
    esac
  done
  return 1
}

# The service's process id; status 1 where it does not run.
service_pid() {
  local file pid
  file=$(pid_file "$1")
  [[ -r $file ]] || return 1
  pid=$(<"$file")
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] && process_is "$pid" "$1" || return 1
  printf '%s\n' "$pid"
}

service_runs() { service_pid "$1" >/dev/null; }

# launch SERVICE OUTPUT COMMAND...: in a session of its own, with a chosen environment only, and
# without the lock, which would otherwise be held as long as the service lives.
launch() {
  local service=$1 output=$2
  shift 2
  local AS_USER home=$HOME user
  as_service_user "$service"
  user=$(id -un)
  if ((${#AS_USER[@]} > 0)); then home=$DIR/tmp user=$(user_of_service "$service"); fi
  (
    cd -- "$DIR" || exit
    exec {INSTANCE_LOCK}>&-
    exec setsid "${AS_USER[@]}" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      HOME="$home" USER="$user" LANG=C.UTF-8 \
      JAVA_HOME="$JAVA_HOME" HADOOP_CONF_DIR="$(daemon_conf_dir "$service")" "$@" </dev/null >>"$output" 2>&1
  ) &
  local pid=$! tries
  disown "$pid"
  printf '%s\n' "$pid" >"$(pid_file "$service")"
  # Until exec has happened the command line is still this script's.
  for ((tries = 0; tries < 100; tries++)); do
    process_is "$pid" "$service" && return 0
    [[ -d /proc/$pid ]] || return 0
    sleep 0.05
  done
}

# wait_until_gone SERVICE SECONDS
wait_until_gone() {
  local deadline=$((SECONDS + $2))
  while service_runs "$1"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# Signals of root's services by another user fail: say so instead of waiting for nothing.
signal_service() {
  local signal=$1 service=$2 pid
  pid=$(service_pid "$service") || return 0
  kill -s "$signal" "$pid" 2>/dev/null || ! service_runs "$service" ||
    fail "process $pid ($service) belongs to $(stat -c %U "/proc/$pid")" "run this as that user"
}

# Stopped by SIGSTOP: connections to it are accepted by the kernel, and nobody answers.
service_hangs() {
  local pid status
  pid=$(service_pid "$1") && status=$(<"/proc/$pid/stat") 2>/dev/null || return 1
  # The command's name, in parentheses, may have anything in it.
  [[ ${status##*) } == T* ]]
}

# Ends a service and waits until it is gone, because its successor needs its ports.
stop_service() {
  local service=$1 grace=${2:-15}
  signal_service TERM "$service"
  signal_service CONT "$service"
  if ! wait_until_gone "$service" "$grace"; then
    signal_service KILL "$service"
    wait_until_gone "$service" 10 ||
      fail "$(service_title "$service") (process $(service_pid "$service")) does not end" \
        "not even by SIGKILL: look at its state in /proc"
  fi
  rm -f -- "$(pid_file "$service")"
}

kill_service() {
  signal_service KILL "$1"
  wait_until_gone "$1" 10 || fail "$(service_title "$1") does not end, not even by SIGKILL"
  rm -f -- "$(pid_file "$1")"
}

# Processes that the services left behind: YARN containers (the NodeManager gives them LOCAL_DIRS),
# programs of supervisord (it gives them its URL), Flink clients that talk to this cluster.
leftover_processes() {
  local mark file pid
  for mark in "LOCAL_DIRS=$DIR/yarn/local" "SUPERVISOR_SERVER_URL=unix://$DIR/run/supervisor.sock"; do
    for file in $(grep -lsz -- "^$mark" /proc/[0-9]*/environ 2>/dev/null || true); do
      pid=${file#/proc/}
      printf '%s\n' "${pid%%/*}"
    done
  done
  for file in $(grep -lsz -- "[:=]$DIR/hadoop-conf\|^$DIR/hadoop-conf" /proc/[0-9]*/cmdline \
    2>/dev/null || true); do
    grep -qsz -- '^org.apache.flink.client.cli.CliFrontend$' "$file" || continue
    pid=${file#/proc/}
    printf '%s\n' "${pid%%/*}"
  done
}

end_leftover_processes() {
  local pids=() round
  for ((round = 0; round < 50; round++)); do
    mapfile -t pids < <(leftover_processes | sort -un)
    ((${#pids[@]} > 0)) || return 0
    kill -s KILL "${pids[@]}" 2>/dev/null || true
    sleep 0.1
  done
  fail "processes of this cluster do not end: ${pids[*]}"
}
