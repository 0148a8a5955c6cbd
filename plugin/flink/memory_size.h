// A memory size as Flink writes and reads it in its configuration.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dm::flink {

// What a number without a unit counts: bytes in Flink's configuration, megabytes in its options.
enum class without_unit { bytes, megabytes };

// Bytes of "1600m", "1 gb", "1024": digits, blanks, and a unit or its long name in any case
// (org.apache.flink.configuration.MemorySize). nullopt: none, or more than fits.
std::optional<std::int64_t> parse_memory_size(std::string_view text,
                                              without_unit plain = without_unit::bytes);

// "m", "KB", "gibibytes": whether it is a unit of these.
bool is_memory_unit(std::string_view name);

}  // namespace dm::flink
