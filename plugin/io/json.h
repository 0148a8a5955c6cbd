// RapidJSON as this project uses it: untrusted input parsed with limits, members read with their
// types checked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "io/error.h"
#include "io/time.h"

namespace dm::io {

using json_value = rapidjson::Value;
using json_document = rapidjson::Document;
using json_buffer = rapidjson::StringBuffer;
using json_writer = rapidjson::Writer<json_buffer>;

// Parses UTF-8 JSON with an iterative parser (deep nesting cannot end the process) and a limit of
// 64 levels. `what` names the text in the error: "the environment document", "the answer of
// http://...".
result<json_document> parse_json(std::string_view text, std::string_view what);

// A member of an object, or nullptr when it is absent, null, or `object` is no object.
const json_value* member(const json_value& object, std::string_view name);

// Members with a type; nullopt (or the fallback) when absent or of another type.
std::optional<std::string> string_member(const json_value& object, std::string_view name);
std::string string_member_or(const json_value& object, std::string_view name,
                             std::string_view fallback);
std::optional<std::int64_t> integer_member(const json_value& object, std::string_view name);
std::optional<bool> bool_member(const json_value& object, std::string_view name);

std::string_view view(const json_value& string);  // of a JSON string
std::string to_text(const json_value& value);     // compact JSON
// A string as it is; others as Python's str() shows them.
std::string scalar_text(const json_value& value);

// Writer helpers: key and value, in one line of code.
void put(json_writer& writer, std::string_view key, std::string_view value);
void put(json_writer& writer, std::string_view key, const char* value);
void put(json_writer& writer, std::string_view key, const std::string& value);
void put(json_writer& writer, std::string_view key, bool value);
void put(json_writer& writer, std::string_view key, std::int64_t value);
void put(json_writer& writer, std::string_view key, std::uint64_t value);
void put(json_writer& writer, std::string_view key, int value);
// Nothing is written for an empty string, 0, and the epoch of the clock.
void put_optional(json_writer& writer, std::string_view key, std::string_view value);
void put_optional(json_writer& writer, std::string_view key, std::int64_t value);
void put_optional(json_writer& writer, std::string_view key, wall_time value);  // RFC 3339
void key(json_writer& writer, std::string_view name);
void string(json_writer& writer, std::string_view value);
inline std::string_view text(const json_buffer& buffer) {
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace dm::io
