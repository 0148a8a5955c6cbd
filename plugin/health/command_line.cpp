// The command line of flink-health.
// SPDX-License-Identifier: Apache-2.0
#include "health/command_line.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>

#include "health/settings_check.h"
#include "health/settings_file.h"
#include "io/file.h"

namespace dm::health {

namespace {

constexpr std::size_t file_limit = 1 << 20;

constexpr const char* description =
    "Looks at Flink's history server and at what Flink on YARN needs, and tells how they are: OK, "
    "WARN or ERROR with causes.\n\n"
    "Each option sets what the configuration file has in its place; a list is replaced as a "
    "whole.\n"
    "Without --display and --json it prints a table on a terminal; elsewhere only the causes, and "
    "nothing while all is well.\n\n"
    "Exit codes: 0 OK, 1 WARN, 2 ERROR, 3 wrong options or configuration, 4 what was found could "
    "not be delivered.\n"
    "See flink-health(8).";

// What options gave; empty: not given.
struct options {
  std::string config;
  std::optional<std::string> metric, user, supervisord, supervisord_user, password_file, manager,
      token_file, post, graphite;
  std::vector<std::string> history_servers, archives, resource_managers, name_nodes;
  std::optional<double> timeout, deadline, checkpoint_age;
  std::optional<std::int64_t> latency;
};

// CLI11 takes an empty text for a number that is not given.
CLI::Option* not_empty(CLI::Option* option) {
  return option->check([](const std::string& given) {
    return given.empty() ? std::string("found nothing; allowed: a number") : std::string();
  });
}

void add_options(CLI::App& app, options& into, command& wanted) {
  app.add_option("--config", into.config, "configuration, a JSON file");
  app.add_flag("--display", wanted.display, "print a table");
  app.add_flag("--json", wanted.json, "print a JSON object");
  app.add_option("--post", into.post, "URL of the console's data logger, http://host:3001/metrics");
  app.add_option("--graphite", into.graphite, "HOST:PORT of carbon's plaintext protocol");
  app.add_option("--metric", into.metric,
                 "name of the health: hadoop.flink.health (default), flink.health, ...");
  app.add_option("--history-server", into.history_servers, "http://host:8082; may be repeated");
  app.add_option("--archive", into.archives,
                 "what the history server reads: hdfs:///path or file:///path; may be repeated");
  app.add_option("--resource-manager", into.resource_managers,
                 "http://host:8088; once for each of several");
  app.add_option("--name-node", into.name_nodes, "http://host:9870; once for each of several");
  app.add_option("--user", into.user, "account that YARN and HDFS are told; default: the own one");
  app.add_option("--supervisord", into.supervisord,
                 "unix:///path of a socket or http://host:port/RPC2");
  app.add_option("--supervisord-user", into.supervisord_user, "its user");
  app.add_option("--supervisord-password-file", into.password_file,
                 "file with its password in the first line");
  app.add_option("--deployment-manager", into.manager,
                 "unix:///path of a socket, http://host:port, https://host:port");
  app.add_option("--token-file", into.token_file,
                 "file with a token for the Deployment Manager in the first line");
  not_empty(app.add_option("--timeout", into.timeout, "seconds for one answer (default 10)"));
  not_empty(app.add_option("--deadline", into.deadline, "seconds for everything (default 40)"));
  not_empty(app.add_option("--latency", into.latency,
                           "milliseconds from which an answer is slow (default 3000; 0: none is)"));
  not_empty(app.add_option("--checkpoint-age", into.checkpoint_age,
                           "seconds from which a running component's last checkpoint is too old "
                           "(default 3600; 0: none is)"));
}

template <class T>
void put_over(T& setting, const std::optional<T>& given) {
  if (given) setting = *given;
}
void put_over(std::vector<std::string>& setting, const std::vector<std::string>& given) {
  if (!given.empty()) setting = given;
}

// Of an option in seconds, within a range of so many parts of a second: told as it was given.
std::optional<std::int64_t> parts_of(const char* option, const std::optional<double>& seconds,
                                     range allowed, std::int64_t parts, problem_list& problems) {
  if (!seconds) return std::nullopt;
  const double value = *seconds * static_cast<double>(parts);
  const bool good = value >= static_cast<double>(allowed.least) &&
                    value <= static_cast<double>(allowed.most);  // false of what is no number
  if (good) return static_cast<std::int64_t>(value);
  const auto in_seconds = [&](std::int64_t limit) {
    return static_cast<double>(limit) / static_cast<double>(parts);
  };
  problems.push_back(
      {option, fmt::format("{}", *seconds),
       fmt::format("{} to {} s", in_seconds(allowed.least), in_seconds(allowed.most))});
  return std::nullopt;
}

// Where a value was given: what the file calls by a path is an option's on the command line.
std::string place_of(const std::string& path, const options& given) {
  struct place {
    std::string_view path;
    const char* option;
    bool is_given;
  };
  const place places[] = {
      {"$.metric", "--metric", given.metric.has_value()},
      {"$.user", "--user", given.user.has_value()},
      {"$.history_servers", "--history-server", !given.history_servers.empty()},
      {"$.archives", "--archive", !given.archives.empty()},
      {"$.resource_managers", "--resource-manager", !given.resource_managers.empty()},
      {"$.name_nodes", "--name-node", !given.name_nodes.empty()},
      {"$.supervisord.url", "--supervisord", given.supervisord.has_value()},
      {"$.supervisord.user", "--supervisord-user", given.supervisord_user.has_value()},
      {"$.deployment_manager.url", "--deployment-manager", given.manager.has_value()},
      {"$.post", "--post", given.post.has_value()},
      {"$.graphite", "--graphite", given.graphite.has_value()},
      {"$.limits.latency_ms", "--latency", given.latency.has_value()},
  };
  for (const place& one : places) {
    const std::string_view rest =
        path.starts_with(one.path) ? std::string_view(path).substr(one.path.size()) : "x";
    if (one.is_given && (rest.empty() || rest.starts_with('['))) return one.option;
  }
  return path;
}

void put_over(settings& all, const options& given, problem_list& problems) {
  put_over(all.metric, given.metric);
  put_over(all.user, given.user);
  put_over(all.history_servers, given.history_servers);
  put_over(all.archives, given.archives);
  put_over(all.resource_managers, given.resource_managers);
  put_over(all.name_nodes, given.name_nodes);
  put_over(all.supervisord, given.supervisord);
  put_over(all.supervisord_user, given.supervisord_user);
  put_over(all.supervisord_password_file, given.password_file);
  put_over(all.deployment_manager, given.manager);
  put_over(all.token_file, given.token_file);
  put_over(all.post, given.post);
  put_over(all.graphite, given.graphite);
  if (const auto ms = parts_of("--timeout", given.timeout, probe_range, 1000, problems))
    all.limit.probe = io::milliseconds(*ms);
  if (const auto ms = parts_of("--deadline", given.deadline, run_range, 1000, problems))
    all.limit.run = io::milliseconds(*ms);
  if (given.latency) all.limit.latency = io::milliseconds(*given.latency);
  if (const auto s =
          parts_of("--checkpoint-age", given.checkpoint_age, checkpoint_age_range, 1, problems))
    all.limit.checkpoint_age_s = *s;
}

std::string own_account() {
  const passwd* self = ::getpwuid(::geteuid());
  return self == nullptr ? "nobody" : self->pw_name;
}

int refuse(const problem_list& problems) {
  for (const problem& one : problems.details())
    fmt::print(stderr, "flink-health: {}: found {}; allowed: {}\n", one.path, one.found,
               one.allowed);
  return exit_usage;
}

}  // namespace

std::variant<command, int> read_command_line(int argc, const char* const* argv) {
  command wanted;
  options given;
  CLI::App app{description, "flink-health"};
  app.set_version_flag("--version", std::string("flink-health ") + DM_VERSION);
  add_options(app, given, wanted);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : exit_usage;
  }
  problem_list problems;
  if (!given.config.empty()) {
    const auto text = io::read_file(given.config, file_limit);
    if (!text) {
      fmt::print(stderr, "flink-health: {}\n", text.error().text());
      return exit_usage;
    }
    wanted.given = read_settings(*text, given.config, problems);
    // Of a file that is none, nothing else can be said.
    if (!problems.empty() && wanted.given.looks_at_nothing()) return refuse(problems);
  }
  put_over(wanted.given, given, problems);
  if (wanted.given.user.empty()) wanted.given.user = own_account();
  for (problem& one : check_settings(wanted.given).details()) {
    one.path = given.config.empty() && one.path == "$" ? "options" : place_of(one.path, given);
    problems.push_back(std::move(one));
  }
  if (!problems.empty()) return refuse(problems);
  return wanted;
}

}  // namespace dm::health
