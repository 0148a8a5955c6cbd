// How many files the archive of completed jobs has: what a history server that shows none is
// compared with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/hdfs.h"
#include "health/probe.h"

namespace dm::health {

// One answer however many files there are: HDFS counts them itself.
class archive_probe : public probe {
 public:
  // place: as settings::archives has it. NameNodes are all asked; the active one answers.
  archive_probe(io::http_client& http, const std::string& place,
                const std::vector<std::string>& name_nodes, const std::string& user);

  std::vector<io::http_request> ask() override;
  void take(std::size_t index, timed_answer answer) override;
  finding conclude() override;

  // After conclude(); nullopt: could not be told.
  std::optional<std::int64_t> files() const { return files_; }

 private:
  void count_local(finding& found);
  void count_on_hdfs(finding& found);

  std::string place_;
  std::string path_;
  bool local_;
  std::vector<std::unique_ptr<cluster::hdfs>> nodes_;  // each of one NameNode alone
  std::vector<timed_answer> answers_;
  bool asked_ = false;
  std::optional<std::int64_t> files_;
};

}  // namespace dm::health
