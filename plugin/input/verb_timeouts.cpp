// The verbs and their time limits.
// SPDX-License-Identifier: Apache-2.0
#include "input/verb_timeouts.h"

#include <array>
#include <vector>

#include <fmt/format.h>

namespace dm::input {

namespace {

struct verb_timeout {
  std::string_view verb;
  std::int64_t default_ms;
};
// start and stop wait for YARN's containers. A savepoint may take minutes (Flink allows one ten by
// default): trigger and stop take one, destroy and resume may stop first.
constexpr std::array<verb_timeout, 21> verb_timeouts = {
    {{"validate", 30'000}, {"create", 120'000}, {"start", 300'000},   {"stop", 600'000},
     {"destroy", 660'000}, {"status", 30'000},  {"find", 30'000},     {"trigger", 600'000},
     {"list", 60'000},     {"resume", 600'000}, {"dispose", 120'000}, {"pin", 30'000},
     {"unpin", 30'000},    {"plan", 60'000},    {"sources", 30'000},  {"read", 30'000},
     {"inspect", 120'000}, {"clean", 600'000},  {"figures", 30'000},  {"incidents", 60'000},
     {"explain", 60'000}}};

}  // namespace

std::optional<std::int64_t> default_timeout_ms(std::string_view verb) {
  for (const verb_timeout& entry : verb_timeouts) {
    if (entry.verb == verb) return entry.default_ms;
  }
  return std::nullopt;
}

std::string verb_names() {
  std::vector<std::string_view> names;
  for (const verb_timeout& entry : verb_timeouts) names.push_back(entry.verb);
  return fmt::format("one of the verbs {}", fmt::join(names, ", "));
}

}  // namespace dm::input
