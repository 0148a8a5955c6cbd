#!/usr/bin/env bash
# The main job, end to end, on this machine: a cluster, a Deployment Manager, an example package deployed by REST,
# its Flink jobs running on YARN, stopped, destroyed, and everything cleaned up.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
umask 022  # other accounts than this one read what is installed and configured here

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)

usage() {
  cat << 'USAGE'
Usage: examples/demo.sh [--keep [--json]] [--dir DIRECTORY] [--port-base N] [--flink VERSION] [--build DIRECTORY]
                        [--ha] [--acl] [--python INTERPRETER]
       examples/demo.sh --down [--dir DIRECTORY]

Builds the project, brings up HDFS, YARN, Flink, supervisord and the Deployment Manager on this machine, deploys the
example package by REST (each command is shown as you would type it), and cleans up.

  --keep             leave cluster and Deployment Manager running, and print where they are; deploys nothing
  --json             with --keep: as one JSON object on standard output, everything else on standard error
  --down             end what --keep left, and remove its files
  --dir DIRECTORY    where everything lives (default: /var/lib/dm-flink-demo for root, ~/.local/state/dm-flink-demo); it
                     must be empty, new, or the demo's own from before. Of what is in it only what the demo made is deleted
  --port-base N      the cluster uses 20 ports from here on, 30 with --ha (default: 21000)
  --flink VERSION    Flink of the cluster (default: the cluster's own default)
  --build DIRECTORY  a build that is there already, instead of build/release
  --ha, --acl        as of cluster.sh up: two ResourceManagers and two NameNodes; YARN's access lists
  --python INTERPRETER
                     that runs PyFlink, for Python components (examples/applications/python/make-venv.sh makes one)
USAGE
}

mode=run
json=false
port_base=21000
flink=()
python=()
cluster_options=()
build=
if ((EUID == 0)); then default_directory=/var/lib/dm-flink-demo; else default_directory=$HOME/.local/state/dm-flink-demo; fi
directory=$default_directory
while (($#)); do
  case $1 in
    --keep) mode=keep ;;
    --down) mode=down ;;
    --json) json=true ;;
    --ha | --acl) cluster_options+=("$1") ;;
    --dir | --port-base | --flink | --build | --python)
      (($# > 1)) || { echo "error: $1 needs a value" >&2; exit 2; }
      case $1 in
        --dir) directory=$(realpath -m -- "$2") ;;
        --port-base) port_base=$2 ;;
        --flink) flink=(--flink "$2") ;;
        --build) build=$(realpath -- "$2") ;;
        --python) python=(--python "$2") ;;
      esac
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
[[ $mode == keep ]] || ! $json || { echo "error: --json goes with --keep" >&2; exit 2; }

# With --json, standard output is the one JSON object at the end.
exec 3>&1
if $json; then exec 1>&2; fi
if [[ -t 1 ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi

cluster_directory=$directory/cluster
manager_directory=$directory/manager
# Everything that is asked here is a service of this machine: http_proxy has no part in it.
behind_proxy=${http_proxy:-}
export no_proxy=localhost,127.0.0.1${no_proxy:+,$no_proxy}
export NO_PROXY=$no_proxy
# Without descriptor 3: its daemons would keep it, and whoever reads the JSON from a pipe would wait for ever.
cluster() { "$here/cluster/cluster.sh" "$@" --dir "$cluster_directory" 3>&-; }

marker=$directory/.made-by-demo

chapter() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
# Shows a command as a user would type it, then runs it.
show() {
  local word line=''
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./:%=,+@-]+$ ]] || word=\'${word//\'/\'\\\'\'}\'
    line+="$word "
  done
  printf '%s$ %s%s\n' "$dim" "${line% }" "$plain" >&2
  "$@"
}

# Those of this directory's configuration, whoever started them.
manager_pids() {
  local file pid argument configuration
  configuration=$(realpath -m -- "$manager_directory/deployment-manager.json")
  for file in /proc/[0-9]*/exe; do
    [[ $(readlink "$file" 2> /dev/null) == */deployment-manager* ]] || continue
    pid=${file#/proc/}
    pid=${pid%/exe}
    while IFS= read -r -d '' argument; do
      argument=${argument#--config=}
      [[ $argument == /* ]] || argument=/proc/$pid/cwd/$argument
      if [[ $(realpath -m -- "$argument") == "$configuration" ]]; then echo "$pid"; fi
    done < "/proc/$pid/cmdline" 2> /dev/null || true
  done
}

stop_manager() {
  local pid
  for pid in $(manager_pids); do
    kill "$pid" 2> /dev/null || continue
    for ((i = 0; i < 300; ++i)); do
      [[ -e /proc/$pid ]] || continue 2
      sleep 0.1
    done
    kill -9 "$pid"
  done
}

# What cannot work is said before anything is built or brought up.
check_directory() {
  # It stands in Hadoop's XML, in class paths and in supervisord's files, where other characters mean something.
  [[ $directory =~ ^(/[A-Za-z0-9._-]+)+$ ]] ||
    fail "the directory \"$directory\" cannot be used: only letters, digits and . _ - in its names; name another with --dir"
  [[ -e $directory && ! -e $marker ]] || return 0
  [[ -d $directory ]] || fail "$directory is not a directory"
  [[ -z $(ls -A -- "$directory") ]] ||
    fail "$directory holds what this demo did not make (no $marker): nothing is done there. Name an empty or a new one with --dir"
}

# The marker says whether the directory itself was there before.
claim_directory() {
  local made=found
  [[ -e $marker ]] && return
  [[ -e $directory ]] || made=made
  mkdir -p -- "$directory"
  printf '%s\n' "$made" > "$marker"
}

# Ends and removes what the demo made here, and nothing else.
take_down() {
  local made
  stop_manager
  if [[ -d $cluster_directory ]]; then cluster down --purge; fi
  made=$(< "$marker")
  rm -rf -- "$cluster_directory" "$cluster_directory.lock" "$manager_directory"
  rm -f -- "$marker"
  if [[ $made == made ]] && ! rmdir -- "$directory" 2> /dev/null; then
    echo "$directory stays: it holds what the demo did not make"
  fi
}

# What runs here already when this run begins is left running, however the run ends.
found_cluster=false found_manager=false
look_around() {
  local pids status=0
  [[ -e $marker ]] || return 0
  pids=$(manager_pids)
  if [[ -n $pids ]]; then found_manager=true; fi
  [[ -d $cluster_directory ]] || return 0
  cluster status > /dev/null 2>&1 || status=$?
  if ((status != 3)); then found_cluster=true; fi
}

give_back() {
  if ! $found_cluster && ! $found_manager; then
    take_down
    return
  fi
  if ! $found_manager; then stop_manager; fi
  if ! $found_cluster; then cluster down; fi
  echo "what ran in $directory before is left running"
}

down_command() {
  printf 'examples/demo.sh --down'
  [[ $directory == "$default_directory" ]] || printf ' --dir %q' "$directory"
}

check_directory
if [[ $mode == down ]]; then
  chapter "Taking down what $directory holds"
  if [[ -e $marker ]]; then take_down; else echo "nothing of the demo is there"; fi
  exit 0
fi
"$root/cmake/install-dependencies.sh"
cluster check
look_around

chapter "Building"
if [[ -z $build ]]; then
  build=$root/build/release
  log=$root/build/demo-build.log
  mkdir -p "$root/build"
  echo "plugin, guard and Deployment Manager into build/release (log: $log)"
  if ! (cd "$root" && cmake --preset release && cmake --build --preset release --target flink flink-guard deployment-manager) \
    > "$log" 2>&1; then
    tail -n 30 "$log" >&2
    fail "the build failed; the whole log is $log"
  fi
fi
"$here/applications/build.sh"

# Whatever goes wrong from here on: nothing that this run brought up stays behind.
ended() {
  local code=$?
  trap - EXIT
  if ((code != 0)); then
    printf '\n%sThe demo failed (exit code %d); the last lines of the logs:%s\n' "$bold" "$code" "$plain" >&2
    tail -n 15 "$manager_directory/manager.log" "$manager_directory"/opt/demo/*/*/logs/guard.log >&2 2> /dev/null || true
    give_back >&2 || true
  fi
  exit "$code"
}
trap ended EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

chapter "The cluster: HDFS, YARN, Flink, supervisord"
claim_directory
chmod 755 "$directory"
cluster up --port-base "$port_base" "${flink[@]}" "${cluster_options[@]}"
environment=$(cluster env --json)
user=$(jq -e -r .application_user <<< "$environment")
resource_manager=$(jq -e -r .resource_manager <<< "$environment")
webhdfs=$(jq -e -r .webhdfs <<< "$environment")
programs_directory=$(jq -e -r .supervisor_config_dir <<< "$environment")

chapter "The Deployment Manager"
manager=$(manager_pids | head -n 1)
if [[ -n $manager ]]; then
  echo "runs already, as process $manager"
else
  mkdir -p "$manager_directory"/{data,stage,opt,repository,bin}
  rm -f "$manager_directory/port"
  # supervisord starts the guard from here: its files take no path with a blank or an umlaut, and a build may lie anywhere.
  install -m 755 "$build/bin/flink-guard" "$manager_directory/bin/flink-guard"
  python3 "$here/demo/manager_configuration.py" --dir "$manager_directory" --build "$build" --namespace demo \
    --guard "$manager_directory/bin/flink-guard" --port $((port_base + 19)) "${python[@]}" \
    <<< "$environment" > "$manager_directory/deployment-manager.json"
  show "$build/bin/deployment-manager" --check-config --config "$manager_directory/deployment-manager.json"
  printf '%s$ %q --config %s &%s\n' "$dim" "$build/bin/deployment-manager" "$manager_directory/deployment-manager.json" "$plain"
  setsid "$build/bin/deployment-manager" --config "$manager_directory/deployment-manager.json" \
    > "$manager_directory/manager.log" 2>&1 3>&- < /dev/null &
  manager=$!
fi
for ((i = 0; i < 150; ++i)); do
  [[ -s $manager_directory/port ]] && break
  [[ -e /proc/$manager ]] || fail "the Deployment Manager has ended; see $manager_directory/manager.log"
  sleep 0.2
done
dm=http://127.0.0.1:$(cat "$manager_directory/port")
curl --silent --fail --output /dev/null "$dm/environment/endpoints" || fail "the Deployment Manager does not answer on $dm"
echo "answers on $dm"

if [[ $mode == keep ]]; then
  addresses=$(jq --arg dm "$dm" --arg repository "$manager_directory/repository" --argjson pid "$manager" \
    --arg directory "$directory" '{dm: $dm, repository: $repository, resource_manager, resource_manager_backup, webhdfs,
      webhdfs_backup, history_server, namenode_rpc, flink_home, hadoop_conf_dir, supervisor: .supervisor_url, dm_pid: $pid, application_user, state_root,
      supervisor_config_dir, flink_conf_dir, flink_version, hdfs_superuser, namespace: "demo", directory: $directory,
      configuration: ($directory + "/manager/deployment-manager.json"), log: ($directory + "/manager/manager.log")}' \
    <<< "$environment")
  if $json; then
    printf '%s\n' "$addresses" >&3
  else
    chapter "Left running"
    jq -r 'to_entries[] | select(.value != null) | "  \(.key)\(" " * (24 - (.key | length)))\(.value)"' <<< "$addresses"
    chapter "To go on"
    [[ -z $behind_proxy ]] || printf '  export no_proxy=localhost,127.0.0.1   # http_proxy is set here\n'
    printf '  export DM=%s\n  curl "$DM/applications?view=status&user.name=%s"\n' "$dm" "$user"
    printf 'To end it:\n  %s\n' "$(down_command)"
  fi
  exit 0
fi

# Waits until .status of a resource has left its passing state, showing what its components go through; prints what it
# is then.
wait_for() {
  local path=$1 passing=$2 wanted=$3 body status line since=$SECONDS
  local -A shown=()
  while :; do
    body=$(curl --silent --fail "$dm$path?user.name=$user")
    status=$(jq -r .status <<< "$body")
    while IFS= read -r line; do
      [[ -n $line && -z ${shown[$line]:-} ]] || continue
      shown[$line]=1
      printf '  %3d s  %s\n' $((SECONDS - since)) "$line"
    done < <(jq -r '.progress // {} | to_entries[] | "\(.key): \(.value.message // .value.phase)"' <<< "$body" 2> /dev/null)
    [[ $status == "$passing" ]] || break
    sleep 0.3
  done
  printf '  %3d s  %s is %s\n' $((SECONDS - since)) "${path#/}" "$status"
  [[ $status == "$wanted" ]] || fail "wanted $wanted, but it is $status: $(jq -r .information <<< "$body")"
}

# How far the streaming job has counted: its accumulator "events", which comes with the TaskManager's heartbeat (up to
# ten seconds). The job itself fails if a number is missing or comes twice.
counted() {
  local entry application job
  entry=$(curl --silent --fail "$dm/applications/counting/detail?user.name=$user" |
    jq -e -c '.components[] | select(.component == "stream")') || return
  application=$(jq -e -r .application_id <<< "$entry") && job=$(jq -e -r .job_id <<< "$entry") || return
  curl --silent --fail "$resource_manager/proxy/$application/jobs/$job/accumulators" |
    jq -r --arg name "$1" '.["user-task-accumulators"][]? | select(.name == $name) | .value'
}

await_count() {
  local value since=$SECONDS
  until value=$(counted "$1") && [[ $value =~ ^[0-9]+$ ]] && ((value > 0)); do
    ((SECONDS - since < 60)) || fail "the job's accumulator $1 does not arrive"
    sleep 0.5
  done
  printf '%s\n' "$value"
}

list_savepoints() {
  show curl --silent --show-error --fail-with-body "$dm/applications/counting/savepoints?component=stream&kind=savepoint&user.name=$user" |
    python3 "$here/demo/savepoint_table.py"
}

chapter "Uploading and deploying the example package"
show curl --silent --show-error --fail-with-body --upload-file "$root/build/packages/counter-1.0.0.tar.gz" \
  "$dm/repository/packages/counter-1.0.0.tar.gz?user.name=$user" | jq -c .
show curl --silent --show-error --fail-with-body "$dm/repository/packages?user.name=$user" | jq -c .
show curl --silent --show-error --fail-with-body --request PUT "$dm/packages/counter-1.0.0?user.name=$user"
wait_for /packages/counter-1.0.0/status DEPLOYING DEPLOYED

chapter "Creating an application of it"
show curl --silent --show-error --fail-with-body --request PUT "$dm/applications/counting?user.name=$user" \
  --json '{"package": "counter-1.0.0"}'
wait_for /applications/counting/status CREATING CREATED
echo "What supervisord will run for its streaming component:"
sed 's/^/  | /' "$programs_directory/flink.demo.counting.stream.conf" | fold -s -w 150

chapter "Starting it"
show curl --silent --show-error --fail-with-body --request POST "$dm/applications/counting/start?user.name=$user"
wait_for /applications/counting/status STARTING STARTED
show curl --silent --show-error --fail-with-body "$dm/applications/counting/detail?user.name=$user" | python3 "$here/demo/status_table.py"
state=$(curl --silent --fail "$dm/applications/counting/detail?user.name=$user" | jq -r '.components[] | select(.component == "stream").state')
[[ $state == RUNNING ]] || fail "the streaming component is $state, not RUNNING"
echo "The application's summary, in the console's words:"
show curl --silent --show-error --fail-with-body "$dm/applications/counting/summary?user.name=$user" | jq -r '.counting.aggregate_status | "  \(.)"'

chapter "Taking a savepoint while it runs"
# In an assignment of its own: bash ignores the failure of a command whose output is an argument.
events=$(await_count events)
printf '  %-40s %s\n' 'numbers counted so far' "$events"
show curl --silent --show-error --fail-with-body --request POST \
  "$dm/applications/counting/savepoints?user.name=$user" --json '{"component": "stream", "operation": "first"}' | jq -c .
for ((i = 0; i < 100; ++i)); do
  savepoint=$(curl --silent --fail "$dm/applications/counting/savepoints/first?user.name=$user")
  [[ $(jq -r .state <<< "$savepoint") =~ ^(COMPLETED|FAILED)$ ]] && break
  sleep 0.2
done
[[ $(jq -r .state <<< "$savepoint") == COMPLETED ]] || fail "the savepoint is not completed: $savepoint"
list_savepoints

chapter "Stopping it with a savepoint, and starting it again"
show curl --silent --show-error --fail-with-body --request POST "$dm/applications/counting/stop?user.name=$user"
wait_for /applications/counting/status STOPPING CREATED
list_savepoints
show curl --silent --show-error --fail-with-body --request POST "$dm/applications/counting/start?user.name=$user"
wait_for /applications/counting/status STARTING STARTED
restored=$(await_count restored_from)
events=$(await_count events)
printf '  %-40s %s\n' 'it goes on after number' "$restored" 'numbers counted so far' "$events"

chapter "Disposing of the first savepoint"
show curl --silent --show-error --fail-with-body --request DELETE \
  "$dm/applications/counting/savepoints/first?component=stream&user.name=$user"
for ((i = 0; i < 100; ++i)); do
  savepoint=$(curl --silent --fail "$dm/applications/counting/savepoints/first?user.name=$user" | jq -r .state)
  [[ $savepoint == DISPOSED ]] && break
  sleep 0.2
done
[[ $savepoint == DISPOSED ]] || fail "the savepoint is $savepoint, not DISPOSED"
list_savepoints

chapter "Stopping it"
show curl --silent --show-error --fail-with-body --request POST "$dm/applications/counting/stop?user.name=$user"
wait_for /applications/counting/status STOPPING CREATED
show curl --silent --show-error --fail-with-body "$dm/applications/counting/detail?user.name=$user" | python3 "$here/demo/status_table.py"

chapter "Destroying it"
show curl --silent --show-error --fail-with-body --request DELETE "$dm/applications/counting?user.name=$user"
wait_for /applications/counting/status DESTROYING NOTCREATED
show curl --silent --show-error --fail-with-body --request DELETE "$dm/packages/counter-1.0.0?user.name=$user"
wait_for /packages/counter-1.0.0/status UNDEPLOYING NOTDEPLOYED

chapter "What is left"
left=$(curl --silent --fail "$resource_manager/ws/v1/cluster/apps?applicationTags=dm-fleet-demo&states=NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING" |
  jq -e '[.apps.app[]?] | length')
staging=$(curl --silent "$webhdfs/webhdfs/v1/user/$user/.flink?op=LISTSTATUS&user.name=$user" |
  jq -e 'if .RemoteException.exception == "FileNotFoundException" then 0
         else .FileStatuses.FileStatus // error("HDFS does not list them") | length end')
programs=$(find "$programs_directory" -name 'flink.demo.*' | wc -l)
printf '  %-40s %s\n' 'live YARN applications' "$left" 'staging directories on HDFS' "$staging" \
  "programs in supervisord" "$programs"
((left == 0 && staging == 0 && programs == 0)) || fail "something was left behind"

chapter "Taking down what this run brought up"
give_back
trap - EXIT
chapter "Done"
