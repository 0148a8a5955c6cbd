// A component's descriptor: its properties read once, typed and checked. What validate and create
// both stand on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "component/guard_spec.h"
#include "flink/dialect.h"
#include "flink/installation.h"
#include "input/component_data.h"
#include "input/start_profile.h"
#include "io/problem_list.h"
#include "oozie/schedule.h"
#include "package/client_configuration.h"
#include "package/metrics_choice.h"
#include "package/property_reader.h"
#include "package/warning.h"

namespace dm::package {

// A map with more properties is not looked at any further.
inline constexpr std::size_t most_properties = 5'000;

struct descriptor {
  // The program: a jar, or a Python file. Paths are relative to the component's folder.
  std::string main_jar;
  std::string main_class;  // empty: from the jar's manifest
  std::string main_python;
  std::vector<std::string> python_files;
  std::string python_executable;
  std::string python_client_executable;
  std::vector<std::string> arguments;

  std::string job_name;
  std::string wanted_version;  // a prefix; empty: any
  flink::submission_mode submission = flink::submission_mode::per_job;
  // auto was asked for: direct, unless something speaks against it.
  bool submission_chosen = false;
  std::string submission_reason;     // auto: why it is not direct; empty: it is
  std::vector<std::string> options;  // component_flink_config_args, checked against the version
  std::vector<std::pair<std::string, std::string>>
      option_configuration;  // the Flink keys that these set
  std::optional<std::int64_t> parallelism;
  std::optional<std::int64_t> slots;
  std::optional<std::int64_t> jobmanager_memory_bytes;
  std::optional<std::int64_t> taskmanager_memory_bytes;
  std::string queue;  // empty: the node's default
  std::vector<std::pair<std::string, std::string>>
      configuration;  // without what has a property of its own
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> tags;
  std::optional<input::start_profile> profile;  // nullopt: the node's default
  metrics_choice metrics;

  component::job_type job_type = component::job_type::streaming;
  component::state_policy state = component::state_policy::optional;
  input::retention_rule retention;
  component::respawn respawn = component::respawn::always;
  std::int64_t respawn_delay_ms = 2'000;
  int restart_attempts = 3;
  bool class_data = false;  // the JVMs of its containers share what there is of Flink's classes
  bool provided_libraries = true;  // Flink's libraries are fetched from HDFS, where they can be
  int checkpoint_retention_runs = 2;
  std::int64_t restart_window_ms = 600'000;
  std::int64_t submission_timeout_ms = 900'000;
  std::int64_t retry_after_give_up_ms = 0;  // 0: not
  std::int64_t incident_retention_count = 20;
  std::int64_t incident_retention_age_ms = 2'592'000'000;  // 0: no limit
  std::optional<oozie::schedule> schedule;                 // Oozie begins its runs
  bool generates_properties = true;
  package::logging logging;
  // Of a staged component: its client's own configuration directory. nullopt: it uses the node's or
  // one that its FLINK_CONF_DIR names.
  std::optional<package::client_configuration> client_configuration;

  // Of a staged component: what the configuration file on this node sets that its client reads.
  // Lists and long texts of config.yaml have an empty value.
  std::vector<std::pair<std::string, std::string>> installed_configuration;

  bool python() const { return !main_python.empty(); }
};

struct descriptor_reading {
  package::descriptor descriptor;  // right only when there are no problems
  problem_list problems;
  std::vector<warning> warnings;

  // INVALID_ARGUMENT with everything that is wrong; nullopt when all is well.
  std::optional<error> failure(const component::component_name& name) const;
};

// Reads all of it; no file, no network. installed: the Flink of this node; without it what depends
// on the version is left unchecked.
descriptor_reading read_descriptor(const property_map& properties,
                                   const component::component_name& name,
                                   const std::optional<flink::version>& installed,
                                   references references);

}  // namespace dm::package
