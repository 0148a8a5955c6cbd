// Why a TaskManager went.
// SPDX-License-Identifier: Apache-2.0
#include "guard/task_manager_end.h"

#include <array>

#include "cluster/container_end.h"
#include "flink/container_log.h"

namespace dm::guard {

namespace {

constexpr io::milliseconds between_questions{1'000};

std::optional<cluster::container_place> failed_container(const std::string& job_manager_logs,
                                                         const flink::exception_entry& failure) {
  if (!flink::is_container_id(failure.task_manager)) return std::nullopt;
  const std::string host = failure.location.substr(0, failure.location.rfind(':'));
  return cluster::container_in_url(
      flink::container_logs_url(job_manager_logs, failure.task_manager, host));
}

// Codes that say why, and not only that it was ended: what an application leaves behind is ended,
// too.
bool tells_why(const flink::yarn_failure& failure) {
  constexpr int disks_failed = -101;
  return failure.kind == flink::yarn_failure_kind::memory_limit ||
         failure.kind == flink::yarn_failure_kind::signal || failure.exit_code == disks_failed;
}

struct told {
  std::optional<cluster::container_end> end;
  bool ask_again = false;
};

told ask(const io::operation& op, io::http_client& http, const std::string& user,
         const cluster::container_place& container) {
  const std::array<io::http_request, 2> questions{
      cluster::container_state_request(container, user),
      cluster::container_metrics_request(container, user)};
  const auto answers = http.perform_all(op, questions);
  using cluster::container_end;
  const auto read = [&](std::size_t index, auto reader) {
    return answers[index] ? reader(*answers[index])
                          : result<container_end>(fail(answers[index].error()));
  };
  const auto state = read(0, cluster::read_container_state);
  const auto metrics = read(1, cluster::read_container_metrics);
  container_end both;
  if (metrics) both = *metrics;
  if (state && state->exit_code) {
    both.exit_code = state->exit_code;
    both.diagnostics = state->diagnostics;
  }
  if (both.exit_code) return {both, false};
  // One that runs has measurements as well.
  const bool runs = state && !state->ending;
  return {std::nullopt, !runs && ((state && state->ending) || (metrics && metrics->ending))};
}

}  // namespace

std::optional<flink::yarn_failure> find_task_manager_end(const io::operation& op,
                                                         io::http_client& http,
                                                         const std::string& user,
                                                         const std::string& job_manager_logs,
                                                         const flink::exception_entry& failure) {
  const auto container = failed_container(job_manager_logs, failure);
  if (!container) return std::nullopt;
  for (;;) {
    const told answer = ask(op, http, user, *container);
    if (answer.end) {
      flink::yarn_failure ended =
          flink::read_task_manager_exit(*answer.end->exit_code, answer.end->diagnostics,
                                        answer.end->used_mb, answer.end->limit_mb);
      if (!tells_why(ended)) return std::nullopt;
      ended.sentence += " (" + container->id + ")";
      return ended;
    }
    if (!answer.ask_again || op.remaining() < between_questions * 2) return std::nullopt;
    if (!http.sleep(op, between_questions)) return std::nullopt;
  }
}

}  // namespace dm::guard
