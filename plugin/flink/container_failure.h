// A TaskManager's container that has ended, as Flink tells it: "Container <id> marked as failed.
// Exit code:137. Diagnostics: …" is what YARN says, not what a program did, and its code says why.
// Source: Flink 1.13 … 2.3, YarnResourceManagerDriver, ActiveResourceManager; seen on 1.20.5.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/exception_text.h"
#include "flink/yarn_diagnostics.h"

namespace dm::flink {

// nullopt: no exception of the chain that Flink itself made tells of a container's end.
std::optional<yarn_failure> container_failure(const std::vector<exception_cause>& chain);
std::optional<yarn_failure> container_failure(std::string_view stack_trace);

// The sentence for people: of a container's end what its code means, else exception_summary().
std::string failure_summary(std::string_view stack_trace);

}  // namespace dm::flink
