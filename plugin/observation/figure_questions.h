// What is asked about one job for its figures, and what comes of the answers. Inside observation
// only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flink/job_checkpoints.h"
#include "flink/job_metrics.h"
#include "io/http.h"
#include "observation/figures.h"

namespace dm::observation {

// Of a job; vertices beyond that are not asked, so that a job costs a bounded number of requests.
inline constexpr std::size_t most_vertices_asked = 24;
inline constexpr std::size_t most_sources_asked = 4;

struct asked_vertex {
  flink::vertex_rates rates;
  std::vector<std::string> lag_names;
  std::optional<double> lag;
};

class figure_questions {
 public:
  figure_questions(std::string address, std::string job_id);

  // Of this round (1 … 3), made of what the rounds before have told; `take` gets the answers in
  // their order. A round may have none.
  std::vector<io::http_request> requests(int round) const;
  void take(int round, std::size_t index, const result<io::http_response>& answer);

  // Why there is nothing to tell: the job itself did not answer.
  const std::optional<error>& failure() const { return failure_; }
  figure_list figures() const;

 private:
  std::vector<std::size_t> asked_sources() const;  // indices of vertices
  std::size_t asked_vertices() const;
  void take_job(std::size_t index, const result<io::http_response>& answer);
  void add_records(figure_list& list) const;

  std::string address_;
  std::string job_id_;
  std::optional<flink::job_flow> flow_;
  std::optional<flink::job_checkpoints> checkpoints_;
  std::optional<std::int64_t> restarts_;
  std::vector<asked_vertex> vertices_;
  std::optional<error> failure_;
};

}  // namespace dm::observation
