# Oozie with what it needs beside it: its configuration, the keys of its ssh action, its share lib on HDFS.

# What a shell action's launcher is made of.
readonly SHARE_LIB=(oozie-sharelib-oozie oozie-client json-simple jdom commons-lang commons-cli commons-io)

configure_oozie() {
  local tool oozie=$DIR/oozie
  mkdir -p -- "$oozie"/{conf/action-conf,conf/hadoop-conf,data,home,log,ssh,bin,webapp-root/webapp}
  render oozie-site.xml "$oozie/conf/oozie-site.xml" DIR="$DIR" OOZIE_PORT="$OOZIE_PORT" \
    NAMENODE_RPC="$NAMENODE_RPC" SUPERUSER="$(service_user)"
  render oozie-log4j.properties "$oozie/conf/oozie-log4j.properties" DIR="$DIR"
  render oozie-action.xml "$oozie/conf/action-conf/default.xml" JAVA_FAST="${JAVA_FAST[*]}"
  : >"$oozie/conf/adminusers.txt"
  configure_ssh
  # It calls plain `ssh`, and looks for a configuration in the home that its account has not got.
  for tool in ssh scp; do
    printf '#!/bin/sh\nexec /usr/bin/%s -F %s/oozie/ssh/ssh_config "$@"\n' "$tool" "$DIR" >"$oozie/bin/$tool"
    chmod 755 -- "$oozie/bin/$tool"
  done
  ((EUID != 0)) || chown -R -- "$SERVICE_USER:$SERVICE_USER" "$oozie"/{data,home,log,conf}
}

# Two keys, one an account: the host's is the edge user's, the client's Oozie's.
configure_ssh() {
  local ssh=$DIR/oozie/ssh
  render sshd_config "$ssh/sshd_config" DIR="$DIR" SSHD_PORT="$SSHD_PORT" EDGE_USER="$(edge_user)"
  render ssh_config "$ssh/ssh_config" DIR="$DIR" SSHD_PORT="$SSHD_PORT"
  [[ -f $ssh/host_key ]] || ssh-keygen -q -t ed25519 -N '' -C 'edge node' -f "$ssh/host_key"
  [[ -f $ssh/key ]] || ssh-keygen -q -t ed25519 -N '' -C oozie -f "$ssh/key"
  cp -- "$ssh/key.pub" "$ssh/authorized_keys"
  printf '[localhost]:%s %s\n' "$SSHD_PORT" "$(<"$ssh/host_key.pub")" >"$ssh/known_hosts"
  if ((EUID == 0)); then
    chown -- "$EDGE_USER:$EDGE_USER" "$ssh/host_key"
    chown -- "$SERVICE_USER:$SERVICE_USER" "$ssh/key"
  fi
  chmod 644 -- "$ssh/authorized_keys" "$ssh/known_hosts" "$ssh/sshd_config" "$ssh/ssh_config"
}

# The empty webapp/ stands in for the pages, which are published in a package that this one does not need.
launch_oozie() {
  local oozie=$DIR/oozie
  launch oozie "$(service_output oozie)" \
    env PATH="$oozie/bin:/usr/local/bin:/usr/bin:/bin" \
    "$JAVA_HOME/bin/java" "-Dcluster.service=$DIR:oozie" -Xmx192m "${JAVA_FAST[@]}" \
    --add-opens=java.base/java.lang=ALL-UNNAMED --add-opens=java.base/java.util=ALL-UNNAMED \
    --add-opens=java.base/java.net=ALL-UNNAMED -Djava.net.preferIPv4Stack=true -Djava.io.tmpdir="$DIR/tmp" \
    -Doozie.home.dir="$oozie/home" -Doozie.config.dir="$oozie/conf" -Doozie.log.dir="$oozie/log" \
    -Doozie.data.dir="$oozie/data" -Doozie.config.file=oozie-site.xml -Doozie.log4j.file=oozie-log4j.properties \
    -Doozie.log4j.reload=10 -Doozie.instance.id=local -Doozie.http.hostname=localhost \
    -Doozie.http.port="$OOZIE_PORT" -Dderby.stream.error.file="$oozie/log/derby.log" \
    -cp "$oozie/webapp-root:$oozie/conf:$(oozie_home)/lib/*" \
    org.apache.oozie.server.EmbeddedOozieServer
}

service_serves_oozie() { get "$OOZIE_URL/v1/admin/status" | jq -e '.systemMode == "NORMAL"'; }

service_serves_sshd() { [[ $(head -c 4 <"/dev/tcp/127.0.0.1/$SSHD_PORT") == SSH- ]]; }

# Where Oozie takes the files of a launcher from, whole or not at all.
provide_share_lib() {
  local name file version=lib_20200101000000 target part=/oozie/share/.part
  target=/oozie/share/lib/$version
  find_active_namenode
  if hdfs_exists "$target"; then return 0; fi
  step "copying Oozie's share lib to HDFS"
  for name in /oozie /oozie/share /oozie/share/lib; do hdfs_directory "$name" 755; done
  webhdfs DELETE "$part" 'op=DELETE&recursive=true' >/dev/null
  for name in "${SHARE_LIB[@]}"; do
    for file in "$(oozie_home)/lib/$name"-[0-9]*.jar; do upload "$file" "$part/oozie/${file##*/}"; done
  done
  webhdfs PUT "$part" "op=RENAME&destination=$target" >/dev/null
}
