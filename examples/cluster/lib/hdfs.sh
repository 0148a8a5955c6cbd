# What has to lie on HDFS: directories with their owners, and Flink's libraries.
#
# Through WebHDFS, because a JVM for each of some forty requests would take a minute.

# webhdfs METHOD PATH QUERY [CURL OPTION...]: as the superuser, which is who runs the NameNode.
webhdfs() {
  local method=$1 path=$2 query=$3 answer
  shift 3
  answer=$(curl --silent --show-error --fail-with-body --noproxy '*' --max-time 120 \
    --request "$method" "$@" "$ACTIVE_WEBHDFS/webhdfs/v1$path?$query&user.name=$(service_user)" 2>&1) ||
    fail "HDFS refused $method $query of $path" "$answer"
  printf '%s\n' "$answer"
}

# hdfs_directory PATH PERMISSION [OWNER]
hdfs_directory() {
  local path=$1 permission=$2 owner=${3:-$(service_user)}
  webhdfs PUT "$path" "op=MKDIRS&permission=$permission" >/dev/null
  # MKDIRS leaves a directory that is already there as it was.
  webhdfs PUT "$path" "op=SETPERMISSION&permission=$permission" >/dev/null
  webhdfs PUT "$path" "op=SETOWNER&owner=$owner&group=$owner" >/dev/null
}

hdfs_exists() { get "$ACTIVE_WEBHDFS/webhdfs/v1$1?op=GETFILESTATUS&user.name=$(service_user)" >/dev/null; }

# Parents are the superuser's and closed for writing; where applications work, the directory is open
# with the sticky bit: everybody makes his own, nobody touches another's.
prepare_hdfs() {
  local path user
  find_active_namenode
  for path in / /user /pnda /pnda/system /flink; do hdfs_directory "$path" 755; done
  for path in /tmp /pnda/flink /pnda/flink-libraries /pnda/system/deployment-manager \
    /pnda/system/deployment-manager/{applications,packages} /flink/{completed-jobs,completed-jobs-2.3}; do
    hdfs_directory "$path" 1777
  done
  hdfs_directory "/user/$(service_user)" 750
  ((EUID == 0)) || return 0
  hdfs_directory "/user/$(id -un)" 750 "$(id -un)"
  for user in "${APPLICATION_USERS[@]}"; do hdfs_directory "/user/$user" 750 "$user"; done
  if $OOZIE; then hdfs_directory "/user/$EDGE_USER" 750 "$EDGE_USER"; fi
}

# upload FILE PATH: the NameNode names the DataNode, the DataNode takes the content.
upload() {
  local location
  location=$(webhdfs PUT "$2" 'op=CREATE&overwrite=true&noredirect=true&permission=644' |
    jq -r .Location)
  curl --silent --show-error --fail --noproxy '*' --max-time 300 --upload-file "$1" \
    --output /dev/null "$location" || fail "could not write $2 to HDFS (DataNode $location)"
}

# Puts a Flink's lib/ and plugins/ where yarn.provided.lib.dirs points, whole or not at all.
provide_flink() {
  local version=$1 home file target=/flink/$1 part=/flink/.$1.part
  find_active_namenode
  if hdfs_exists "$target"; then return 0; fi
  home=$(flink_home "$version")
  step "copying Flink $version's libraries to HDFS"
  webhdfs DELETE "$part" 'op=DELETE&recursive=true' >/dev/null
  while read -r file; do
    upload "$home/$file" "$part/$file"
  done < <(cd -- "$home" && find lib plugins -name '*.jar' | sort)
  webhdfs PUT "$part" "op=RENAME&destination=$target" >/dev/null
}

# hadoop_tool WHAT LOG CONF_DIR MAIN_CLASS ARGUMENT...: a tool of Hadoop's that ends by itself.
hadoop_tool() {
  local what=$1 log=$DIR/logs/$2 conf=$3
  shift 3
  local AS_USER
  as_service_user hadoop
  step "$what"
  (
    cd -- "$DIR" || exit
    exec "${AS_USER[@]}" "$JAVA_HOME/bin/java" "${JAVA_FAST[@]}" --add-opens=java.base/java.lang=ALL-UNNAMED \
      -Djava.net.preferIPv4Stack=true -cp "$conf:$(hadoop_home)/lib/*" "$@"
  ) >"$log" 2>&1 </dev/null || {
    tail_of "$log"
    fail "$what failed" "the end of the log stands above: $log"
  }
}

hdfs_is_formatted() { [[ -e $DIR/hdfs/name/current/VERSION ]]; }

# format_hdfs CONF_DIR: where a pair is configured, its common edit log as well.
format_hdfs() {
  ! hdfs_is_formatted || return 0
  hadoop_tool "formatting HDFS" format.log "$1" \
    org.apache.hadoop.hdfs.server.namenode.NameNode -format -nonInteractive
}
