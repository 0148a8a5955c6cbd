// Names of the files that Flink's client leaves in a component's directory of logs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dm::component {

// The epoch in "client-17.log", "client-17.end", or in Flink's own
// "flink-epoch-17-client-<host>.log".
inline std::optional<std::uint64_t> epoch_of_client_log(std::string_view name) {
  for (const std::string_view prefix : {"client-", "flink-epoch-"}) {
    if (!name.starts_with(prefix)) continue;
    std::uint64_t epoch = 0;
    const auto [end, code] =
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), epoch);
    if (code == std::errc()) return epoch;
  }
  return std::nullopt;
}

}  // namespace dm::component
