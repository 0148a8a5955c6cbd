# shellcheck shell=bash
# The platform's values: a file of lines NAME=VALUE. Nothing of it is run; every problem is told at once.

# name, pattern, default ("-": needed), what is allowed.
readonly KNOWN_VALUES='
namespace|[a-z0-9_-]{1,63}|pnda|1 to 63 of a-z 0-9 _ -
user|[a-z_][a-z0-9_-]{0,31}|pnda|a name of an account
flink_version|[0-9]+\.[0-9]+\.[0-9]+|1.20.5|a version that the mirror has
java_home|(/[A-Za-z0-9._+-]+)+|/usr/lib/jvm/java-17-openjdk-amd64|an absolute path
hadoop_conf|(/[A-Za-z0-9._-]+)+|/etc/hadoop/conf|an absolute path
hadoop_classpath|[A-Za-z0-9/._:*+-]*||a class path; empty: the client of the mirror
name_node|hdfs://[A-Za-z0-9.-]+(:[0-9]{1,5})?|-|hdfs://host:port, or hdfs://name of a pair
web_hdfs|[A-Za-z0-9.-]+:[0-9]{1,5}|-|host:port
web_hdfs_backup|([A-Za-z0-9.-]+:[0-9]{1,5})?||host:port, or nothing
web_hdfs_user|[a-z_][a-z0-9_-]{0,31}|hdfs|a name of an account
resource_manager|[A-Za-z0-9.-]+:[0-9]{1,5}|-|host:port
resource_manager_backup|([A-Za-z0-9.-]+:[0-9]{1,5})?||host:port, or nothing
history_server|[A-Za-z0-9.-]+:[0-9]{1,5}|-|host:port
graphite|([A-Za-z0-9.-]+:[0-9]{1,5})?||host:port, or nothing
job_archive|(/[A-Za-z0-9._-]+){2,}|/pnda/flink/completed-jobs|a path on HDFS, two parts deep at least
archive_days|[1-9][0-9]{0,3}|2|1 to 9999
provided_lib_dirs|[A-Za-z0-9:/;._-]*||directories on HDFS with semicolons between, or nothing
log_dir|(/[A-Za-z0-9._-]+)+|/var/log/pnda/flink|an absolute path
log_files|[1-9][0-9]{0,2}|5|1 to 999
jobmanager_memory_mb|[1-9][0-9]{2,5}|2048|megabytes
taskmanager_memory_mb|[1-9][0-9]{2,5}|2048|megabytes
task_slots|[1-9][0-9]{0,2}|1|1 to 999
parallelism|[1-9][0-9]{0,3}|1|1 to 9999
'
declare -A VALUE=()

read_values() {
  local name pattern default allowed line number=0 problems=()
  local -A known=() given=()
  while IFS='|' read -r name pattern default allowed; do
    [[ -z $name ]] || known[$name]=1
  done < <(split_values)
  [[ -f $VALUES ]] || fail_usage "--values: there is no file $VALUES"
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    [[ -n ${line//[[:space:]]/} && $line != \#* ]] || continue
    if [[ ! $line =~ ^([a-z_]+)=(.*)$ ]]; then
      problems+=("$VALUES:$number: no NAME=VALUE: \"${line:0:60}\"")
      continue
    fi
    name=${BASH_REMATCH[1]}
    if [[ -z ${known[$name]:-} ]]; then
      problems+=("$VALUES:$number: there is no value $name (known: $(split_values | cut -d '|' -f 1 | sed '/^$/d' | paste -sd ' '))")
    elif [[ -n ${given[$name]:-} ]]; then
      problems+=("$VALUES:$number: $name stands in line ${given[$name]} already")
    else
      given[$name]=$number
      VALUE[$name]=${BASH_REMATCH[2]}
    fi
  done <"$VALUES"
  while IFS='|' read -r name pattern default allowed; do
    [[ -n $name ]] || continue
    if [[ -z ${given[$name]:-} ]]; then
      [[ $default != - ]] || problems+=("$VALUES: $name is missing: $allowed")
      VALUE[$name]=${default#-}
    elif [[ ! ${VALUE[$name]} =~ ^($pattern)$ ]]; then
      problems+=("$VALUES:${given[$name]}: $name is \"${VALUE[$name]:0:60}\", allowed: $allowed")
    fi
  done < <(split_values)
  ((${#problems[@]} == 0)) || EXIT_STATUS=2 fail "the platform's values have problems" "${problems[@]}"
  USER_NAME=${VALUE[user]}
}

# The fields' separator is a bar, which patterns have in groups too: they have none here.
split_values() { printf '%s\n' "$KNOWN_VALUES"; }

host_of() { printf '%s\n' "${1%%:*}"; }
port_of() { [[ $1 != *:* ]] || printf '%s\n' "${1##*:}"; }
