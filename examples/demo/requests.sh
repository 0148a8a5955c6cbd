# The demo's requests, shown as a user would type them, and what they are waited for. Sourced by demo.sh, which sets dm, proof,
# client_variables, build, user, resource_manager and here.

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

# One request of the Deployment Manager: shown, and not.
ask() { show curl --silent --show-error --fail-with-body "${proof[@]}" "$@"; }
look() { curl --silent --fail "${proof[@]}" "$@"; }

# The same Deployment Manager by its client, as the same user. A build from before there was one does without.
client() {
  [[ -x $build/bin/dmctl ]] || return 0
  printf '%s$ dmctl %s%s\n' "$dim" "$*" "$plain" >&2
  env "${client_variables[@]}" "$build/bin/dmctl" "$@"
}

# Waits until .status of a resource has left its passing state, showing what its components go through; prints what it
# is then.
wait_for() {
  local path=$1 passing=$2 wanted=$3 body status line since=$SECONDS
  local -A shown=()
  while :; do
    body=$(look "$dm$path?user.name=$user")
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

# Waits until a savepoint is in one of the states, divided by |; prints what it is then.
wait_for_savepoint() {
  local path="/applications/counting/savepoints/$1" states=$2 wanted=$3 found
  for ((i = 0; i < 100; ++i)); do
    found=$(look "$dm$path?user.name=$user")
    [[ $(jq -r .state <<< "$found") =~ ^($states)$ ]] && break
    sleep 0.2
  done
  [[ $(jq -r .state <<< "$found") == "$wanted" ]] || fail "the savepoint is not $wanted: $found"
}

# How far the streaming job has counted: its accumulator "events", which comes with the TaskManager's heartbeat (up to
# ten seconds). The job itself fails if a number is missing or comes twice.
counted() {
  local entry application job
  entry=$(look "$dm/applications/counting/detail?user.name=$user" |
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

show_components() { ask "$dm/applications/counting/detail?user.name=$user" | python3 "$here/demo/status_table.py"; }

list_savepoints() {
  ask "$dm/applications/counting/savepoints?component=stream&kind=savepoint&user.name=$user" |
    python3 "$here/demo/savepoint_table.py"
}
