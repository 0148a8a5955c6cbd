// component_flink_profile, and the setting flink_profile: what a component's JVMs are made for.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace dm::input {

// small: a start that costs little. ordinary ("default"): whatever takes nothing from throughput.
// throughput: Flink's own.
enum class start_profile { small, ordinary, throughput };

inline constexpr std::string_view allowed_start_profiles = "small, default, throughput";

constexpr std::string_view to_string(start_profile profile) {
  switch (profile) {
    case start_profile::small:
      return "small";
    case start_profile::ordinary:
      return "default";
    case start_profile::throughput:
      return "throughput";
  }
  return "default";
}

constexpr std::optional<start_profile> parse_start_profile(std::string_view text) {
  for (const start_profile profile :
       {start_profile::small, start_profile::ordinary, start_profile::throughput}) {
    if (text == to_string(profile)) return profile;
  }
  return std::nullopt;
}

}  // namespace dm::input
