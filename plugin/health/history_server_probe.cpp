// Flink's history server. Its answers: recorded from 1.20.5, running, empty, and with 10,000
// archives that it had not read yet.
// SPDX-License-Identifier: Apache-2.0
#include "health/history_server_probe.h"

#include <fmt/format.h>

#include <algorithm>

#include "flink/job_manager.h"
#include "health/shown_text.h"

namespace dm::health {

namespace {

constexpr std::size_t config_limit = 1 << 20;

}  // namespace

std::vector<io::http_request> history_server_probe::ask() {
  std::vector<io::http_request> requests;
  switch (step_) {
    case step::nothing:
      requests.push_back(flink::config_request(address_));
      requests.back().max_body_bytes = config_limit;
      [[fallthrough]];
    case step::again:
      requests.push_back(flink::archived_jobs_request(address_));
      break;
    case step::old_overview:
      requests.push_back(flink::old_archived_jobs_request(address_));
      break;
    case step::overview:
    case step::done:
      break;
  }
  if (step_ == step::nothing) step_ = step::overview;
  return requests;
}

void history_server_probe::take(std::size_t index, timed_answer answer) {
  if (step_ == step::overview && index == 0) {
    config_ = std::move(answer);
    return;
  }
  const bool asked_before = step_ == step::again;
  if (step_ == step::old_overview) {
    old_overview_ = std::move(answer);
    step_ = step::done;
    return;
  }
  overview_ = std::move(answer);
  step_ = step::done;
  if (!overview_->response) return;
  const auto jobs = flink::read_archived_jobs(*overview_->response, address_);
  if (!jobs && jobs.error().code == status_code::not_found) step_ = step::old_overview;
  // It is being written, which of few jobs is over at once.
  if (jobs && !jobs->whole && !asked_before) step_ = step::again;
}

finding history_server_probe::conclude() {
  finding found;
  found.subject = "history server " + shown(address_, 200);
  conclude_config(found);
  conclude_jobs(found);
  found.took_ms = std::max(available_ms_, jobs_ms_);
  // Said once, of the slowest of its answers.
  note_slow(found, "Flink " + found.subject, found.took_ms, slow_);
  return found;
}

void history_server_probe::conclude_config(finding& found) {
  const std::string who = "Flink " + found.subject;
  if (!config_) config_ = timed_answer{fail(status_code::cancelled, "it was not asked"), 0};
  const auto config = config_->response
                          ? flink::read_history_server_config(*config_->response, address_)
                          : result<flink::history_server_config>(fail(config_->response.error()));
  if (!config) return note_failure(found, who, config.error());
  available_ = !config->job_manager;
  version_ = shown(config->version, 60);
  available_ms_ = config_->took_ms;
  if (!available_) return found.fault(who + " is none: a JobManager answers at its address");
  if (!version_.empty()) found.says.push_back("Flink " + version_);
}

void history_server_probe::conclude_jobs(finding& found) {
  const std::string who = "Flink " + found.subject;
  if (!overview_) return;
  const auto read = [&](const timed_answer& answer) {
    return answer.response ? flink::read_archived_jobs(*answer.response, address_)
                           : result<flink::archived_jobs>(fail(answer.response.error()));
  };
  auto jobs = read(*overview_);
  jobs_ms_ = overview_->took_ms;
  if (!jobs && jobs.error().code == status_code::not_found) {
    jobs = old_overview_ ? read(*old_overview_) : std::move(jobs);
    if (old_overview_) jobs_ms_ = old_overview_->took_ms;
    // Neither is there before the first job was read, in versions before 1.11.
    if (!jobs && jobs.error().code == status_code::not_found) jobs = flink::archived_jobs{};
  }
  if (!jobs) {
    jobs_ms_ = -1;
    if (available_) note_failure(found, who, jobs.error());  // else it was said already
    return;
  }
  jobs_ = *jobs;
  found.says.push_back(jobs_->whole ? counted(jobs_->count, "job")
                                    : "its overview of jobs is being written");
  if (!jobs_->whole)
    found.warn(
        fmt::format("{} is up, but still writes its overview of jobs: completed jobs may "
                    "not show yet",
                    who));
}

void history_server_probe::compare(std::optional<std::int64_t> files, finding& found) const {
  if (!jobs_ || !jobs_->whole || jobs_->count > 0) return;
  const std::string who = "Flink " + found.subject;
  if (!files) {
    found.warn(who +
               " shows no jobs; whether it still reads archives could not be told, since the "
               "archive could not be looked at");
  } else if (*files > 0) {
    found.warn(fmt::format("{} is up, but still reads archives: it shows none of the jobs in {}",
                           who, counted(*files, "file")));
  }
}

}  // namespace dm::health
