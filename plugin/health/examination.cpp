// One look at everything.
// SPDX-License-Identifier: Apache-2.0
#include "health/examination.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>

#include "health/archive_probe.h"
#include "health/history_server_probe.h"
#include "health/manager_probe.h"
#include "health/name_node_probe.h"
#include "health/resource_manager_probe.h"
#include "health/rounds.h"
#include "health/secret_file.h"
#include "health/shown_text.h"
#include "health/supervisord_probe.h"

namespace dm::health {

namespace {

using history_servers = std::vector<std::unique_ptr<history_server_probe>>;

// Of all archives together; nullopt: of one it could not be told, and the others have nothing.
std::optional<std::int64_t> files_of(const std::vector<std::unique_ptr<archive_probe>>& archives) {
  std::int64_t files = 0;
  bool all_told = true;
  for (const auto& one : archives) {
    files += one->files().value_or(0);
    all_told = all_told && one->files().has_value();
  }
  return all_told || files > 0 ? std::optional(files) : std::nullopt;
}

// The figures that the platform's own test knows, of all history servers together: they show the
// same archive, so that the largest number of jobs counts, and the slowest answer.
std::vector<figure> history_figures(const history_servers& servers) {
  bool available = true;
  bool told = true;
  std::int64_t available_ms = -1;
  std::int64_t jobs_ms = -1;
  std::int64_t jobs = -1;
  std::set<std::string> versions;
  for (const auto& one : servers) {
    available = available && one->available();
    told = told && one->jobs_told();
    available_ms = std::max(available_ms, one->available_ms());
    jobs_ms = std::max(jobs_ms, one->jobs_ms());
    if (one->jobs()) jobs = std::max(jobs, one->jobs()->count);
    if (!one->version().empty()) versions.insert(one->version());
  }
  std::string version;
  for (const std::string& one : versions) version += (version.empty() ? "" : ", ") + one;
  return {{"flink.history_server_available_success", available},
          {"flink.installed_flink_version", version},
          {"flink.history_server_available_ms", available ? available_ms : -1},
          {"flink.history_server_completed_jobs_success", told},
          {"flink.history_server_completed_jobs_count", told ? jobs : -1},
          {"flink.history_server_completed_jobs_ms", told ? jobs_ms : -1}};
}

// Empty, with the reason in `found`, where it cannot be read.
std::string secret_of(const std::string& file, const std::string& who, finding& found) {
  if (file.empty()) return {};
  auto secret = read_secret(file);
  if (secret) return std::move(*secret);
  found.warn(fmt::format("{}: could not be told, since this program has no secret for it: {}", who,
                         shown(secret.error().message)));
  return {};
}

struct probes {
  history_servers servers;
  std::vector<std::unique_ptr<archive_probe>> archives;
  std::vector<std::unique_ptr<probe>> others;

  std::vector<probe*> all() const {
    std::vector<probe*> list;
    for (const auto& one : servers) list.push_back(one.get());
    for (const auto& one : archives) list.push_back(one.get());
    for (const auto& one : others) list.push_back(one.get());
    return list;
  }
};

void add_supervisord(io::http_client& http, const settings& given, probes& into, finding& found) {
  if (given.supervisord.empty()) return;
  const std::string password = secret_of(given.supervisord_password_file, "supervisord", found);
  if (!given.supervisord_password_file.empty() && password.empty()) return;
  into.others.push_back(std::make_unique<supervisord_probe>(
      http, supervisor::endpoint{given.supervisord, given.supervisord_user, password},
      given.limit.latency));
}

void add_manager(const settings& given, probes& into, finding& found) {
  if (given.deployment_manager.empty()) return;
  const std::string token = secret_of(given.token_file, "Deployment Manager", found);
  if (!given.token_file.empty() && token.empty()) return;
  into.others.push_back(
      std::make_unique<manager_probe>(given.deployment_manager, token, given.limit));
}

probes probes_of(io::http_client& http, const settings& given, finding& found) {
  probes made;
  for (const std::string& address : given.history_servers)
    made.servers.push_back(std::make_unique<history_server_probe>(address, given.limit.latency));
  for (const std::string& place : given.archives)
    made.archives.push_back(
        std::make_unique<archive_probe>(http, place, given.name_nodes, given.user));
  if (!given.resource_managers.empty())
    made.others.push_back(std::make_unique<resource_manager_probe>(
        http, given.resource_managers, given.user, given.limit.latency));
  if (!given.name_nodes.empty())
    made.others.push_back(
        std::make_unique<name_node_probe>(http, given.name_nodes, given.user, given.limit.latency));
  add_supervisord(http, given, made, found);
  add_manager(given, made, found);
  return made;
}

}  // namespace

report examine(const io::operation& op, io::http_client& http, const settings& given) {
  const auto begun = std::chrono::steady_clock::now();
  report made;
  made.metric = given.metric;
  made.at = io::now();
  finding untried;
  untried.subject = "flink-health itself";
  const probes asked = probes_of(http, given, untried);
  ask_all(op, http, asked.all(), given.limit.probe);

  std::vector<finding> archives;
  for (const auto& one : asked.archives) archives.push_back(one->conclude());
  const auto files = files_of(asked.archives);
  if (!archives.empty() && files)
    archives.back().figures.push_back({"flink.archive_files_count", *files});
  for (const auto& one : asked.servers) {
    made.findings.push_back(one->conclude());
    if (!archives.empty()) one->compare(files, made.findings.back());
  }
  if (!asked.servers.empty()) made.findings.back().figures = history_figures(asked.servers);
  std::move(archives.begin(), archives.end(), std::back_inserter(made.findings));
  for (const auto& one : asked.others) made.findings.push_back(one->conclude());
  if (!untried.causes.empty()) made.findings.push_back(std::move(untried));
  made.took_ms =
      std::chrono::duration_cast<io::milliseconds>(std::chrono::steady_clock::now() - begun)
          .count();
  return made;
}

}  // namespace dm::health
