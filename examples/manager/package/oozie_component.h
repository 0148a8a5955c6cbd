// Components of type oozie in packages of the original, whose workflow runs a Flink job
// (properties.json has "job_type": "flink"): what becomes of them here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"

#include <optional>
#include <string>
#include <vector>

namespace manager {

inline constexpr const char* oozie_type = "oozie";

/// The properties of the component of type flink that it is here: a batch job with a schedule.
/// nullopt: it is no such one. What cannot be translated is a problem; `warnings` gets what is
/// different. `files`: of the component, since the original looks for programs in lib/.
std::optional<json::document> flink_of_oozie(const json::value& properties,
                                             const std::vector<std::string>& files,
                                             const std::string& path,
                                             std::vector<problem>& problems,
                                             std::vector<std::string>& warnings);

}  // namespace manager
