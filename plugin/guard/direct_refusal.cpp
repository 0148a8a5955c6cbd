// Why an application is not submitted without Flink's client.
// SPDX-License-Identifier: Apache-2.0
#include "guard/direct_refusal.h"

namespace dm::guard {

std::optional<direct_refusal> refusal_of(const error& reason) {
  using flink::failure_class;
  switch (reason.code) {
    case status_code::invalid_argument:
      return direct_refusal{failure_class::program_invalid, reason, false};
    case status_code::unimplemented:  // of_the_client
      return direct_refusal{failure_class::start_refused, reason, true};
    case status_code::permission_denied:
      return direct_refusal{failure_class::start_refused, reason, false};
    case status_code::internal:  // of_this_node
      return direct_refusal{failure_class::node_trouble, reason, false};
    case status_code::failed_precondition:
    case status_code::not_found:
    case status_code::already_exists:
    case status_code::resource_exhausted:
      return direct_refusal{failure_class::cluster_not_ready, reason, false};
    default:
      return std::nullopt;
  }
}

direct_refusal refusal(flink::failure_class failure, std::string message, std::string hint) {
  error reason;
  reason.code = status_code::failed_precondition;
  reason.message = std::move(message);
  reason.hint = std::move(hint);
  return {failure, std::move(reason), false};
}

error of_this_node(error problem) {
  if (problem.code != status_code::cancelled && problem.code != status_code::deadline_exceeded)
    problem.code = status_code::internal;
  return problem;
}

error of_the_client(error problem) {
  problem.code = status_code::unimplemented;
  return problem;
}

}  // namespace dm::guard
