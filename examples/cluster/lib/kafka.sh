# Kafka: one broker that is its own controller (KRaft), its topics, and events of the platform for programs to read.

# Of 16 bytes in base64, as Kafka wants it; each instance has files of its own, so all may have the same one.
readonly KAFKA_CLUSTER_ID=ZmxpbmstY2x1c3Rlci0tMQ
# Where the platform keeps its master dataset on HDFS.
readonly MASTER_DATASET=/user/pnda/PNDA_datasets/datasets

configure_kafka() {
  mkdir -p -- "$DIR/kafka/data"
  render kafka.properties "$DIR/kafka/kafka.properties" DIR="$DIR" KAFKA_PORT="$KAFKA_PORT" \
    KAFKA_CONTROLLER_PORT="$KAFKA_CONTROLLER_PORT"
  ((EUID != 0)) || chown -R -- "$SERVICE_USER:$SERVICE_USER" "$DIR/kafka/data"
}

# kafka_java CLASS_PATH ARGUMENT...: what it logs goes to standard error.
kafka_java() {
  local classes=$1
  shift
  "$JAVA_HOME/bin/java" -Xmx128m "${JAVA_FAST[@]}" -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
    -Djava.net.preferIPv4Stack=true -cp "$classes$(kafka_home)/lib/*" "$@"
}

format_kafka() {
  local log=$DIR/logs/format-kafka.log AS_USER
  [[ ! -e $DIR/kafka/data/meta.properties ]] || return 0
  step "formatting Kafka's storage"
  as_service_user kafka
  "${AS_USER[@]}" "$JAVA_HOME/bin/java" "${JAVA_FAST[@]}" -cp "$(kafka_home)/lib/*" kafka.tools.StorageTool \
    format --cluster-id "$KAFKA_CLUSTER_ID" --config "$DIR/kafka/kafka.properties" >"$log" 2>&1 </dev/null || {
    tail_of "$log"
    fail "Kafka's storage could not be formatted" "the end of the log stands above: $log"
  }
}

launch_kafka() {
  format_kafka
  launch kafka "$(service_output kafka)" \
    "$JAVA_HOME/bin/java" "-Dcluster.service=$DIR:kafka" -Xmx160m "${JAVA_FAST[@]}" \
    -Djava.net.preferIPv4Stack=true -Djava.io.tmpdir="$DIR/tmp" \
    -Dorg.slf4j.simpleLogger.defaultLogLevel=info -Dorg.slf4j.simpleLogger.showDateTime=true \
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS" \
    -cp "$(kafka_home)/lib/*" kafka.Kafka "$DIR/kafka/kafka.properties"
}

# A broker answers ApiVersions, in any state of its own topics: length, then the id of the request.
service_serves_kafka() {
  local answer
  answer=$(
    exec 9<>"/dev/tcp/127.0.0.1/$KAFKA_PORT" || exit
    printf '\0\0\0\012\0\022\0\0\0\0\0\007\377\377' >&9
    timeout 3 head -c 8 <&9 | od -An -tx1 | tr -d ' \n'
  )
  [[ ${answer:8} == 00000007 ]]
}

# What the commands below need of the instance.
require_kafka() {
  require_instance
  require_java
  $KAFKA || fail "the cluster in $DIR has no Kafka" "bring it up with it: cluster.sh up --with kafka"
  service_serves kafka || fail "Kafka does not serve" "start it: cluster.sh start kafka --dir $DIR"
}

# kafka_topics ARGUMENT...: Kafka's own tool.
kafka_topics() {
  kafka_java '' org.apache.kafka.tools.TopicCommand --bootstrap-server "localhost:$KAFKA_PORT" "$@"
}

# kafka_topic create|describe|delete NAME [OPTION...], kafka_topic list: one that is there is left as it is.
kafka_topic() {
  local verb=${1:-} name=${2:-}
  case $verb in
    list) kafka_topics --list ;;
    create | describe | delete)
      [[ $name =~ ^[A-Za-z0-9._-]{1,249}$ && $name != . && $name != .. ]] ||
        fail_usage "kafka-topic $verb needs the topic's name: letters, digits and . _ -"
      shift 2
      case $verb in
        create) kafka_topics --create --if-not-exists --replication-factor 1 --topic "$name" "$@" >&2 ;;
        describe) kafka_topics --describe --topic "$name" "$@" ;;
        delete) kafka_topics --delete --topic "$name" "$@" ;;
      esac
      ;;
    *) fail_usage "kafka-topic \"$verb\": allowed is create NAME, describe NAME, delete NAME, list" ;;
  esac
}

# Compiled once an instance, and anew when the source has changed.
compile_events() {
  local classes=$DIR/kafka/events sources=$CLUSTER_HOME/events log=$DIR/logs/events.log now
  now=$(cat -- "$sources"/*.java | sha256sum)
  [[ -r $classes/.digest && $(<"$classes/.digest") == "$now" ]] && return
  [[ -x $JAVA_HOME/bin/javac ]] ||
    fail "there is no compiler in $JAVA_HOME" "install one: apt-get install openjdk-17-jdk-headless"
  rm -rf -- "$classes"
  mkdir -p -- "$classes"
  "$JAVA_HOME/bin/javac" -nowarn -d "$classes" -cp "$(kafka_home)/lib/*" "$sources"/*.java >"$log" 2>&1 || {
    tail_of "$log"
    fail "the generator of events could not be compiled" "the end of the log stands above: $log"
  }
  printf '%s\n' "$now" >"$classes/.digest"
}

# run_events COMMAND ARGUMENT...: the program in events/, which says what it takes.
run_events() { kafka_java "$DIR/kafka/events:" events.Events --bootstrap "localhost:$KAFKA_PORT" "$@"; }

# dataset_on_hdfs PATH OPTION...: a file appears whole, as the platform's do.
dataset_on_hdfs() {
  local path=$1 work file counts directory
  shift
  find_active_namenode
  work=$(mktemp -d -- "$DIR/tmp/dataset.XXXXXX")
  counts=$(run_events dataset "$work" "$@") || {
    rm -rf -- "$work"
    return 1
  }
  while IFS= read -r -d '' file; do
    directory=$path/$(dirname -- "$file")
    upload "$work/$file" "$directory/.${file##*/}.part"
    webhdfs PUT "$directory/.${file##*/}.part" "op=RENAME&destination=$directory/${file##*/}" >/dev/null
  done < <(cd -- "$work" && find . -type f -printf '%P\0' | sort -z)
  rm -rf -- "$work"
  printf '%s\n' "$counts"
}
