// What YARN is asked to run for a Flink application: the JobManager's container as Flink's own
// client describes it, and the document that submits it. The forms by version were read in Flink's
// client and compared with what it submits (test/end_to_end/test_direct.py).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flink/configuration_map.h"
#include "flink/installation.h"
#include "flink/jobmanager_memory.h"

namespace dm::flink {

// A file that YARN gives to each container.
struct local_resource {
  enum class part {
    library,          // of Flink's lib, on the class path
    distribution,     // flink-dist, last on it
    plugin,           // of Flink's plugins, not on it
    program,          // the job's jar, on it
    shipped,          // a jar on it, or any other file, whose directory is
    configuration,    // flink-conf.yaml or config.yaml
    library_archive,  // a tar of Flink's lib, which YARN unpacks; first on it (class_path)
    class_data,       // of those libraries, for the JVMs; not on it
  };
  part role = part::shipped;
  std::string name;  // in the container: "lib/flink-dist-1.20.5.jar"
  std::string uri;   // "hdfs://host:port/path"
  std::int64_t size_bytes = 0;
  std::int64_t modified_ms = 0;  // as HDFS says; another one there and YARN refuses the container
  bool of_all = false;           // PUBLIC: kept by nodes for all applications of all users
  std::vector<std::string> class_path{};  // of a library_archive: "lib/a.jar" …, in this order
};

// flink-dist*.jar.
bool is_distribution(std::string_view file_name);

struct application_request {
  std::string application_id;
  std::string user;
  std::string staging;  // URI; the JobManager deletes it, with all in it, when it ends in order
  std::string home;     // URI of the user's home on HDFS
  // yarn.application.classpath of the cluster; empty: Hadoop's own default.
  std::string yarn_class_path;
  std::vector<local_resource> resources;
};

struct application_launch {
  jobmanager_memory memory;
  std::int64_t cores = 1;
  std::string queue;
  std::string command;
  std::vector<std::pair<std::string, std::string>> environment;
  // The body of POST /ws/v1/cluster/apps, JSON.
  std::string document;
};

// configuration: as render_application_configuration writes it, less what that adds.
// INVALID_ARGUMENT: a value that YARN's document cannot have, or memory that cannot be computed.
result<application_launch> plan_application_launch(const version& version,
                                                   const configuration_map& configuration,
                                                   const application_request& request);

}  // namespace dm::flink
