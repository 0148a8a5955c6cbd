// JSON for the Deployment Manager: RapidJSON with the bounds that input from outside needs.
// Documents keep the order of their members; the property map of an application depends on it.
// Every function is free of state and may be called from any thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace manager::json {

using document = rapidjson::Document;
using value = rapidjson::Value;
using allocator = rapidjson::Document::AllocatorType;

/// Deeper documents are refused: RapidJSON writes values recursively.
inline constexpr std::size_t maximum_depth = 64;

/// Parses UTF-8 text. On failure `problem` says what is wrong and at which byte.
std::optional<document> parse(std::string_view text, std::string& problem);

/// The same, for properties: the numbers in members named application_args become strings, as they
/// are written (1e3 stays 1e3).
std::optional<document> parse_properties(std::string_view text, std::string& problem);

/// Parses text that this program wrote itself or a plugin returned.
/// Throws std::runtime_error naming `what` when it is not JSON.
document parse_or_throw(std::string_view text, std::string_view what);

document make_object();
document make_array();

std::string to_text(const value& from);
std::string to_pretty_text(const value& from);

/// `text` as a JSON string, with its quotes.
std::string quote(std::string_view text);

/// Bytes that are no UTF-8 become \xff: what is written is JSON, whatever was read.
value make_string(std::string_view text, allocator& memory);
value copy(const value& from, allocator& memory);

/// Replaces the member's value in its place, or appends the member.
void set(value& object, std::string_view name, value member, allocator& memory);
void set(value& object, std::string_view name, std::string_view text, allocator& memory);
void set(value& object, std::string_view name, bool flag, allocator& memory);
void set(value& object, std::string_view name, std::int64_t number, allocator& memory);
/// null where there is no text.
void set(value& object, std::string_view name, const std::optional<std::string>& text,
         allocator& memory);
inline void set(value& object, std::string_view name, const char* text, allocator& memory) {
  set(object, name, std::string_view(text), memory);
}
inline void set(value& object, std::string_view name, const std::string& text, allocator& memory) {
  set(object, name, std::string_view(text), memory);
}

/// The member, or nullptr when `object` is no object or has none of that name.
const value* find(const value& object, std::string_view name);
value* find(value& object, std::string_view name);
/// The member, an object, made empty where there is none.
value& object_under(value& parent, std::string_view name, allocator& memory);
/// The member's text; empty when it is absent or no string.
std::string_view text_of(const value& object, std::string_view name);
std::optional<std::string> optional_text_of(const value& object, std::string_view name);
bool flag_of(const value& object, std::string_view name, bool otherwise);
std::string_view view(const value& string);

}  // namespace manager::json
