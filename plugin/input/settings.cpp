// The environment document, read and checked as a whole.
// SPDX-License-Identifier: Apache-2.0
#include "input/settings.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "component/component_name.h"
#include "flink/dialect.h"
#include "flink/metric_reporters.h"
#include "input/addresses.h"
#include "input/property_values.h"
#include "input/text_rules.h"
#include "input/verb_timeouts.h"
#include "io/problem_list.h"

namespace dm::input {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_document = std::size_t{1} << 20;

// Where a build and an installation put the guard: in bin beside the library's own folder.
std::string default_guard(const std::string& library_directory) {
  if (library_directory.empty()) return {};
  return (fs::path(library_directory) / "../bin/flink-guard").lexically_normal().string();
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

class reader {
 public:
  reader(const io::json_value& document, const std::string& library_directory)
      : environment_(object_in(document, "environment")),
        settings_(object_in(document, "settings")),
        library_directory_(library_directory) {
    if (io::integer_member(document, "schema") != 1) {
      const io::json_value* found = io::member(document, "schema");
      problem_at("$.schema", found == nullptr ? "absent" : shown(io::to_text(*found)), "1");
    }
    for (const char* name : {"environment", "settings"}) {
      const io::json_value* value = io::member(document, name);
      if (value != nullptr && !value->IsObject())
        problem_at(fmt::format("$.{}", name), "no object", "a JSON object");
    }
    if (io::member(document, "environment") == nullptr) {
      problem_at("$.environment", "absent", "the deployment manager's environment object");
    }
  }

  settings read() {
    read_cluster();
    read_supervisor();
    read_places();
    read_flink();
    read_metrics();
    read_oozie();
    read_limits();
    warn_of_unknown_settings();
    return std::move(out_);
  }

  std::vector<problem> problems;

 private:
  using valid = bool (*)(std::string_view);

  static const io::json_value* object_in(const io::json_value& document, std::string_view name) {
    const io::json_value* value = io::member(document, name);
    return value != nullptr && value->IsObject() ? value : nullptr;
  }

  void problem_at(std::string path, std::string found, std::string allowed) {
    problems.push_back({std::move(path), std::move(found), std::move(allowed)});
  }

  // A text, or a number, of one of the two objects. Empty is absent: environment templates leave
  // such members.
  std::optional<std::string> text(const io::json_value* object, std::string_view parent,
                                  std::string_view name, valid is_valid, std::string_view allowed) {
    const io::json_value* value = object == nullptr ? nullptr : io::member(*object, name);
    if (value == nullptr) return std::nullopt;
    const std::string path = fmt::format("$.{}.{}", parent, name);
    if (!value->IsString() && !value->IsInt64()) {
      problem_at(path, "neither a text nor a whole number", std::string(allowed));
      return std::nullopt;
    }
    std::string found = io::scalar_text(*value);
    if (found.empty()) return std::nullopt;
    if (!is_valid(found)) {
      problem_at(path, shown_value(name, found), std::string(allowed));
      return std::nullopt;
    }
    return found;
  }
  std::optional<std::string> environment(std::string_view name, valid is_valid,
                                         std::string_view allowed) {
    return text(environment_, "environment", name, is_valid, allowed);
  }
  std::optional<std::string> setting(std::string_view name, valid is_valid,
                                     std::string_view allowed) {
    known_settings_.emplace_back(name);
    return text(settings_, "settings", name, is_valid, allowed);
  }
  // nullptr: not given.
  const io::json_value* setting_value(std::string_view name) {
    known_settings_.emplace_back(name);
    return settings_ == nullptr ? nullptr : io::member(*settings_, name);
  }

  // A name with a typing mistake would take the default without a word.
  void warn_of_unknown_settings() {
    if (settings_ == nullptr) return;
    for (const auto& member : settings_->GetObject()) {
      const std::string name(io::view(member.name));
      if (std::find(known_settings_.begin(), known_settings_.end(), name) != known_settings_.end())
        continue;
      if (out_.warnings.size() == most_problems) return;
      const auto meant = nearest(name, known_settings_);
      out_.warnings.push_back({"$.settings." + shown(name),
                               meant ? fmt::format("no known setting; {} was not meant?", *meant)
                                     : "no known setting; it has no effect"});
    }
  }

  // "http://host:port" of the members <name>_host<suffix> and <name>_port<suffix>.
  void read_address(std::vector<std::string>& addresses, std::string_view name,
                    std::string_view suffix, bool required) {
    const std::string host_name = fmt::format("{}_host{}", name, suffix);
    const std::string port_name = fmt::format("{}_port{}", name, suffix);
    constexpr std::string_view a_host = "a host name or address";
    constexpr std::string_view a_port = "a port, 1 … 65535";
    const std::size_t before = problems.size();
    const auto host = environment(host_name, is_host, a_host);
    const auto port = environment(port_name, is_port, a_port);
    if (problems.size() != before) return;
    if (host && port) {
      addresses.push_back(fmt::format("http://{}:{}", *host, *port));
    } else if (required || host) {
      if (!host) problem_at("$.environment." + host_name, "absent", std::string(a_host));
      if (!port) problem_at("$.environment." + port_name, "absent", std::string(a_port));
    }
  }

  void read_cluster() {
    constexpr std::string_view names =
        "1 to 63 of a-z 0-9 _ -, not beginning with a hyphen (YARN folds the case of tags)";
    const auto name_space = environment(
        "namespace",
        [](std::string_view text) {
          return component::check_name({std::string(text), "application", "component"}).empty();
        },
        names);
    if (name_space) {
      out_.name_space = *name_space;
    } else if (problems.empty()) {
      problem_at("$.environment.namespace", "absent", std::string(names));
    }
    read_address(out_.resource_managers, "yarn_resource_manager", "", true);
    read_address(out_.resource_managers, "yarn_resource_manager", "_backup", false);
    read_address(out_.name_nodes, "webhdfs", "", true);
    read_address(out_.name_nodes, "webhdfs", "_backup", false);
    const auto history = environment(
        "flink_history_server",
        [](std::string_view text) {
          if (text.starts_with("http://")) text.remove_prefix(7);
          return is_host_and_port(text);
        },
        "host:port");
    if (history)
      out_.history_server = history->starts_with("http://") ? *history : "http://" + *history;
    out_.queue_policy =
        environment("queue_policy", plain_absolute_path,
                    "the absolute path of a program, of A-Z a-z 0-9 . _ + @ - and slashes; what it "
                    "needs beside the requested queue stands in it")
            .value_or("");
  }

  void read_supervisor() {
    out_.supervisor.url =
        setting("supervisor_url", is_supervisor_url,
                "http://host:port/RPC2 or unix:///absolute/path, without credentials")
            .value_or("http://127.0.0.1:9001/RPC2");
    out_.supervisor.user = setting("supervisor_user", single_line, "text on one line").value_or("");
    out_.supervisor.password =
        setting("supervisor_password", single_line, "text on one line").value_or("");
    out_.supervisor_config_dir =
        directory_setting("supervisor_config_dir", "/etc/supervisor/conf.d");
  }

  std::string directory_setting(std::string_view name, std::string_view fallback) {
    return setting(name, plain_absolute_path,
                   "an absolute path of A-Z a-z 0-9 . _ + @ - and slashes, without .. and without "
                   "a slash at its end")
        .value_or(std::string(fallback));
  }

  void read_places() {
    out_.state_root = directory_setting("state_root", "/pnda/flink");
    read_libraries_root();
    out_.install_root = directory_setting("install_root", "/opt");
    out_.guard = directory_setting("guard", default_guard(library_directory_));
    if (out_.guard.empty()) {
      problem_at("$.settings.guard", "absent", "the absolute path of flink-guard");
    }
    out_.node = setting("node", is_host, "a host name").value_or(host_name());
    out_.history_archive_dir = setting("history_archive_dir", is_hdfs_location,
                                       "an absolute HDFS path, a scheme before it allowed")
                                   .value_or("");
    out_.client_temporary_directory = directory_setting("client_temporary_directory", "/tmp");
    read_directories_to_tidy();
  }

  static constexpr std::string_view libraries_root_rule =
      "an absolute path of A-Z a-z 0-9 . _ + @ - and slashes, neither above nor in state_root";

  // Everybody's containers fetch from it, and nobody's but their own from the state.
  void read_libraries_root() {
    const std::string& state = out_.state_root;
    out_.flink_libraries_root = state.substr(0, state.rfind('/')) + "/flink-libraries";
    const auto given = setting("flink_libraries_root", plain_absolute_path, libraries_root_rule);
    if (!given) return;
    if (*given == "/" || *given == state || given->starts_with(state + "/") ||
        state.starts_with(*given + "/")) {
      return problem_at("$.settings.flink_libraries_root", shown(*given),
                        std::string(libraries_root_rule));
    }
    out_.flink_libraries_root = *given;
  }

  // What lies in these is deleted: not the state of components, nor everybody's directories.
  bool may_be_tidied(std::string_view location) const {
    if (!is_hdfs_location(location)) return false;
    const std::size_t scheme = location.find("://");
    const std::string path(scheme == std::string_view::npos
                               ? location
                               : location.substr(location.find('/', scheme + 3)));
    const bool deep = std::count(path.begin(), path.end(), '/') > 1;
    const std::string& state = out_.state_root;
    return deep && path != state && !state.starts_with(path + "/") &&
           !path.starts_with(state + "/");
  }

  void read_directories_to_tidy() {
    constexpr std::string_view allowed =
        "an absolute HDFS path of at least two parts, a scheme before it allowed, neither above "
        "nor "
        "in the components' state";
    const std::string library = "$.settings.library_directory";
    if (const io::json_value* one = setting_value("library_directory"); one != nullptr) {
      if (one->IsString() && (one->GetStringLength() == 0 || may_be_tidied(io::view(*one)))) {
        out_.library_directory = io::view(*one);
      } else {
        problem_at(library, shown(io::scalar_text(*one)), std::string(allowed));
      }
    }
    const std::string path = "$.settings.temporary_directories";
    const io::json_value* given = setting_value("temporary_directories");
    if (given == nullptr) return;
    if (!given->IsArray()) return problem_at(path, "no array", "a list of HDFS paths");
    for (rapidjson::SizeType i = 0; i < given->Size(); ++i) {
      const io::json_value& one = (*given)[i];
      if (one.IsString() && may_be_tidied(io::view(one))) {
        out_.temporary_directories.emplace_back(io::view(one));
      } else {
        problem_at(fmt::format("{}[{}]", path, i), shown(io::scalar_text(one)),
                   std::string(allowed));
      }
    }
  }

  void read_flink() {
    constexpr std::string_view a_path = "an absolute path";
    const std::size_t before = problems.size();
    const auto command =
        environment("flink", plain_absolute_path, "the absolute path of the flink command");
    const auto home = setting("flink_home", plain_absolute_path, a_path);
    if (!command && !home && problems.size() == before) {
      problem_at("$.environment.flink", "absent, and $.settings.flink_home too",
                 "the absolute path of the flink command, or that of Flink's installation");
    }
    if (home) {
      out_.flink_home = *home;
    } else if (command) {
      out_.flink_home = fs::path(*command).parent_path().parent_path().string();
    }
    out_.flink_command = command ? *command : out_.flink_home + "/bin/flink";
    out_.default_queue =
        setting("default_queue", is_queue, "a YARN queue: 1 to 255 of A-Z a-z 0-9 . _ -")
            .value_or("");
    const auto profile = setting(
        "flink_profile",
        [](std::string_view text) { return parse_start_profile(text).has_value(); },
        allowed_start_profiles);
    if (profile) out_.profile = *parse_start_profile(*profile);
    out_.flink_environment =
        map_setting("flink_environment", [](std::string_view name) -> std::string {
          return is_environment_name(name) ? ""
                                           : "1 to 128 of A-Z 0-9 _, not beginning with a digit";
        });
    out_.flink_configuration =
        map_setting("flink_configuration", [](std::string_view key) -> std::string {
          if (!is_configuration_key(key)) return "a Flink key: A-Z a-z 0-9 . _ -";
          if (secret_name(key) && !key.starts_with("security.delegation.token")) {
            return "a key that holds no secret, since the value would stand in process lists: put "
                   "it into Flink's "
                   "configuration file";
          }
          return flink::reserved_key_reason(key);
        });
  }

  void read_metrics() {
    metric_settings& metrics = out_.metrics;
    const auto host = environment("graphite_host", is_host, "a host name or address");
    const auto port = environment("graphite_port", is_port, "a port, 1 … 65535").value_or("2003");
    if (host) metrics.graphite = fmt::format("{}:{}", *host, port);
    const auto graphite = setting(
        "metrics_graphite",
        [](std::string_view text) { return text == "none" || is_host_and_port(text); },
        "host:port of Graphite's line receiver, or none");
    if (graphite) metrics.graphite = *graphite == "none" ? "" : *graphite;
    metrics.statsd =
        setting("metrics_statsd", is_host_and_port, "host:port of a StatsD").value_or("");
    if (auto ports = setting("metrics_prometheus_ports", is_port_range,
                             "a port, or a range of them such as 9249-9349"))
      metrics.prometheus_ports = std::move(*ports);
    const auto interval = setting(
        "metrics_interval_sec",
        [](std::string_view text) {
          const auto seconds = parse_integer(text);
          return seconds && *seconds >= 1 && *seconds <= 86'400;
        },
        "a whole number of seconds, 1 … 86400");
    if (interval) metrics.interval_sec = *parse_integer(*interval);
    const auto reporters = setting(
        "metrics_reporters",
        [](std::string_view text) { return flink::are_metric_reporters(split_list(text)); },
        "graphite, statsd, prometheus, jmx, slf4j, separated by commas; or none alone");
    if (reporters) metrics.reporters = flink::without_none(split_list(*reporters));
  }

  void read_oozie() {
    oozie_settings& out = out_.oozie;
    constexpr std::string_view a_url = "http://host:port/oozie, without credentials";
    const auto uri = environment("oozie_uri", is_service_url, a_url);
    out.url = setting("oozie_url", is_service_url, a_url).value_or(uri.value_or(""));
    while (out.url.ends_with('/')) out.url.pop_back();
    if (const auto action = setting(
            "oozie_action",
            [](std::string_view text) { return oozie::parse_action_kind(text).has_value(); },
            "ssh or shell"))
      out.action = *oozie::parse_action_kind(*action);
    out.ssh_host = setting(
                       "oozie_ssh_host",
                       [](std::string_view text) {
                         const std::size_t at = text.find('@');
                         return at != std::string_view::npos && at > 0 &&
                                oozie::is_plain_argument(text.substr(0, at)) &&
                                is_host(text.substr(at + 1));
                       },
                       "user@host, whom Oozie's ssh action logs in as")
                       .value_or("");
    out.resource_manager =
        setting("oozie_resource_manager", oozie::is_plain_argument,
                "host:port of the ResourceManager's clients, or the name of a pair")
            .value_or("");
    out.name_node =
        environment("name_node", oozie::is_plain_argument, "hdfs://host:port, or that of a pair")
            .value_or("");
  }

  std::vector<std::pair<std::string, std::string>> map_setting(
      std::string_view name, const std::function<std::string(std::string_view)>& refuse) {
    std::vector<std::pair<std::string, std::string>> entries;
    const io::json_value* value = setting_value(name);
    if (value == nullptr) return entries;
    const std::string path = fmt::format("$.settings.{}", name);
    if (!value->IsObject()) {
      problem_at(path, "no object", "a JSON object");
      return entries;
    }
    for (const auto& entry : value->GetObject()) {
      const std::string key(io::view(entry.name));
      const std::string entry_path = path + "." + shown(key);
      if (std::string allowed = refuse(key); !allowed.empty()) {
        problem_at(entry_path, "the name " + shown(key), allowed);
        continue;
      }
      const bool scalar = entry.value.IsString() || entry.value.IsNumber() || entry.value.IsBool();
      const std::string text = !scalar                  ? ""
                               : entry.value.IsString() ? std::string(io::view(entry.value))
                                                        : io::to_text(entry.value);
      if (!scalar || !single_line(text)) {
        problem_at(entry_path, shown_value(key, text), "a text on one line, a number or a boolean");
        continue;
      }
      entries.emplace_back(key, text);
    }
    return entries;
  }

  void read_limits() {
    const io::json_value* slots = setting_value("submission_slots");
    if (slots != nullptr) {
      if (slots->IsInt() && slots->GetInt() >= 1 && slots->GetInt() <= 1024) {
        out_.submission_slots = slots->GetInt();
      } else {
        problem_at("$.settings.submission_slots", shown(io::scalar_text(*slots)),
                   "a whole number, 1 … 1024");
      }
    }
    const io::json_value* timeouts = setting_value("timeouts_ms");
    if (timeouts == nullptr) return;
    if (!timeouts->IsObject()) {
      problem_at("$.settings.timeouts_ms", "no object", "a JSON object of verbs and milliseconds");
      return;
    }
    for (const auto& entry : timeouts->GetObject()) {
      const std::string verb(io::view(entry.name));
      const bool known = default_timeout_ms(verb).has_value();
      const bool good = entry.value.IsInt64() && entry.value.GetInt64() >= 1 &&
                        entry.value.GetInt64() <= 86'400'000;
      if (!known || !good) {
        problem_at("$.settings.timeouts_ms." + shown(verb), shown(io::scalar_text(entry.value)),
                   known ? "milliseconds, 1 … 86400000" : verb_names());
        continue;
      }
      out_.timeouts_ms.emplace_back(verb, entry.value.GetInt64());
    }
  }

  const io::json_value* environment_;
  const io::json_value* settings_;
  const std::string& library_directory_;
  std::vector<std::string> known_settings_;  // that have been asked for
  settings out_;
};

}  // namespace

result<settings> read_settings(std::string_view document, const std::string& library_directory) {
  if (document.size() > largest_document) {
    return fail(status_code::invalid_argument,
                fmt::format("the environment document has {} bytes, more than {}", document.size(),
                            largest_document));
  }
  auto parsed = io::parse_json(document, "the environment document");
  if (!parsed) return fail(std::move(parsed.error()));
  if (!parsed->IsObject()) {
    return fail(status_code::invalid_argument, "the environment document is no JSON object",
                R"(send {"schema":1,"environment":{…},"settings":{…}})");
  }
  reader in(*parsed, library_directory);
  settings read = in.read();
  if (in.problems.empty()) return read;
  const std::string what = fmt::format("the environment document has {} problem{}",
                                       in.problems.size(), in.problems.size() == 1 ? "" : "s");
  return fail(invalid(what, std::move(in.problems)));
}

std::int64_t timeout_ms(const settings& settings, std::string_view verb) {
  for (const auto& [name, milliseconds] : settings.timeouts_ms) {
    if (name == verb) return milliseconds;
  }
  return default_timeout_ms(verb).value_or(60'000);
}

}  // namespace dm::input
