// The id of a YARN container, and what it tells: its application and its attempt.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dm::cluster {

// "container_1795438290778_0007_01_000002", with "e17_" before the first number after a
// ResourceManager was restarted with its state.
struct container_id {
  std::string application;   // "application_1795438290778_0007"
  std::string attempt;       // "appattempt_1795438290778_0007_000001"
  std::uint64_t number = 0;  // 1: the attempt's ApplicationMaster, which is Flink's JobManager
};

// nullopt: it is no such id, and may not stand in a path.
std::optional<container_id> parse_container_id(std::string_view text);

}  // namespace dm::cluster
