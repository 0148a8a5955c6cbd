// What ResourceManagers and NameNodes have in common: one of a pair is active, and the other one
// must be there to take over.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "health/probe.h"

namespace dm::health {

enum class role { active, standby, not_ready };

// What one of them said, or why it said nothing.
struct replica {
  std::string address;
  std::optional<role> is;
  std::optional<error> why_not;
  std::int64_t took_ms = -1;
};

// Notes what follows of all of them; the index of the active one. `kind`: "ResourceManager".
std::optional<std::size_t> judge_replicas(finding& found, const std::string& kind,
                                          const std::vector<replica>& all, io::milliseconds slow);

std::string subject_of(const std::string& kind, const std::vector<std::string>& addresses);

}  // namespace dm::health
