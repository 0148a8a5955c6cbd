// A TaskManager's container that has ended, as Flink tells it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/container_failure.h"

namespace dm::flink {

std::optional<yarn_failure> container_failure(const std::vector<exception_cause>& chain) {
  for (const exception_cause& cause : chain) {
    const bool of_yarn_driver =
        cause.thrower.starts_with("org.apache.flink.yarn.") ||
        cause.thrower.starts_with("org.apache.flink.runtime.resourcemanager.");
    if (!of_yarn_driver) continue;
    if (const auto code = number_after(cause.message, "Exit code:"))
      return read_task_manager_exit(*code, cause.message, -1, -1);
  }
  return std::nullopt;
}

std::optional<yarn_failure> container_failure(std::string_view stack_trace) {
  return container_failure(exception_chain(stack_trace));
}

std::string failure_summary(std::string_view stack_trace) {
  const auto ended = container_failure(stack_trace);
  return ended ? ended->sentence : exception_summary(stack_trace);
}

}  // namespace dm::flink
