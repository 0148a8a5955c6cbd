// The Deployment Manager's configuration: reading and checking.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/configuration.h"

#include "access/secrets.h"
#include "base/names.h"
#include "base/repeated_members.h"
#include "configuration/access_configuration.h"
#include "configuration/configuration_path.h"
#include "configuration/configuration_reader.h"
#include "configuration/housekeeping_configuration.h"
#include "configuration/listen_configuration.h"
#include "http/http_client.h"
#include "operation/callback_signature.h"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <exception>
#include <system_error>

namespace manager {
namespace {

constexpr const char* address_rule =
    "http://... or https://..., in which / ? # @ of a user's name or password are %2F %3F %23 %40";

log::level level_from(std::string_view word) {
  if (word == "TRACE") return log::level::trace;
  if (word == "DEBUG") return log::level::debug;
  if (word == "WARNING") return log::level::warning;
  if (word == "ERROR") return log::level::error;
  return log::level::info;
}

void read_environment(configuration_reader& root, configuration& into) {
  into.environment = json::make_object();
  const json::value* found = root.object("environment", true);
  if (found == nullptr) return;
  for (const auto& member : found->GetObject()) {
    const std::string name = printable(json::view(member.name));
    if (member.value.IsObject() || member.value.IsArray() || member.value.IsNull()) {
      root.problem_at("environment." + name, shown_value(name, member.value),
                      "text, a number, true or false", "");
    }
  }
  into.environment.CopyFrom(*found, into.environment.GetAllocator());
  into.name_space = json::text_of(*found, "namespace");
  const bool good = !into.name_space.empty() && into.name_space.size() <= 63 &&
                    into.name_space.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") ==
                        std::string::npos &&
                    into.name_space.front() != '-';
  if (!good) {
    root.problem_at("environment.namespace", json::quote(shown_value("", into.name_space)),
                    "1 to 63 of a-z, 0-9, '_', '-', not beginning with '-'",
                    "names this installation on its YARN cluster");
  }
}

void read_plugin_settings(configuration_reader& root, configuration& into) {
  const json::value* found = root.object("plugin_settings", false);
  if (found == nullptr) return;
  for (const auto& member : found->GetObject()) {
    const std::string type(json::view(member.name));
    if (!is_name(type) || !member.value.IsObject()) {
      root.problem_at("plugin_settings." + printable(type), shown_value(type, member.value),
                      "an object under a component type", "");
      continue;
    }
    into.plugin_settings[type] = json::to_text(member.value);
  }
}

void read_timeouts(configuration_reader root, verb_timeouts& into) {
  const auto read = [&](std::string_view name, std::chrono::milliseconds otherwise) {
    return std::chrono::milliseconds(root.integer(name, otherwise.count(), 0, 86'400'000));
  };
  into.validate = read("validate", into.validate);
  into.create = read("create", into.create);
  into.start = read("start", into.start);
  into.stop = read("stop", into.stop);
  into.destroy = read("destroy", into.destroy);
  into.status = read("status", into.status);
  into.trigger = read("trigger", into.trigger);
  into.list = read("list", into.list);
  into.resume = read("resume", into.resume);
  into.dispose = read("dispose", into.dispose);
  into.pin = read("pin", into.pin);
  into.plan = read("plan", into.plan);
  into.inspect = read("inspect", into.inspect);
  into.clean = read("clean", into.clean);
  into.logs = read("logs", into.logs);
  into.figures = read("figures", into.figures);
  root.finish();
}

void read_watchdog(configuration_reader root, watchdog_limits& into) {
  into.grace =
      std::chrono::milliseconds(root.integer("grace_ms", into.grace.count(), 100, 600'000));
  into.open = std::chrono::milliseconds(root.integer("open_ms", into.open.count(), 100, 600'000));
  into.breaker.failures =
      static_cast<int>(root.integer("failures", into.breaker.failures, 1, 1000));
  into.breaker.pause =
      std::chrono::milliseconds(root.integer("pause_ms", into.breaker.pause.count(), 100, 600'000));
  root.finish();
}

void read_limits(configuration_reader root, archive_limits& into, std::size_t& log_follows) {
  constexpr std::int64_t most = std::int64_t{1} << 40;
  const auto read = [&](std::string_view name, std::uint64_t otherwise) {
    return static_cast<std::uint64_t>(
        root.integer(name, static_cast<std::int64_t>(otherwise), 1, most));
  };
  into.package_bytes = read("package_bytes", into.package_bytes);
  into.unpacked_bytes = read("unpacked_bytes", into.unpacked_bytes);
  into.file_bytes = read("file_bytes", into.file_bytes);
  into.entries = read("entries", into.entries);
  into.descriptor_bytes = read("descriptor_bytes", into.descriptor_bytes);
  into.reserve_bytes = static_cast<std::uint64_t>(
      root.integer("reserve_bytes", static_cast<std::int64_t>(into.reserve_bytes), 0, most));
  into.user_bytes = read("user_bytes", into.user_bytes);
  log_follows = static_cast<std::size_t>(
      root.integer("log_follows", static_cast<std::int64_t>(log_follows), 1, 1000));
  root.finish();
}

void check_roots(configuration_reader& root, std::string_view key, std::string_view allowed,
                 bool of_accounts, const std::vector<std::string>& roots) {
  for (std::size_t i = 0; i < roots.size(); ++i) {
    const bool path =
        roots[i].starts_with('/') && roots[i].find_first_not_of('/') != std::string::npos;
    if (path && (of_accounts || roots[i].find('$') == std::string::npos)) continue;
    root.problem_at(fmt::format("{}[{}]", key, i), json::quote(printable(roots[i])),
                    std::string(allowed), "");
  }
}

// Where plugins keep what components have come to is nobody's output.
void add_state_roots(configuration& into) {
  for (const auto& [type, settings] : into.plugin_settings) {
    const json::document parsed = json::parse_or_throw(settings, "plugin_settings");
    std::string_view state = json::text_of(parsed, "state_root");
    // hdfs://nameservice/path
    if (const auto scheme = state.find("://"); scheme != std::string_view::npos) {
      const auto path = state.find('/', scheme + 3);
      state = path == std::string_view::npos ? std::string_view() : state.substr(path);
    }
    if (!state.empty()) into.hdfs_refused_roots.emplace_back(state);
  }
}

void read_paths(configuration_reader& root, const std::filesystem::path& base,
                configuration& into) {
  into.plugins_path = absolute_path(root.required_text("plugins_path"), base);
  into.data_root = absolute_path(root.required_text("data_root"), base);
  into.stage_root =
      absolute_path(root.text("stage_root", (into.data_root / "stage").string()), base);
  into.install_root = absolute_path(root.text("install_root", "/opt"), base);
  into.port_file = absolute_path(root.text("port_file", ""), base);
  into.package_repository =
      root.text("package_repository", (into.data_root / "repository").string());
  if (into.repository_is_service()) {
    if (!is_http_address(into.package_repository)) {
      root.problem_at("package_repository", json::quote(shown_address(into.package_repository)),
                      fmt::format("a directory, or {}", address_rule), "");
    }
  } else {
    into.package_repository = absolute_path(into.package_repository, base).string();
  }
}

void read_callbacks(configuration_reader& root, const std::filesystem::path& base,
                    configuration& into) {
  const auto read = [&](std::string_view name) {
    std::string address = root.text(name, "");
    if (!address.empty() && !is_http_address(address)) {
      root.problem_at(name, json::quote(shown_address(address)),
                      fmt::format("empty, or {}", address_rule), "");
    }
    return address;
  };
  into.package_callback = read("package_callback");
  into.application_callback = read("application_callback");
  into.callback_timeout = std::chrono::milliseconds(
      root.integer("callback_timeout_ms", into.callback_timeout.count(), 100, 300'000));
  into.callback_secret_file = absolute_path(root.text("callback_secret_file", ""), base);
}

// Looks only: a check makes nothing. What is missing must be possible to make.
void check_directory(std::string_view key, const std::filesystem::path& path,
                     std::vector<problem>& problems) {
  std::error_code ignored;
  std::filesystem::path existing = path;
  while (!std::filesystem::exists(existing, ignored) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  const bool directory = std::filesystem::is_directory(existing, ignored);
  if (directory && ::access(existing.c_str(), R_OK | W_OK | X_OK) == 0) return;
  problems.push_back({fmt::format("$.{}", key), path.string(), "a writable directory",
                      fmt::format("{} is not {}", existing.string(),
                                  directory ? "writable for this account" : "a directory")});
}

}  // namespace

bool configuration::repository_is_service() const {
  return package_repository.find("://") != std::string::npos;
}

std::optional<configuration> parse_configuration(std::string_view text,
                                                 const std::filesystem::path& base,
                                                 std::vector<problem>& problems) {
  const std::size_t before = problems.size();
  auto result = read_configuration(text, base, problems);
  if (problems.size() != before) return std::nullopt;
  return result;
}

std::optional<configuration> read_configuration(std::string_view text,
                                                const std::filesystem::path& base,
                                                std::vector<problem>& problems) {
  std::string syntax;
  const auto parsed = json::parse(text, syntax);
  if (!parsed) {
    problems.push_back({"$", "", "a JSON object", syntax});
    return std::nullopt;
  }
  add_repeated_members(*parsed, problems);
  configuration_reader root(&*parsed, "$", problems);
  configuration result;
  read_listen(root.child("listen"), base, result);
  read_access(root.child("access"), base, result);
  read_accounts(root, result);
  read_environment(root, result);
  read_plugin_settings(root, result);
  read_paths(root, base, result);
  read_callbacks(root, base, result);
  read_timeouts(root.child("timeouts_ms"), result.timeouts);
  read_housekeeping(root.child("housekeeping"), result);
  read_watchdog(root.child("plugin_watchdog"), result.watchdog);
  read_limits(root.child("limits"), result.limits, result.log_follows);
  result.deployer_thread_limit =
      static_cast<std::size_t>(root.integer("deployer_thread_limit", 10, 1, 256));
  result.history_count = root.integer("operation_history_count", 10'000, 100, 1'000'000);
  result.history_age =
      std::chrono::hours(24 * root.integer("operation_history_days", 90, 1, 36'500));
  result.protected_hdfs_paths =
      root.texts("protected_hdfs_paths",
                 {"/user/*", "/pnda/system/deployment-manager/applications/*", "/pnda/flink/*"});
  result.hdfs_directory_roots =
      root.texts("hdfs_directory_roots",
                 {"/user/${user}", "/pnda/system/deployment-manager/applications/${user}"});
  check_roots(root, "hdfs_directory_roots",
              "an absolute HDFS path, not the root; ${user} stands for the account", true,
              result.hdfs_directory_roots);
  result.hdfs_refused_roots = root.texts("hdfs_refused_roots", {"/pnda/flink"});
  check_roots(root, "hdfs_refused_roots", "an absolute HDFS path, not the root", false,
              result.hdfs_refused_roots);
  add_state_roots(result);
  result.metrics_interval =
      std::chrono::milliseconds(root.integer("metrics_interval_ms", 30'000, 0, 3'600'000));
  result.figures_interval =
      std::chrono::milliseconds(root.integer("figures_interval_ms", 60'000, 0, 3'600'000));
  result.log_file = absolute_path(root.text("log_file", ""), base);
  result.status_cache = std::chrono::milliseconds(root.integer("status_cache_ms", 2000, 0, 60'000));
  result.hdfs_timeout =
      std::chrono::milliseconds(root.integer("hdfs_timeout_ms", 30'000, 100, 600'000));
  result.log_level =
      level_from(root.one_of("log_level", "INFO", {"TRACE", "DEBUG", "INFO", "WARNING", "ERROR"}));
  root.finish();
  // A package comes as a body that is streamed, and is not to be cut by another limit than its own.
  result.http.upload_bytes = std::max(result.limits.package_bytes, result.request_bytes);
  return result;
}

void check_paths(const configuration& checked, std::vector<problem>& problems) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(checked.plugins_path, ignored)) {
    problems.push_back({"$.plugins_path", checked.plugins_path.string(),
                        "the directory that holds the plugins, flink.so for instance",
                        "is no directory"});
  }
  check_directory("data_root", checked.data_root, problems);
  check_directory("stage_root", checked.stage_root, problems);
  if (!checked.callback_secret_file.empty()) {
    try {
      read_callback_secret(checked.callback_secret_file);
    } catch (const std::exception& problem) {
      problems.push_back({"$.callback_secret_file", checked.callback_secret_file.string(),
                          "a file of mode 0600 that holds the secret", problem.what()});
    }
  }
  if (!checked.repository_is_service()) {
    check_directory("package_repository", checked.package_repository, problems);
  }
}

}  // namespace manager
