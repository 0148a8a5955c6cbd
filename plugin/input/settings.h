// What the host's environment document says: where the cluster is, and how this plugin is set up on
// this node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input/start_profile.h"
#include "io/json.h"
#include "oozie/schedule.h"
#include "supervisor/supervisor.h"

namespace dm::input {

struct setting_warning {
  std::string path;  // "$.settings.<name>"
  std::string message;
};

// What components report of themselves unless their properties say otherwise.
struct metric_settings {
  std::string graphite;  // "host:port"; empty: there is none
  std::string statsd;    // the same
  std::string prometheus_ports = "9249-9349";
  std::int64_t interval_sec = 60;  // between two reports, as carbon keeps them by default
  // Names of flink::metric_reporter, empty for none at all; nullopt: graphite where there is one.
  std::optional<std::vector<std::string>> reporters;
};

// How Oozie begins the runs of components that have a schedule.
struct oozie_settings {
  std::string url;  // "http://host:port/oozie"; empty: there is no Oozie
  oozie::action_kind action = oozie::action_kind::ssh;
  std::string ssh_host;          // user@host; empty: the component's user at this node
  std::string resource_manager;  // for a shell action: host:port, or the name of a pair
  std::string name_node;         // the same: hdfs://host:port, or that of a pair
};

struct settings {
  std::string name_space;
  std::vector<std::string> resource_managers;  // "http://host:port", main one first
  std::vector<std::string> name_nodes;         // "http://host:port" of WebHDFS
  std::string history_server;                  // "http://host:port" or empty
  supervisor::endpoint supervisor;
  std::string supervisor_config_dir;
  std::string state_root = "/pnda/flink";  // on HDFS, absolute, without scheme
  // On HDFS: Flink's libraries, a directory for each set of them; of all namespaces.
  std::string flink_libraries_root = "/pnda/flink-libraries";
  std::string install_root = "/opt";
  std::string flink_home;
  std::string flink_command;  // <flink_home>/bin/flink unless the environment names another
  std::string guard;          // absolute path of flink-guard
  std::string node;           // this node's name
  std::string default_queue;  // may be empty
  std::string queue_policy;  // absolute path of the program that is asked for a queue; may be empty
  std::string
      history_archive_dir;  // HDFS path (scheme allowed); empty: the component's own directory
  // HDFS directories of temporary files, of which old ones may go; one of libraries, a version a
  // directory, of which unused ones may. Schemes allowed; empty: none.
  std::vector<std::string> temporary_directories;
  std::string library_directory;
  std::string client_temporary_directory = "/tmp";  // java.io.tmpdir of Flink's client on this node
  int submission_slots = 4;
  std::vector<std::pair<std::string, std::string>> flink_environment;
  std::vector<std::pair<std::string, std::string>> flink_configuration;
  start_profile profile = start_profile::ordinary;  // of components that name none
  metric_settings metrics;
  oozie_settings oozie;
  std::vector<std::pair<std::string, std::int64_t>> timeouts_ms;  // by verb
  std::vector<setting_warning> warnings;                          // for the reply of open
};

// Reads the document {"schema":1,"environment":{...},"settings":{...}}. INVALID_ARGUMENT lists all
// problems at once. library_directory: where flink.so lies, for the default place of the guard; may
// be empty.
result<settings> read_settings(std::string_view document, const std::string& library_directory);

// Default time limits of the verbs, in milliseconds; settings.timeouts_ms overrides.
std::int64_t timeout_ms(const settings& settings, std::string_view verb);

}  // namespace dm::input
