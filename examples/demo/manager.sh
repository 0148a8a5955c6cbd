# The demo's Deployment Manager as processes: found, started, ended. Sourced by demo.sh, which sets manager_directory, build,
# here, port_base, python, environment and user.

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

end_process() {
  local pid=$1
  kill "$pid" 2> /dev/null || return 0
  for ((i = 0; i < 300; ++i)); do
    [[ -e /proc/$pid ]] || return 0
    sleep 0.1
  done
  kill -9 "$pid" 2> /dev/null || true
}

stop_manager() {
  local pid
  stop_proxy
  for pid in $(manager_pids); do end_process "$pid"; done
}

# Returns when it serves; sets manager, its process.
start_manager() {
  mkdir -p "$manager_directory"/{data,stage,opt,repository,bin}
  rm -f "$manager_directory"/{port,api.sock}
  # supervisord starts the guard from here: its files take no path with a blank or an umlaut, and a build may lie anywhere.
  install -m 755 "$build/bin/flink-guard" "$manager_directory/bin/flink-guard"
  make_proof
  python3 "$here/demo/manager_configuration.py" --dir "$manager_directory" --build "$build" --namespace demo \
    --guard "$manager_directory/bin/flink-guard" --port $((port_base + 19)) --authentication "$authentication" "${python[@]}" \
    <<< "$environment" > "$manager_directory/deployment-manager.json"
  show "$build/bin/deployment-manager" --check-config --config "$manager_directory/deployment-manager.json"
  printf '%s$ %q --config %s &%s\n' "$dim" "$build/bin/deployment-manager" "$manager_directory/deployment-manager.json" "$plain"
  setsid "$build/bin/deployment-manager" --config "$manager_directory/deployment-manager.json" \
    > "$manager_directory/manager.log" 2>&1 3>&- < /dev/null &
  manager=$!
  for ((i = 0; i < 150; ++i)); do
    case $authentication in
      socket | proxy) [[ -S $manager_directory/api.sock ]] && break ;;
      *) [[ -s $manager_directory/port ]] && break ;;
    esac
    [[ -e /proc/$manager ]] || fail "the Deployment Manager has ended; see $manager_directory/manager.log"
    sleep 0.2
  done
  if [[ $authentication == proxy ]]; then start_proxy; fi
}
