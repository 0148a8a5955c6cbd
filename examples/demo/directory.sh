# The directory that everything of the demo lives in: what the demo made there, and who takes it away. Sourced by demo.sh,
# which sets directory, default_directory, cluster_directory and manager_directory.

marker=$directory/.made-by-demo

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
