# Fetches Hadoop, Oozie, Kafka (Maven) and Flink (PyPI) into the cache: pinned, verified, moved in place whole.
#
# $CACHE/hadoop-VERSION and $CACHE/flink-VERSION exist complete or not at all. A second process that
# wants the same one waits for the first.

readonly MAVEN_DEPENDENCY_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.6.1

oozie_home() { printf '%s/oozie-%s\n' "$CACHE" "$OOZIE_VERSION"; }
kafka_home() { printf '%s/kafka-%s\n' "$CACHE" "$KAFKA_VERSION"; }
hadoop_home() { printf '%s/hadoop-%s\n' "$CACHE" "$HADOOP_VERSION"; }
flink_home() { printf '%s/flink-%s\n' "$CACHE" "$1"; }

# fetch_once NAME FUNCTION ARGUMENT...: FUNCTION fills the empty directory that is its last argument.
fetch_once() {
  local name=$1 target=$CACHE/$1 work lock
  shift
  [[ -d $target ]] && return
  mkdir -p -- "$CACHE"
  chmod a+rx -- "$CACHE"
  exec {lock}>"$CACHE/$name.lock"
  if ! flock -n "$lock"; then
    step "another process is fetching $name: waiting for it"
    flock "$lock"
  fi
  if [[ ! -d $target ]]; then
    require_disk "$CACHE" "$DISK_MB"
    step "fetching $name into $CACHE"
    find "$CACHE" -maxdepth 1 -name "$name.part.*" -exec rm -rf -- {} +
    work=$(mktemp -d -- "$CACHE/$name.part.XXXXXX")
    # Not in a condition: "set -e" must hold inside.
    ("$@" "$work")
    chmod -R a+rX -- "$work"
    mv -T -- "$work/result" "$target"
    rm -rf -- "$work"
  fi
  exec {lock}>&-
}

fetch_hadoop() {
  fetch_once "hadoop-$HADOOP_VERSION" download_hadoop
}

fetch_oozie() {
  fetch_once "oozie-$OOZIE_VERSION" download_from_maven Oozie "oozie-$OOZIE_VERSION"
}

fetch_kafka() {
  fetch_once "kafka-$KAFKA_VERSION" download_from_maven Kafka "kafka-$KAFKA_VERSION"
}

fetch_flink() {
  require_known_flink "$1"
  fetch_once "flink-$1" download_flink "$1"
}

# run_logged WHAT LOG COMMAND...: a downloader is silent unless it fails.
run_logged() {
  local what=$1 log=$2
  shift 2
  "$@" >"$log" 2>&1 && return
  tail_of "$log"
  ! grep -q 'DO NOT MATCH THE HASHES' "$log" ||
    fail "what was downloaded for $what is not what the lock file says" \
      "expected and found stand above; nothing of it is used"
  fail "could not download $what" "the last lines of the download stand above, all of them in $log" \
    "run the same command again when its cause is gone: nothing half-fetched is ever used"
}

download_hadoop() {
  local work=$1 lock=$CLUSTER_HOME/lock/hadoop-$HADOOP_VERSION proxy
  mapfile -t proxy < <(maven_proxy)
  local web_archive=hadoop-client-minicluster-$HADOOP_VERSION.jar
  mkdir -p -- "$work/result/lib" "$work/result/web"
  cp -- "$lock.pom.xml" "$work/pom.xml"
  run_logged "Hadoop $HADOOP_VERSION (Maven)" "$work/maven.log" \
    env JAVA_HOME="$JAVA_HOME" mvn --batch-mode -q "${proxy[@]}" -f "$work/pom.xml" \
    "$MAVEN_DEPENDENCY_PLUGIN:copy-dependencies" -DincludeScope=runtime \
    -DoutputDirectory="$work/result/lib"
  run_logged "Hadoop $HADOOP_VERSION's web pages (Maven)" "$work/maven.log" \
    env JAVA_HOME="$JAVA_HOME" mvn --batch-mode -q "${proxy[@]}" -f "$work/pom.xml" \
    "$MAVEN_DEPENDENCY_PLUGIN:copy" -Dtransitive=false -DoutputDirectory="$work/result" \
    -Dartifact="org.apache.hadoop:hadoop-client-minicluster:$HADOOP_VERSION"
  verify_checksums "$work/result" "$lock.sha256"
  # NameNode and DataNode do not start without their web pages, and hadoop-hdfs is published without.
  unzip -q "$work/result/$web_archive" 'webapps/*' -d "$work/result/web"
  rm -f -- "$work/result/$web_archive"
}

# download_from_maven TITLE NAME DIRECTORY: the class path of the POM that the lock's name has.
download_from_maven() {
  local title=$1 lock=$CLUSTER_HOME/lock/$2 work=$3 proxy
  mapfile -t proxy < <(maven_proxy)
  mkdir -p -- "$work/result/lib"
  cp -- "$lock.pom.xml" "$work/pom.xml"
  run_logged "$title (Maven)" "$work/maven.log" \
    env JAVA_HOME="$JAVA_HOME" mvn --batch-mode -q "${proxy[@]}" -f "$work/pom.xml" \
    "$MAVEN_DEPENDENCY_PLUGIN:copy-dependencies" -DincludeScope=runtime \
    -DoutputDirectory="$work/result/lib"
  verify_checksums "$work/result" "$lock.sha256"
}

# Exactly the files of the lock file, with exactly those checksums.
verify_checksums() {
  local directory=$1 lock=$2 report
  report=$(cd -- "$directory" && sha256sum --check --quiet --strict "$lock" 2>&1) ||
    fail "downloaded files do not match $lock" "$report"
  report=$(comm -13 <(awk '{ print $2 }' "$lock" | sort) \
    <(cd -- "$directory" && find . -type f -printf '%P\n' | sort))
  [[ -z $report ]] || fail "downloaded files that $lock does not list" "$report"
}

# The Python whose wheel of `apache-flink` the lock file names: only bin/ and conf/ are taken from it.
wheel_python() {
  if version_at_least "$1" 1.19; then
    printf '311\n'
  elif version_at_least "$1" 1.17; then
    printf '310\n'
  else
    printf '38\n'
  fi
}

# pip verifies the checksums itself (--require-hashes). The packages are unpacked, never installed.
download_flink() {
  local version=$1 work=$2 python libraries
  python=$(wheel_python "$version")
  mkdir -p -- "$work/packages" "$work/result"
  run_logged "Flink $version (pip)" "$work/pip.log" \
    /usr/bin/python3 -m pip --disable-pip-version-check download --no-cache-dir --no-deps \
    --no-build-isolation --require-hashes --implementation cp --python-version "$python" \
    --abi "cp$python" --abi none --platform manylinux1_x86_64 --platform manylinux2014_x86_64 \
    --platform any --dest "$work/packages" -r "$CLUSTER_HOME/lock/flink-$version.txt"

  unzip -q "$work"/packages/apache_flink-"$version"-*.whl 'pyflink/bin/*' 'pyflink/conf/*' -d "$work"
  # A source archive (deps/) up to 2.1, a wheel (pyflink/) since.
  libraries=$(find "$work/packages" -name 'apache?flink?libraries-*')
  if [[ $libraries == *.whl ]]; then
    unzip -q "$libraries" -d "$work/libraries"
    mv -- "$work/libraries/pyflink" "$work/libraries/deps"
  else
    mkdir -- "$work/libraries"
    tar -xzf "$libraries" -C "$work/libraries" --strip-components=1 --no-same-owner
  fi
  mv -- "$work/pyflink/bin" "$work/pyflink/conf" "$work/result/"
  mv -- "$work/libraries/deps/bin/"* "$work/result/bin/"
  mv -- "$work/libraries/deps/lib" "$work/libraries/deps/opt" "$work/libraries/deps/plugins" \
    "$work/result/"
  chmod a+x "$work"/result/bin/*.sh "$work/result/bin/flink"
  [[ -n $(find "$work/result/lib" -name 'flink-dist*.jar') ]] ||
    fail "the packages of Flink $version hold no flink-dist jar"
}
