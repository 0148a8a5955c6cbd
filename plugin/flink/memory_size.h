// A memory size as Flink writes and reads it in its configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dm::flink {

// Bytes of "1600m", "1 gb", "1024": digits, blanks, and a unit or its long name in any case;
// without one it is bytes (org.apache.flink.configuration.MemorySize). nullopt: none, or more than
// fits.
std::optional<std::int64_t> parse_memory_size(std::string_view text);

}  // namespace dm::flink
