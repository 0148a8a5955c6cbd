# What has to be there before anything is started: programs, Java, memory, disk, free ports.
#
# Each check that fails says one thing: what was looked for, what was found, what to do.

readonly SINGLE_MEMORY_MB=1200 # the six services together, after some hours
readonly PAIR_MEMORY_MB=2100   # the eleven
readonly OOZIE_MEMORY_MB=300 # with the sshd
readonly KAFKA_MEMORY_MB=300
readonly DISK_MB=3072          # a download, its unpacked form, and the copy on HDFS

# command:package pairs, as Debian 12 names them.
readonly NEEDED_PROGRAMS=(
  curl:curl jq:jq unzip:unzip flock:util-linux runuser:util-linux mvn:maven supervisord:supervisor
)

missing_packages() {
  local pair
  for pair in "${NEEDED_PROGRAMS[@]}"; do
    command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair##*:}"
  done
  /usr/bin/python3 -m pip --version >/dev/null 2>&1 || printf '%s\n' python3-pip
  /usr/bin/python3 -c 'import setuptools' 2>/dev/null || printf '%s\n' python3-setuptools
  find_java >/dev/null || printf '%s\n' openjdk-17-jre-headless
  if $KAFKA && [[ ! -x $(find_java)/bin/javac ]]; then printf '%s\n' openjdk-17-jdk-headless; fi
  if $OOZIE; then
    [[ -x /usr/sbin/sshd ]] || printf '%s\n' openssh-server
    command -v ssh-keygen >/dev/null || printf '%s\n' openssh-client
  fi
}

# Installs what is missing where that is possible (root, on Debian), and says what.
require_packages() {
  local missing=()
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} == 0)) && return
  if ((EUID != 0)) || ! command -v apt-get >/dev/null || ! $INSTALL; then
    fail "needed and not installed: ${missing[*]}" \
      "install them: apt-get install --no-install-recommends ${missing[*]}" \
      "(run as root without --no-install, cluster.sh does it itself)"
  fi
  step "installing ${missing[*]}"
  install_packages "${missing[@]}"
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} == 0)) || fail "installed, yet still not found: ${missing[*]}"
}

# Debian starts a freshly installed supervisor as a system service. This cluster runs its own; the
# policy file is Debian's way to say "do not start".
install_packages() {
  local policy=/usr/sbin/policy-rc.d log status=0
  log=$(mktemp)
  if [[ ! -e $policy ]]; then
    OWN_POLICY=$policy # removed below, or by whoever ends the script
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  { apt-get update &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } \
    >"$log" 2>&1 || status=$?
  remove_own_policy
  if ((status != 0)); then
    tail_of "$log"
    rm -f -- "$log"
    fail "apt-get could not install $*" "its last lines stand above"
  fi
  rm -f -- "$log"
}

remove_own_policy() {
  [[ -z ${OWN_POLICY:-} ]] || rm -f -- "$OWN_POLICY"
  OWN_POLICY=''
}

java_major() {
  "$1/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java.specification.version = \(1\.\)\{0,1\}\([0-9]*\).*/\2/p'
}

# Hadoop 3.3 and all Flink versions here run on 17, most on 11 to 21. Newer ones took away what
# Hadoop calls (Subject.doAs), so a newer JAVA_HOME is passed over.
find_java() {
  local home major
  for home in /usr/lib/jvm/java-17-openjdk-amd64 /usr/lib/jvm/*17* "${JAVA_HOME:-}" \
    /usr/lib/jvm/*; do
    [[ -n $home && -x $home/bin/java ]] || continue
    major=$(java_major "$home")
    if [[ -n $major ]] && ((major >= 11 && major <= 21)); then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

require_java() {
  JAVA_HOME=$(find_java) ||
    fail "no Java 11 to 21 found in /usr/lib/jvm or JAVA_HOME (\"${JAVA_HOME:-unset}\")" \
      "install it: apt-get install openjdk-17-jre-headless"
}

# Settles MEMORY_MB, the memory YARN may hand out. It is a promise to YARN, not a reservation.
require_memory() {
  local available daemons=$SINGLE_MEMORY_MB
  if $HA; then daemons=$PAIR_MEMORY_MB; fi
  if $OOZIE; then ((daemons += OOZIE_MEMORY_MB)); fi
  if $KAFKA; then ((daemons += KAFKA_MEMORY_MB)); fi
  available=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  if [[ -z $MEMORY_MB ]]; then
    MEMORY_MB=$(((available - daemons) / 256 * 256))
    ((MEMORY_MB <= 6144)) || MEMORY_MB=6144
    ((MEMORY_MB >= 768)) ||
      fail "too little memory: $available MB available, $((daemons + 768)) MB needed" \
        "(services $daemons MB, YARN at least 768 MB for one job)"
  fi
  ((available >= daemons + MEMORY_MB)) ||
    fail "too little memory: $available MB available, $((daemons + MEMORY_MB)) MB needed" \
      "(services $daemons MB, YARN $MEMORY_MB MB): end something, or give a smaller --memory-mb"
}

# require_disk PATH MEGABYTES
require_disk() {
  local path=$1 needed=$2 available
  while [[ ! -e $path ]]; do path=$(dirname -- "$path"); done
  available=$(df --output=avail -m -- "$path" | tail -n 1 | tr -d ' ')
  ((available >= needed)) ||
    fail "too little disk: $available MB free where $1 lies, $needed MB needed" \
      "make room, or choose another place (--dir, DM_CACHE_DIR)"
}

# Every listening TCP port of this machine with its socket's inode, from the kernel's own tables.
listening_sockets() {
  awk '$4 == "0A" { split($2, address, ":"); print address[length(address)], $10 }' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# port_holder PORT: who listens there, as text; nothing where the port is free.
port_holder() {
  local hex inode descriptor pid command
  hex=$(printf '%04X' "$1")
  inode=$(listening_sockets | awk -v port="$hex" '$1 == port { print $2; exit }')
  [[ -n $inode ]] || return 0
  descriptor=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" -print -quit 2>/dev/null || true)
  if [[ -z $descriptor ]]; then
    printf 'a process of another user\n'
    return 0
  fi
  pid=${descriptor#/proc/}
  pid=${pid%%/*}
  command=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" || true)
  if [[ $command =~ -Dcluster.service=([^ ]+):([a-z0-9]+)\  ]]; then
    printf 'the %s of the cluster in %s (process %s)\n' "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}" "$pid"
  else
    printf 'process %s (%s)\n' "$pid" "${command:0:100}"
  fi
}

# require_free_ports SERVICE...: all of the ports the services will listen on, one line a holder.
require_free_ports() {
  local service port holder taken=()
  local -A ports
  for service in "$@"; do
    ports=()
    for port in $(service_ports "$service"); do
      holder=$(port_holder "$port")
      [[ -z $holder ]] || ports[$holder]+=" $port"
    done
    for holder in "${!ports[@]}"; do
      taken+=("$(service_title "$service") needs${ports[$holder]}: held by $holder")
    done
  done
  ((${#taken[@]} == 0)) ||
    fail "ports in use" "${taken[@]}" "end what holds them, or choose others with --port-base"
}

# The directory must be ours or empty: --purge removes it whole.
require_own_directory() {
  [[ -e $DIR ]] || return 0
  [[ -d $DIR ]] || fail "$DIR is not a directory"
  instance_exists || [[ -z $(ls -A -- "$DIR") ]] ||
    fail "$DIR is neither empty nor a cluster's directory" "choose another one with --dir"
}

# The application users read Flink, Hadoop and the configuration: they must be able to get there.
require_readable_place() {
  local user place=$1
  ((EUID == 0)) || return 0
  mkdir -p -- "$place"
  chmod a+rx -- "$place"
  for user in "${APPLICATION_USERS[@]}"; do
    runuser -u "$user" -- test -x "$place" -a -r "$place" ||
      fail "the application user $user cannot read $place" \
        "a directory above it is closed to others: choose another --dir or DM_CACHE_DIR"
  done
}
