// The values of properties, parsed: numbers, memory sizes, names, argument lists. Pure functions;
// nullopt and false mean "not such a value", and the caller says what is allowed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dm::input {

// Decimal digits with at most one minus sign; no blanks, no plus sign, no fraction.
std::optional<std::int64_t> parse_integer(std::string_view text);

// A size as Flink's MemorySize reads it (digits, blanks, unit: b, k, kb, m, mb, g, gb, t, tb, or
// their long names, any case) in bytes; a number without a unit is in megabytes, as the flink
// command's -yjm and -ytm read it.
std::optional<std::int64_t> parse_memory_bytes(std::string_view text);
// "512m", or "1234567b" when it is no multiple: a form that every Flink version reads alike.
std::string flink_memory(std::int64_t bytes);

// A Java class name: identifiers separated by dots. Letters beyond ASCII are accepted as they are.
bool is_class_name(std::string_view text);
// A path of a file in a package: relative, of a small set of characters, and no part that could be
// taken for an option or leads elsewhere.
bool is_package_file(std::string_view text);
bool is_python_file(std::string_view text);
// The first parts of a version, "1.20" of "1.20.5"; of at most 64 letters, digits, dots, hyphens.
bool is_version_prefix(std::string_view text);
// The name of an environment variable, [A-Z_][A-Z0-9_]*.
bool is_environment_name(std::string_view text);
// Why a user may not set this environment variable; empty: may.
std::string refused_environment_reason(std::string_view name);
bool is_configuration_key(std::string_view text);
// A YARN queue, by its path or its last part; no part is empty.
bool is_queue(std::string_view text);
bool is_user_tag(std::string_view text);
// An absolute path or a command's name, as -pyexec takes it.
bool is_executable(std::string_view text);

// Splits as a shell splits words, and does nothing else that a shell does: blanks separate; '…'
// keeps everything, "…" keeps everything but \" and \\; a backslash outside of quotes keeps the
// next character. nullopt: a quote that is not closed, or a backslash at the end.
std::optional<std::vector<std::string>> split_arguments(std::string_view text);
// At commas, without blanks around the parts, and without empty parts.
std::vector<std::string> split_list(std::string_view text);

}  // namespace dm::input
