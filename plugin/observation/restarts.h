// The restarts of a job within Flink.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "observation/component_status.h"
#include "observation/observed_facts.h"

namespace dm::observation {

// nullopt: Flink has not restarted the job, or was not asked.
std::optional<restart_report> restarts_of(const observed_facts& facts);
// "restarted 3 times by Flink, last at ...: <exception>".
std::string described(const restart_report& report);
// The newest exception of the job, in one sentence; empty: none is known.
std::string newest_exception(const observed_facts& facts);

}  // namespace dm::observation
