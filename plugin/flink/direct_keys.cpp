// Which configurations can be submitted without Flink's client.
// SPDX-License-Identifier: Apache-2.0
#include "flink/direct_keys.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "flink/jobmanager_memory.h"
#include "io/ascii_case.h"

namespace dm::flink {

namespace {

// YARN's keys that are put into the submission as the client does, or that the JobManager reads by
// itself. Whatever else there is, or will be, is left to the client.
constexpr std::array<std::string_view, 21> known_yarn_keys = {
    "yarn.application.name",
    "yarn.application.queue",
    "yarn.application.priority",
    "yarn.application.node-label",
    "yarn.application.type",
    "yarn.application-attempts",
    "yarn.application-attempt-failures-validity-interval",  // the client's for high availability
    "yarn.application-master.port",
    "yarn.appmaster.vcores",
    "yarn.containers.vcores",
    "yarn.heartbeat.container-request-interval",
    "yarn.heartbeat.container-request-interval-milliseconds",
    "yarn.heartbeat.interval",
    "yarn.provided.lib.dirs",
    "yarn.flink-dist-jar",
    "yarn.properties-file.location",  // a session's
    "yarn.ship-files",
    "yarn.tags",
    "yarn.taskmanager.node-label",
    "yarn.per-job-cluster.include-user-jar",
    "yarn.classpath.include-user-jar"};

std::string reason_of(const std::string& key, const std::string& value) {
  if (key.starts_with("security.kerberos.login.")) return "Kerberos needs the client's tickets";
  if ((key == "high-availability" || key == "high-availability.type") &&
      io::upper_ascii(value) != "NONE")
    return "high availability needs the client's application attempts";
  if (key == "jobmanager.heap.size" || key == "jobmanager.heap.mb")
    return "an old key, which the client interprets; jobmanager.memory.process.size is its "
           "successor";
  if (key == "pipeline.jars" || key == "pipeline.classpaths")
    return "the client puts further jars together";
  if (key == "yarn.classpath.include-user-jar" || key == "yarn.per-job-cluster.include-user-jar") {
    return io::upper_ascii(value) == "ORDER" ? std::string()
                                             : "only ORDER, Flink's default, is submitted directly";
  }
  if (key == "yarn.flink-dist-jar" && !value.starts_with("hdfs:"))
    return "a jar of this node, which the client uploads";
  if (key.starts_with("yarn.") &&
      std::find(known_yarn_keys.begin(), known_yarn_keys.end(), key) == known_yarn_keys.end())
    return "a key that only the client reads";
  if (key.starts_with("env.java.") || key.starts_with("containerized.master.env.")) {
    if (const auto reason = launch_text_reason(value); !reason.empty())
      return fmt::format("it stands in a script of YARN's, where it can have {}", reason);
  }
  return {};
}

}  // namespace

std::string_view launch_text_reason(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return "no control character";
    if (c == '"' || c == '`' || c == '\\') return "no double quote, backquote and backslash";
    if (c == '$' && i + 1 < text.size() && text[i + 1] == '(') return "no $(";
  }
  return {};
}

std::vector<problem> direct_obstacles(const configuration_map& configuration) {
  std::vector<problem> problems;
  for (const auto& [key, value] : configuration) {
    if (std::string reason = reason_of(key, value); !reason.empty())
      problems.push_back({key, "is set", std::move(reason)});
  }
  if (auto memory = plan_jobmanager_memory(configuration); !memory) {
    for (problem& one : memory.error().details) problems.push_back(std::move(one));
  }
  return problems;
}

std::vector<problem> direct_obstacles(const installed_file& file) {
  std::vector<problem> problems;
  for (const configured_key& key : file.content.keys) {
    if (!key.whole) {
      problems.push_back({key.key,
                          fmt::format("no plain text on one line at {}:{}", file.path, key.line),
                          "a value on one line, which can be handed on as it is"});
    }
  }
  for (const int line : file.content.not_understood) {
    problems.push_back(
        {fmt::format("{}:{}", file.path, line), "cannot be read", "a key and a value on one line"});
  }
  return problems;
}

}  // namespace dm::flink
