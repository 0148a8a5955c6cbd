// The table of the component's properties.
// SPDX-License-Identifier: Apache-2.0
#include "package/property_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "input/property_values.h"
#include "input/start_profile.h"
#include "input/text_rules.h"
#include "package/client_configuration.h"

namespace dm::package {

using input::nearest;

namespace {

using kind = property_kind;

constexpr std::string_view any = "1.13 … 2.3";
constexpr std::string_view file_rule =
    "a file in the component's folder: a relative path of A-Z a-z 0-9 . _ + @ = ~ - and slashes, "
    "no part of it "
    "beginning with a hyphen, none of it ..";

bool is_log_level(std::string_view text) {
  constexpr std::array<std::string_view, 5> levels = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
  return std::find(levels.begin(), levels.end(), text) != levels.end();
}

constexpr std::array table = {
    property_name{.name = "component_main_jar",
                  .kind = kind::file,
                  .default_value = "none",
                  .allowed = file_rule,
                  .valid = input::is_package_file,
                  .flink = any,
                  .description = "the Java program; either this or component_main_py"},
    property_name{.name = "component_main_class",
                  .kind = kind::class_name,
                  .default_value = "from the jar's manifest (program-class, Main-Class)",
                  .allowed = "a Java class name such as com.example.Job",
                  .valid = input::is_class_name,
                  .flink = any,
                  .description = "entry class of component_main_jar"},
    property_name{.name = "component_main_py",
                  .kind = kind::file,
                  .default_value = "none",
                  .allowed = "a .py file in the component's folder: a relative path of A-Z a-z 0-9 "
                             ". _ + @ = ~ - and "
                             "slashes",
                  .valid = input::is_python_file,
                  .flink = any,
                  .description = "the Python program; either this or component_main_jar"},
    property_name{
        .name = "component_py_files",
        .kind = kind::files,
        .default_value = "none",
        .allowed = "files in the component's folder, separated by commas, or a JSON list of them",
        .may_be_empty = true,
        .valid = input::is_package_file,
        .flink = any,
        .description = "Python modules, packages and archives that component_main_py imports"},
    property_name{
        .name = "component_application_args",
        .kind = kind::arguments,
        .default_value = "none",
        .allowed =
            "a text that is split by blanks (quotes and backslash as in a shell, nothing else of a "
            "shell), or a JSON list of arguments taken as they are; no control characters (but see "
            "Submission)",
        .may_be_empty = true,
        .flink = any,
        .description =
            "arguments of the program, numbers and booleans as the request writes them; 1000 at "
            "most, 65536 bytes together. They stand in process lists and in supervisord's program "
            "file: a secret belongs into a file that only its user can read"},
    property_name{
        .name = "component_job_name",
        .kind = kind::text,
        .default_value = "<application>-<component>-job",
        .allowed = "1 to 255 bytes of text on one line",
        .flink = any,
        .description = "name of the YARN application, for people; hosts may set it themselves"},
    property_name{.name = "component_flink_version",
                  .kind = kind::version,
                  .default_value = "the installed one",
                  .allowed = "the installed Flink version, or its first parts: 1.20 for 1.20.5",
                  .valid = input::is_version_prefix,
                  .flink = any,
                  .description = "refuses to run on another Flink"},
    property_name{
        .name = "component_flink_config_args",
        .kind = kind::options,
        .default_value = "none",
        .allowed = "options of flink run",
        .may_be_empty = true,
        .flink = any,
        .description = "further options of the flink command; prefer the properties below"},
    property_name{.name = "component_flink_job_type",
                  .kind = kind::choice,
                  .default_value = "streaming",
                  .allowed = "streaming, batch",
                  .flink = any,
                  .description = "decides the defaults of respawning; a batch job of unknown "
                                 "outcome is never run again"},
    property_name{.name = "component_flink_schedule",
                  .kind = kind::schedule,
                  .default_value = "none",
                  .allowed =
                      "a JSON object: frequency (needed), start, end, timezone, timeout_min, "
                      "concurrency, execution, action; see Schedules",
                  .flink = any,
                  .description = "Oozie begins the runs of this batch job; see Schedules"},
    property_name{
        .name = "component_flink_submission",
        .kind = kind::choice,
        .default_value = "per-job; from Flink 2.0 on application",
        .allowed = "per-job, attached, application, direct, auto",
        .flink = any,
        .description =
            "where main() runs and whether the client stays: per-job (client, which leaves), "
            "attached (client, which stays: for programs that collect, print or execute more "
            "than once), application (in the cluster), direct (the same without a client's JVM: "
            "the guard submits by REST), auto (direct where that can be, else application; "
            "recommended)"},
    property_name{.name = "component_flink_libraries",
                  .kind = kind::choice,
                  .default_value = "hdfs",
                  .allowed = "hdfs, local",
                  .flink = any,
                  .description =
                      "hdfs: Flink's libraries are uploaded once an installation and used by all "
                      "submissions, unless somebody names others (yarn.provided.lib.dirs, "
                      "yarn.flink-dist-jar); local: the client uploads them with each submission"},
    property_name{
        .name = "component_flink_class_data",
        .kind = kind::choice,
        .default_value = "off",
        .allowed = "on, off",
        .flink = any,
        .description =
            "on: the JVMs of the component's containers take Flink's classes from class data, "
            "which "
            "flink-guard class-data has put on HDFS; where there is none, or a JVM cannot use it, "
            "the job starts without it and that is told (direct and auto alone)"},
    property_name{.name = "component_flink_state",
                  .kind = kind::choice,
                  .default_value = "optional; batch: none",
                  .allowed = "required, optional, none; batch: optional, none",
                  .flink = any,
                  .description =
                      "what a start does with the state of the run before: required (never starts "
                      "without it, unless the request itself accepts the loss), optional (resumes "
                      "where there is state), none (begins anew; a stop takes no savepoint)"},
    property_name{.name = "component_flink_checkpoint_retention_runs",
                  .kind = kind::integer,
                  .default_value = "2",
                  .allowed = "a whole number, 0 … 1000",
                  .least = 0,
                  .most = 1000,
                  .flink = any,
                  .description = "so many runs before the one at hand that have left checkpoints "
                                 "keep them; those of older ones are deleted once the run at hand "
                                 "has completed one of its own"},
    property_name{.name = "component_flink_savepoint_retention_count",
                  .kind = kind::integer,
                  .default_value = "0",
                  .allowed = "a whole number, 0 … 10000; 0: no limit",
                  .least = 0,
                  .most = 10'000,
                  .flink = any,
                  .description =
                      "after a savepoint, keep the newest so many; pinned ones, the last good one "
                      "and what a run was started from are never deleted"},
    property_name{.name = "component_flink_savepoint_retention_age_sec",
                  .kind = kind::integer,
                  .default_value = "0",
                  .allowed = "a whole number of seconds, 0 … 315360000; 0: no limit",
                  .least = 0,
                  .most = 315'360'000,
                  .flink = any,
                  .description = "after a savepoint, delete older ones, with the same exceptions"},
    property_name{.name = "component_flink_savepoint_retention_bytes",
                  .kind = kind::size,
                  .default_value = "0",
                  .allowed = "0 … 1024t: a number of bytes, or a number with b, k, m, g or t (kb, "
                             "mb … too); 0: no limit",
                  .least = 0,
                  .most = std::int64_t{1} << 50,
                  .flink = any,
                  .description = "after a savepoint, keep the newest that together are no larger, "
                                 "with the same exceptions"},
    property_name{.name = "component_flink_parallelism",
                  .kind = kind::integer,
                  .default_value = "Flink's own",
                  .allowed = "a whole number, 1 … 32768",
                  .least = 1,
                  .most = 32768,
                  .flink_key = "parallelism.default",
                  .flink = any,
                  .description = "default parallelism of the job"},
    property_name{.name = "component_flink_slots",
                  .kind = kind::integer,
                  .default_value = "Flink's own",
                  .allowed = "a whole number, 1 … 1024",
                  .least = 1,
                  .most = 1024,
                  .flink_key = "taskmanager.numberOfTaskSlots",
                  .flink = any,
                  .description = "slots of a TaskManager (taskmanager.numberOfTaskSlots)"},
    property_name{
        .name = "component_flink_jobmanager_memory",
        .kind = kind::memory,
        .default_value = "Flink's own",
        .allowed =
            "64m … 16t: a number with b, k, m, g or t (kb, mb … too), or a number of megabytes",
        .flink_key = "jobmanager.memory.process.size",
        .flink = any,
        .description = "memory of the JobManager's process (jobmanager.memory.process.size)"},
    property_name{
        .name = "component_flink_taskmanager_memory",
        .kind = kind::memory,
        .default_value = "Flink's own",
        .allowed =
            "64m … 16t: a number with b, k, m, g or t (kb, mb … too), or a number of megabytes",
        .flink_key = "taskmanager.memory.process.size",
        .flink = any,
        .description = "memory of a TaskManager's process (taskmanager.memory.process.size)"},
    property_name{
        .name = "component_flink_profile",
        .kind = kind::choice,
        .default_value = "the setting flink_profile (default)",
        .allowed = input::allowed_start_profiles,
        .flink = any,
        .description =
            "flags of the JobManager's and TaskManagers' JVMs: small (a start and a job that cost "
            "little), default (what takes nothing from throughput), throughput (Flink's own); see "
            "Start profiles"},
    property_name{
        .name = "component_flink_queue",
        .kind = kind::queue,
        .default_value =
            "what the queue policy says, else the setting default_queue, else YARN's own",
        .allowed = "a YARN queue, root.a.b or its last part where no other queue has that name: 1 "
                   "to 255 of A-Z a-z 0-9 . _ -, not beginning with a hyphen, no part empty",
        .valid = input::is_queue,
        .flink_key = "yarn.application.queue",
        .flink = any,
        .description = "YARN queue; what a queue policy, where the node has one, is asked for"},
    property_name{
        .name = "component_flink_configuration",
        .kind = kind::configuration,
        .default_value = "the setting flink_configuration",
        .allowed = "a JSON object of Flink keys with texts, numbers or booleans",
        .flink = any,
        .description =
            "any Flink configuration key but the reserved ones, on top of the node's defaults"},
    property_name{
        .name = "component_flink_environment",
        .kind = kind::environment,
        .default_value = "the setting flink_environment",
        .allowed = "a JSON object of environment variables with texts, numbers or booleans",
        .flink = any,
        .description = "environment of the flink client, on top of the node's defaults"},
    property_name{
        .name = "component_flink_tags",
        .kind = kind::tags,
        .default_value = "none",
        .allowed = "at most 7 tags (YARN allows 10, three are this project's) of 1 to 100 of A-Z "
                   "a-z 0-9 . _ : "
                   "@ + = / -, not beginning with dm-, separated by commas or as a JSON list",
        .may_be_empty = true,
        .valid = input::is_user_tag,
        .flink = any,
        .description = "further tags of the YARN application; YARN folds them to lower case"},
    property_name{
        .name = "component_flink_python_executable",
        .kind = kind::executable,
        .default_value = "Flink's own (python)",
        .allowed = "an absolute path, a path in a shipped archive, or the name of a command",
        .valid = input::is_executable,
        .flink_key = "python.executable",
        .flink = any,
        .description = "Python interpreter of the workers (-pyexec)"},
    property_name{
        .name = "component_flink_python_client_executable",
        .kind = kind::executable,
        .default_value = "Flink's own (python)",
        .allowed = "an absolute path on this node, or the name of a command",
        .valid = input::is_executable,
        .flink_key = "python.client.executable",
        .flink = any,
        .description =
            "Python interpreter of the client (-pyclientexec); it needs the apache-flink package"},
    property_name{
        .name = "component_flink_restart_attempts",
        .kind = kind::integer,
        .default_value = "3",
        .allowed = "a whole number, 0 … 1000",
        .least = 0,
        .most = 1000,
        .flink = any,
        .description =
            "runs in a row that failed within the window and are still followed by another; "
            "failures of the cluster or the node do not count"},
    property_name{
        .name = "component_flink_restart_window_sec",
        .kind = kind::integer,
        .default_value = "600",
        .allowed = "a whole number of seconds, 1 … 2592000",
        .least = 1,
        .most = 2'592'000,
        .flink = any,
        .description = "a run that lived longer starts the count of restart attempts anew"},
    property_name{.name = "component_flink_submission_timeout_sec",
                  .kind = kind::integer,
                  .default_value = "900",
                  .allowed = "a whole number of seconds, 10 … 86400",
                  .least = 10,
                  .most = 86'400,
                  .flink = any,
                  .description =
                      "a flink client that has submitted nothing by then is ended, which counts "
                      "as a failure of the program"},
    property_name{.name = "component_flink_retry_after_give_up_sec",
                  .kind = kind::integer,
                  .default_value = "0",
                  .allowed = "a whole number of seconds, 0 … 2592000; 0: not",
                  .least = 0,
                  .most = 2'592'000,
                  .flink = any,
                  .description =
                      "a component that was given up is run again after so long, and so on, "
                      "unless component_respawn_type says never"},
    property_name{.name = "component_flink_incident_retention_count",
                  .kind = kind::integer,
                  .default_value = "20",
                  .allowed = "a whole number, 0 … 1000; 0: none is kept",
                  .least = 0,
                  .most = 1'000,
                  .flink = any,
                  .description = "so many incidents, what is known of a failure, are kept on HDFS"},
    property_name{.name = "component_flink_incident_retention_age_sec",
                  .kind = kind::integer,
                  .default_value = "2592000",
                  .allowed = "a whole number of seconds, 0 … 315360000; 0: no limit",
                  .least = 0,
                  .most = 315'360'000,
                  .flink = any,
                  .description = "incidents that are older are deleted when the next one is kept"},
    property_name{
        .name = "component_respawn_type",
        .kind = kind::choice,
        .default_value = "always; batch: no",
        .allowed = "no, always, on-failure, on-success, on-abnormal, on-abort, on-watchdog",
        .flink = any,
        .description =
            "no, on-success: never again. always: after a failure and after a kill from outside, "
            "not after success. The others: after a failure"},
    property_name{
        .name = "component_respawn_timeout_sec",
        .kind = kind::integer,
        .default_value = "2",
        .allowed = "a whole number of seconds, 0 … 86400",
        .least = 0,
        .most = 86400,
        .flink = any,
        .description =
            "first pause before another run, at least one second; it doubles from run to run"},
    property_name{.name = "component_flink_log_level",
                  .kind = kind::text,
                  .default_value = "INFO",
                  .allowed = "TRACE, DEBUG, INFO, WARN, ERROR",
                  .valid = is_log_level,
                  .flink = any,
                  .description = "what the component's client and containers log, but for the "
                                 "libraries that Flink itself keeps at INFO"},
    property_name{
        .name = "component_flink_log_pattern",
        .kind = kind::text,
        .default_value = "%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n",
        .allowed = "a pattern of log4j 2 on one line of at most 500 bytes, with %n at its end, "
                   "without ${",
        .valid = is_log_pattern,
        .flink = any,
        .description =
            "form of the lines of jobmanager.log, taskmanager.log and flink.log; log shippers and "
            "the since of logs want a time at their beginning"},
    property_name{
        .name = "component_flink_log_file_size",
        .kind = kind::size,
        .default_value = "10m",
        .allowed = "64k … 2g: a number of bytes, or a number with b, k, m, g or t (kb, mb "
                   "… too)",
        .least = 64 << 10,
        .most = std::int64_t{2} << 30,
        .flink = any,
        .description = "a log file of that size is rolled: the container's, flink.log and "
                       "the client's; what the program prints (.out, .err) never is; "
                       "from Flink 1.19 on it stands in the log"},
    property_name{.name = "component_flink_log_files",
                  .kind = kind::integer,
                  .default_value = "5",
                  .allowed = "a whole number, 1 … 100",
                  .least = 1,
                  .most = 100,
                  .flink = any,
                  .description = "so many rolled files are kept of each log file, .1 the newest"},
    property_name{.name = "component_no_auto_props",
                  .kind = kind::flag,
                  .default_value = "absent",
                  .allowed = "anything",
                  .may_be_empty = true,
                  .flink = any,
                  .description = "when present no lines are generated into application.properties"},
};

}  // namespace

std::span<const property_name> property_names() {
  static const std::vector<property_name> all = [] {
    std::vector<property_name> joined(table.begin(), table.end());
    const auto metrics = metric_property_names();
    joined.insert(joined.end(), metrics.begin(), metrics.end());
    return joined;
  }();
  return all;
}

const property_name* find_property_name(std::string_view name) {
  const auto all = property_names();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const property_name& entry) { return entry.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const property_name* property_of_key(std::string_view flink_key) {
  const auto all = property_names();
  const auto found = std::find_if(all.begin(), all.end(), [&](const property_name& entry) {
    return !flink_key.empty() && entry.flink_key == flink_key;
  });
  return found == all.end() ? nullptr : &*found;
}

std::optional<std::string> nearest_property_name(std::string_view name) {
  std::vector<std::string> names;
  names.reserve(property_names().size());
  for (const property_name& entry : property_names()) names.emplace_back(entry.name);
  return nearest(name, names);
}

}  // namespace dm::package
