// How many files the archive of completed jobs has.
// SPDX-License-Identifier: Apache-2.0
#include "health/archive_probe.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "health/settings_check.h"
#include "health/shown_text.h"

namespace dm::health {

namespace {

constexpr std::int64_t most_local_files = 100'000;  // that are counted one by one

}  // namespace

archive_probe::archive_probe(io::http_client& http, const std::string& place,
                             const std::vector<std::string>& name_nodes, const std::string& user)
    : place_(place) {
  const archive_place parsed = parse_archive(place);
  path_ = parsed.path;
  local_ = parsed.local;
  if (local_) return;
  for (const std::string& address : name_nodes)
    nodes_.push_back(
        std::make_unique<cluster::hdfs>(http, std::vector<std::string>{address}, user));
}

std::vector<io::http_request> archive_probe::ask() {
  std::vector<io::http_request> requests;
  if (std::exchange(asked_, true)) return requests;
  for (const auto& node : nodes_) requests.push_back(node->summary_request(path_));
  answers_.resize(requests.size());
  return requests;
}

void archive_probe::take(std::size_t index, timed_answer answer) {
  answers_[index] = std::move(answer);
}

finding archive_probe::conclude() {
  finding found;
  found.subject = "archive " + shown(place_, 200);
  if (local_) {
    count_local(found);
  } else {
    count_on_hdfs(found);
  }
  if (files_) found.says.push_back(counted(*files_, "file"));
  return found;
}

void archive_probe::count_on_hdfs(finding& found) {
  std::optional<error> why;
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    const auto& response = answers_[i].response;
    auto summary = response ? nodes_[i]->read_summary(*response, path_)
                            : result<cluster::content_summary>(fail(response.error()));
    if (summary) {
      files_ = summary->file_count;
      found.took_ms = answers_[i].took_ms;
      return;
    }
    if (summary.error().code == status_code::not_found) {
      found.warn(found.subject + " is not there: completed jobs are archived nowhere");
      files_ = 0;
      return;
    }
    // What another one than a standby says is the better reason.
    if (!why || (response && !cluster::hdfs::says_standby(*response))) why = summary.error();
  }
  if (why)
    found.warn(fmt::format("{}: how many jobs are in it could not be told: {}", found.subject,
                           shown(why->message)));
}

void archive_probe::count_local(finding& found) {
  std::error_code problem;
  std::int64_t count = 0;
  auto entry = std::filesystem::recursive_directory_iterator(path_, problem);
  for (; !problem && entry != std::filesystem::recursive_directory_iterator() &&
         count < most_local_files;
       entry.increment(problem)) {
    std::error_code unknown;
    if (entry->is_regular_file(unknown)) ++count;
  }
  if (problem) {
    found.warn(fmt::format("{}: how many jobs are in it could not be told: {}", found.subject,
                           problem.message()));
    return;
  }
  files_ = count;
}

}  // namespace dm::health
