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
                        [--authentication WAY] [--ha] [--acl] [--queues] [--with-log-aggregation] [--with oozie] [--with kafka]
                        [--memory-mb N] [--python INTERPRETER]
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
  --authentication WAY
                     how the Deployment Manager learns who asks: trusted-name (what user.name says is believed, on this
                     machine only; the default, since its lines are the shortest), socket (the kernel says whose process
                     asks), token, proxy (nginx in front asks for a password), certificate (TLS on both sides)
  --ha, --acl, --queues
                     as of cluster.sh up: two ResourceManagers and two NameNodes; YARN's access lists; the platform's queues
  --with-log-aggregation
                     as of cluster.sh up: YARN moves the logs of ended applications to HDFS
  --with oozie       as of cluster.sh up: Oozie, which begins the runs of components that have a schedule
  --with kafka       as of cluster.sh up: Kafka, whose address packages get as environment_kafka_brokers
  --memory-mb N      as of cluster.sh up: what YARN may hand out
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
authentication=
if ((EUID == 0)); then default_directory=/var/lib/dm-flink-demo; else default_directory=$HOME/.local/state/dm-flink-demo; fi
directory=$default_directory
while (($#)); do
  case $1 in
    --keep) mode=keep ;;
    --down) mode=down ;;
    --json) json=true ;;
    --ha | --acl | --queues | --with-log-aggregation) cluster_options+=("$1") ;;
    --dir | --port-base | --flink | --build | --authentication | --memory-mb | --python | --with)
      (($# > 1)) || { echo "error: $1 needs a value" >&2; exit 2; }
      case $1 in
        --dir) directory=$(realpath -m -- "$2") ;;
        --port-base) port_base=$2 ;;
        --flink) flink=(--flink "$2") ;;
        --build) build=$(realpath -- "$2") ;;
        --authentication) authentication=$2 ;;
        --python) python=(--python "$2") ;;
        --memory-mb) cluster_options+=(--memory-mb "$2") ;;
        --with) cluster_options+=(--with "$2") ;;
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

chapter() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
for part in requests manager authentication directory; do
  # shellcheck source=/dev/null
  source "$here/demo/$part.sh"
done
unset part

[[ -z $authentication ]] || check_way "$authentication"
check_directory
if [[ $mode == down ]]; then
  chapter "Taking down what $directory holds"
  if [[ -e $marker ]]; then take_down; else echo "nothing of the demo is there"; fi
  exit 0
fi
"$root/cmake/install-dependencies.sh" --no-browser --no-languages
cluster check
look_around
choose_way

chapter "Building"
if [[ -z $build ]]; then
  build=$root/build/release
  log=$root/build/demo-build.log
  mkdir -p "$root/build"
  echo "plugin, guard, Deployment Manager and its client into build/release (log: $log)"
  if ! (cd "$root" && cmake --preset release && cmake --build --preset release --target flink flink-guard deployment-manager dmctl) \
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
if [[ -n $manager ]]; then echo "runs already, as process $manager"; else start_manager; fi
use_proof
look --output /dev/null "$dm/environment/endpoints" || fail "the Deployment Manager does not answer on $dm"
echo "answers on $dm; who asks is told by: $authentication"

if [[ $mode == keep ]]; then
  addresses=$(jq --arg dm "$dm" --arg repository "$manager_directory/repository" --argjson pid "$manager" \
    --arg directory "$directory" --arg way "$authentication" --argjson proof "$(jq -n -c '$ARGS.positional' --args -- "${proof[@]}")" \
    '{dm: $dm, authentication: $way, curl: $proof, repository: $repository, resource_manager, resource_manager_backup, webhdfs,
      webhdfs_backup, history_server, namenode_rpc, flink_home, hadoop_conf_dir, supervisor: .supervisor_url, dm_pid: $pid, application_user, state_root,
      supervisor_config_dir, flink_conf_dir, flink_version, hdfs_superuser, oozie_url, edge_user, kafka_brokers, namespace: "demo", directory: $directory,
      configuration: ($directory + "/manager/deployment-manager.json"), log: ($directory + "/manager/manager.log")}' \
    <<< "$environment")
  if $json; then
    printf '%s\n' "$addresses" >&3
  else
    chapter "Left running"
    jq -r 'to_entries[] | select(.value != null and .value != []) |
      "  \(.key)\(" " * (24 - (.key | length)))\(if .value | type == "array" then .value | join(" ") else .value end)"' <<< "$addresses"
    chapter "To go on"
    [[ -z $behind_proxy ]] || printf '  export no_proxy=localhost,127.0.0.1   # http_proxy is set here\n'
    printf '  export DM=%s\n' "$dm"
    ((${#proof[@]} == 0)) || printf '  curl() { command curl%s "$@"; }   # who asks\n' "$(printf ' %q' "${proof[@]}")"
    printf '  export %s   # %s\n' "$(printf '%q ' "${client_variables[@]}" | sed 's/ $//')" "for the client, $build/bin/dmctl"
    printf '  curl "$DM/applications?view=status&user.name=%s"\n' "$user"
    printf 'To end it:\n  %s\n' "$(down_command)"
  fi
  exit 0
fi

chapter "Uploading and deploying the example package"
ask --upload-file "$root/build/packages/counter-1.0.0.tar.gz" \
  "$dm/repository/packages/counter-1.0.0.tar.gz?user.name=$user" | jq -c .
ask "$dm/repository/packages?user.name=$user" | jq -c .
ask --request PUT "$dm/packages/counter-1.0.0?user.name=$user"
wait_for /packages/counter-1.0.0/status DEPLOYING DEPLOYED

chapter "Creating an application of it"
ask --request PUT "$dm/applications/counting?user.name=$user" --json '{"package": "counter-1.0.0"}'
wait_for /applications/counting/status CREATING CREATED
echo "What supervisord will run for its streaming component:"
sed 's/^/  | /' "$programs_directory/flink.demo.counting.stream.conf" | fold -s -w 150

chapter "Starting it"
ask --request POST "$dm/applications/counting/start?user.name=$user"
wait_for /applications/counting/status STARTING STARTED
# Flink shows the figures of a job that has just begun up to three seconds late, so that it may be STARTING once more.
for ((tries = 0; tries < 20; tries++)); do
  state=$(look "$dm/applications/counting/detail?user.name=$user" | jq -r '.components[] | select(.component == "stream").state')
  [[ $state != STARTING ]] && break
  sleep 1
done
show_components
[[ $state == RUNNING ]] || fail "the streaming component is $state, not RUNNING"
client status counting
echo "The application's summary, in the console's words:"
ask "$dm/applications/counting/summary?user.name=$user" | jq -r '.counting.aggregate_status | "  \(.)"'

chapter "Taking a savepoint while it runs"
# In an assignment of its own: bash ignores the failure of a command whose output is an argument.
events=$(await_count events)
printf '  %-40s %s\n' 'numbers counted so far' "$events"
ask --request POST \
  "$dm/applications/counting/savepoints?user.name=$user" --json '{"component": "stream", "operation": "first"}' | jq -c .
wait_for_savepoint first 'COMPLETED|FAILED' COMPLETED
list_savepoints

chapter "Stopping it with a savepoint, and starting it again"
ask --request POST "$dm/applications/counting/stop?user.name=$user"
wait_for /applications/counting/status STOPPING CREATED
list_savepoints
ask --request POST "$dm/applications/counting/start?user.name=$user"
wait_for /applications/counting/status STARTING STARTED
restored=$(await_count restored_from)
events=$(await_count events)
printf '  %-40s %s\n' 'it goes on after number' "$restored" 'numbers counted so far' "$events"

chapter "Disposing of the first savepoint"
client list savepoints counting --kind savepoint
ask --request DELETE \
  "$dm/applications/counting/savepoints/first?component=stream&user.name=$user"
wait_for_savepoint first DISPOSED DISPOSED
list_savepoints

chapter "Stopping it"
ask --request POST "$dm/applications/counting/stop?user.name=$user"
wait_for /applications/counting/status STOPPING CREATED
show_components

chapter "Destroying it"
ask --request DELETE "$dm/applications/counting?user.name=$user"
wait_for /applications/counting/status DESTROYING NOTCREATED
ask --request DELETE "$dm/packages/counter-1.0.0?user.name=$user"
wait_for /packages/counter-1.0.0/status UNDEPLOYING NOTDEPLOYED
client list operations --limit 5

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
