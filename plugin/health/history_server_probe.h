// Flink's history server: whether it answers, what version it is, how many jobs it shows, and
// whether it has read its archive yet.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "flink/archived_jobs.h"
#include "health/probe.h"

namespace dm::health {

class history_server_probe : public probe {
 public:
  history_server_probe(std::string address, io::milliseconds slow)
      : address_(std::move(address)), slow_(slow) {}

  std::vector<io::http_request> ask() override;
  void take(std::size_t index, timed_answer answer) override;
  // Without what is compared with an archive.
  finding conclude() override;

  // After conclude(). For the figures, which are of all history servers together.
  bool available() const { return available_; }
  const std::string& version() const { return version_; }
  std::int64_t available_ms() const { return available_ms_; }
  bool jobs_told() const { return jobs_.has_value(); }
  std::int64_t jobs_ms() const { return jobs_ms_; }
  const std::optional<flink::archived_jobs>& jobs() const { return jobs_; }

  // files: of the archives that it reads; nullopt: could not be told. A server that has just
  // started says that there are no jobs, until it has read every archive.
  void compare(std::optional<std::int64_t> files, finding& found) const;

 private:
  enum class step { nothing, overview, again, old_overview, done };
  void conclude_config(finding& found);
  void conclude_jobs(finding& found);

  std::string address_;
  io::milliseconds slow_;
  step step_ = step::nothing;
  std::optional<timed_answer> config_;
  std::optional<timed_answer> overview_;
  std::optional<timed_answer> old_overview_;
  bool available_ = false;
  std::string version_;
  std::int64_t available_ms_ = -1;
  std::optional<flink::archived_jobs> jobs_;
  std::int64_t jobs_ms_ = -1;
};

}  // namespace dm::health
