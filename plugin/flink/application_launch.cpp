// What YARN is asked to run for a Flink application.
// SPDX-License-Identifier: Apache-2.0
#include "flink/application_launch.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flink/command_builder.h"
#include "io/json.h"
#include "io/trimmed.h"

namespace dm::flink {

namespace {

constexpr std::string_view entry_point =
    "org.apache.flink.yarn.entrypoint.YarnApplicationClusterEntryPoint";
constexpr std::size_t longest_tag = 100;  // YARN's own limit

// YarnConfiguration.DEFAULT_YARN_APPLICATION_CLASSPATH of Hadoop 3.
constexpr std::string_view hadoop_class_path =
    "$HADOOP_CONF_DIR,$HADOOP_COMMON_HOME/share/hadoop/common/*,"
    "$HADOOP_COMMON_HOME/share/hadoop/common/lib/*,$HADOOP_HDFS_HOME/share/hadoop/hdfs/*,"
    "$HADOOP_HDFS_HOME/share/hadoop/hdfs/lib/*,$HADOOP_YARN_HOME/share/hadoop/yarn/*,"
    "$HADOOP_YARN_HOME/share/hadoop/yarn/lib/*";

// "a, b,c" as "a:b:c".
std::string class_path_of(std::string_view list) {
  std::string path;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const std::string_view one = io::trimmed(list.substr(0, end));
    if (!one.empty()) path += fmt::format("{}{}", path.empty() ? "" : ":", one);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return path;
}

std::string_view visibility_of(const local_resource& resource) {
  return resource.of_all ? "PUBLIC" : "APPLICATION";
}

// A tar is unpacked to a directory of the resource's name.
std::string_view type_of(const local_resource& resource) {
  return resource.role == local_resource::part::library_archive ? "ARCHIVE" : "FILE";
}

// How the JobManager is told what to give to its TaskManagers: a text of Flink's own until 1.18,
// JSON in single quotes since.
std::string descriptor_of(const version& version, const local_resource& resource) {
  const std::string_view form =
      at_least(version, 1, 19)
          ? "{{'resourceKey':'{}','path':'{}','size':{},'modificationTime':{},'visibility':'{}',"
            "'resourceType':'{}'}}"
          : "YarnLocalResourceDescriptor{{key={}, path={}, size={}, modificationTime={}, "
            "visibility={}, type={}}}";
  return fmt::format(fmt::runtime(form), resource.name, resource.uri, resource.size_bytes,
                     resource.modified_ms, visibility_of(resource), type_of(resource));
}

std::string directory_of(const std::string& name) {
  const auto slash = name.rfind('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

// Flink sorts what is on its class path, and puts itself behind it. An empty entry is the
// container's directory. Libraries that class data is of stand first, in their own order: a JVM
// takes it only where its class path begins with what it was made of.
std::string flink_class_path(const std::vector<local_resource>& resources) {
  std::vector<std::string> entries;
  std::vector<std::string> first;
  std::string distribution;
  std::string configuration;
  for (const local_resource& resource : resources) {
    switch (resource.role) {
      case local_resource::part::library:
      case local_resource::part::program:
        entries.push_back(resource.name);
        break;
      case local_resource::part::shipped:
        entries.push_back(resource.name.ends_with("jar") ? resource.name
                                                         : directory_of(resource.name));
        break;
      case local_resource::part::distribution:
        distribution = resource.name;
        break;
      case local_resource::part::configuration:
        configuration = resource.name;
        break;
      case local_resource::part::library_archive:
        first = resource.class_path;
        break;
      case local_resource::part::plugin:
      case local_resource::part::class_data:
        break;
    }
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  if (first.empty()) entries.push_back(distribution);
  entries.push_back(configuration);
  entries.insert(entries.begin(), first.begin(), first.end());
  std::string path;
  for (const std::string& entry : entries) path += entry + ":";
  return path;
}

std::string option_of(const configuration_map& configuration, std::string_view key) {
  const std::string* value = find_key(configuration, key);
  return value == nullptr ? std::string() : std::string(io::trimmed(*value));
}

// JVM options of the JobManager, in the client's order: the later one counts for the JVM.
std::string java_options(const version& version, const configuration_map& configuration) {
  std::string all = option_of(configuration, "env.java.opts.all");
  if (all.empty()) all = option_of(configuration, "env.java.opts");
  std::string options;
  for (const std::string& one :
       {option_of(configuration, "env.java.default-opts.all"), all,
        option_of(configuration, "env.java.default-opts.jobmanager"),
        option_of(configuration, "env.java.opts.jobmanager"),
        std::string(at_least(version, 1, 18) ? "-XX:+IgnoreUnrecognizedVMOptions" : "")}) {
    if (!one.empty()) options += " " + one;
  }
  return options;
}

std::string command_of(const version& version, const configuration_map& configuration,
                       const jobmanager_memory& memory) {
  const std::string direct = memory.limits_direct_memory
                                 ? fmt::format(" -XX:MaxDirectMemorySize={}", memory.off_heap)
                                 : std::string();
  return fmt::format(
      "$JAVA_HOME/bin/java -Xmx{0} -Xms{0}{1} -XX:MaxMetaspaceSize={2}{3} "
      "-Dlog.file=\"<LOG_DIR>/jobmanager.log\" -Dlog4j.configuration=file:log4j.properties "
      "-Dlog4j.configurationFile=file:log4j.properties {4} "
      "-D jobmanager.memory.off-heap.size={5}b -D jobmanager.memory.jvm-overhead.min={6}b "
      "-D jobmanager.memory.jvm-metaspace.size={2}b -D jobmanager.memory.heap.size={0}b "
      "-D jobmanager.memory.jvm-overhead.max={6}b "
      "1> <LOG_DIR>/jobmanager.out 2> <LOG_DIR>/jobmanager.err",
      memory.heap, direct, memory.metaspace, java_options(version, configuration), entry_point,
      memory.off_heap, memory.overhead);
}

std::vector<std::pair<std::string, std::string>> environment_of(
    const version& version, const configuration_map& configuration,
    const application_request& request) {
  std::string shipped;
  std::string distribution;
  for (const local_resource& resource : request.resources) {
    const std::string descriptor = descriptor_of(version, resource);
    shipped += (shipped.empty() ? "" : ";") + descriptor;
    // Flink takes from it what to fetch, and no more.
    if (resource.role == local_resource::part::distribution ||
        resource.role == local_resource::part::library_archive)
      distribution = descriptor;
  }
  const std::string own = flink_class_path(request.resources);
  std::vector<std::pair<std::string, std::string>> environment = {
      {"CLASSPATH", own + ":" +
                        class_path_of(request.yarn_class_path.empty() ? hadoop_class_path
                                                                      : request.yarn_class_path)},
      {"HADOOP_USER_NAME", request.user},
      {"_APP_ID", request.application_id},
      {"_CLIENT_HOME_DIR", request.home},
      {"_CLIENT_SHIP_FILES", shipped},
      {"_FLINK_CLASSPATH", own},
      {"_FLINK_DIST_JAR", distribution},
      {"_FLINK_YARN_FILES", request.staging}};
  if (at_least(version, 1, 15)) environment.emplace_back("FLINK_OPT_DIR", "./opt");
  if (at_least(version, 1, 17)) environment.emplace_back("FLINK_LIB_DIR", "./lib");
  constexpr std::string_view prefix = "containerized.master.env.";
  for (auto it = configuration.lower_bound(prefix);
       it != configuration.end() && it->first.starts_with(prefix); ++it) {
    environment.emplace_back(it->first.substr(prefix.size()), it->second);
  }
  return environment;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

class planner {
 public:
  planner(const version& version, const configuration_map& configuration,
          const application_request& request)
      : version_(version), configuration_(configuration), request_(request) {}

  result<application_launch> plan() {
    auto memory = plan_jobmanager_memory(configuration_);
    if (!memory) return fail(std::move(memory.error()));
    launch_.memory = *memory;
    launch_.cores = number_of("yarn.appmaster.vcores", 1, 1, 1024);
    launch_.queue = option_of(configuration_, "yarn.application.queue");
    launch_.command = command_of(version_, configuration_, *memory);
    launch_.environment = environment_of(version_, configuration_, request_);
    const auto has = [&](local_resource::part role) {
      return std::any_of(request_.resources.begin(), request_.resources.end(),
                         [&](const local_resource& one) { return one.role == role; });
    };
    if (!has(local_resource::part::distribution) && !has(local_resource::part::library_archive))
      refuse("yarn.provided.lib.dirs", "directories without flink-dist*.jar",
             "Flink's own lib directory among them");
    for (const local_resource& resource : request_.resources) {
      // They are parsed out of a text in the JobManager.
      if ((resource.name + resource.uri).find_first_of(";,'\"={}\\") != std::string::npos)
        refuse("a shipped file", fmt::format("\"{}\"", first_line(resource.name, 80)),
               "a name without ; , ' \" = { } and backslash");
    }
    write();
    if (problems_.empty()) return std::move(launch_);
    error e;
    e.code = status_code::invalid_argument;
    e.message = fmt::format("the application cannot be described to YARN: {}: {}",
                            problems_.front().path, problems_.front().found);
    e.hint = problems_.front().allowed;
    e.details = std::move(problems_);
    return fail(std::move(e));
  }

 private:
  void refuse(std::string_view key, std::string found, std::string allowed) {
    problems_.push_back({std::string(key), std::move(found), std::move(allowed)});
  }

  std::int64_t number_of(std::string_view key, std::int64_t otherwise, std::int64_t least,
                         std::int64_t most) {
    const std::string text = option_of(configuration_, key);
    if (text.empty()) return otherwise;
    const auto value = number(text);
    if (value && *value >= least && *value <= most) return *value;
    refuse(key, fmt::format("\"{}\"", first_line(text, 40)),
           fmt::format("a whole number, {} to {}", least, most));
    return otherwise;
  }

  void write_tags(io::json_writer& writer) {
    std::string list = option_of(configuration_, "yarn.tags");
    if (list.empty()) return;
    io::key(writer, "application-tags");
    writer.StartObject();
    io::key(writer, "tag");
    writer.StartArray();
    std::string_view rest = list;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(','), rest.size());
      const std::string_view tag = io::trimmed(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (tag.size() > longest_tag)
        refuse("yarn.tags", fmt::format("\"{}\"", tag), "tags of at most 100 bytes");
      if (!tag.empty()) io::string(writer, tag);
    }
    writer.EndArray();
    writer.EndObject();
  }

  void write_container(io::json_writer& writer) const {
    io::key(writer, "am-container-spec");
    writer.StartObject();
    io::key(writer, "local-resources");
    writer.StartObject();
    io::key(writer, "entry");
    writer.StartArray();
    for (const local_resource& resource : request_.resources) {
      writer.StartObject();
      io::put(writer, "key", resource.name);
      io::key(writer, "value");
      writer.StartObject();
      io::put(writer, "resource", resource.uri);
      io::put(writer, "type", type_of(resource));
      io::put(writer, "visibility", visibility_of(resource));
      io::put(writer, "size", resource.size_bytes);
      io::put(writer, "timestamp", resource.modified_ms);
      writer.EndObject();
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
    io::key(writer, "environment");
    writer.StartObject();
    io::key(writer, "entry");
    writer.StartArray();
    for (const auto& [key, value] : launch_.environment) {
      writer.StartObject();
      io::put(writer, "key", key);
      io::put(writer, "value", value);
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
    io::key(writer, "commands");
    writer.StartObject();
    io::put(writer, "command", launch_.command);
    writer.EndObject();
    writer.EndObject();
  }

  void write() {
    io::json_buffer buffer;
    io::json_writer writer(buffer);
    writer.StartObject();
    io::put(writer, "application-id", request_.application_id);
    const std::string name = option_of(configuration_, "yarn.application.name");
    io::put(writer, "application-name", name.empty() ? "Flink Application Cluster" : name);
    const std::string type = option_of(configuration_, "yarn.application.type");
    io::put(writer, "application-type", type.empty() ? "Apache Flink" : type);
    io::put(writer, "queue", launch_.queue.empty() ? "default" : launch_.queue);
    write_tags(writer);
    io::put(writer, "max-app-attempts", number_of("yarn.application-attempts", 1, 1, 1));
    if (find_key(configuration_, "yarn.application.priority") != nullptr) {
      const std::int64_t priority = number_of("yarn.application.priority", -1, -1, INT32_MAX);
      if (priority >= 0) io::put(writer, "priority", priority);
    }
    if (const std::string label = option_of(configuration_, "yarn.application.node-label");
        !label.empty())
      io::put(writer, "app-node-label-expression", label);
    io::put(writer, "unmanaged-AM", false);
    io::put(writer, "keep-containers-across-application-attempts", false);
    io::key(writer, "resource");
    writer.StartObject();
    io::put(writer, "memory", launch_.memory.container_mb());
    io::put(writer, "vCores", launch_.cores);
    writer.EndObject();
    write_container(writer);
    writer.EndObject();
    launch_.document = io::text(buffer);
  }

  const version& version_;
  const configuration_map& configuration_;
  const application_request& request_;
  application_launch launch_;
  std::vector<problem> problems_;
};

}  // namespace

bool is_distribution(std::string_view file_name) {
  return file_name.starts_with("flink-dist") && file_name.ends_with(".jar");
}

result<application_launch> plan_application_launch(const version& version,
                                                   const configuration_map& configuration,
                                                   const application_request& request) {
  return planner(version, configuration, request).plan();
}

}  // namespace dm::flink
