// supervisord, which runs the guards of this node.
// SPDX-License-Identifier: Apache-2.0
#include "health/supervisord_probe.h"

#include <utility>

#include "health/service_address.h"
#include "health/shown_text.h"

namespace dm::health {

namespace {

// A program that it does not have: the answer is short however many it has, and proves that it
// serves.
constexpr const char* no_program = "flink-health";
constexpr std::size_t answer_limit = 64 << 10;

}  // namespace

std::vector<io::http_request> supervisord_probe::ask() {
  if (std::exchange(asked_, true)) return {};
  if (barred_ = service_address(asker_.url()).barred(); barred_) return {};
  std::vector<io::http_request> requests{asker_.process_request(no_program)};
  requests.front().max_body_bytes = answer_limit;
  return requests;
}

void supervisord_probe::take(std::size_t, timed_answer answer) { answer_ = std::move(answer); }

finding supervisord_probe::conclude() {
  finding found;
  found.subject = "supervisord " + shown(asker_.url(), 200);
  if (barred_) {
    note_failure(found, found.subject, *barred_);
    return found;
  }
  if (!answer_) answer_ = timed_answer{fail(status_code::cancelled, "it was not asked"), 0};
  const auto& response = answer_->response;
  const auto process =
      response ? asker_.read_process(*response, no_program)
               : result<std::optional<supervisor::process_information>>(fail(response.error()));
  if (process) {
    found.took_ms = answer_->took_ms;
    found.says.emplace_back("answers");
    note_slow(found, found.subject, answer_->took_ms, slow_);
  } else {
    note_failure(found, found.subject, process.error());
  }
  found.figures.push_back({"flink.supervisord_available_success", process.has_value()});
  found.figures.push_back({"flink.supervisord_available_ms", found.took_ms});
  return found;
}

}  // namespace dm::health
