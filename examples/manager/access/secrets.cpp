// What must not be shown.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"

#include "io/secret.h"

#include <algorithm>
#include <string>

namespace manager {
namespace {

enum class treatment { leave_out, mask };

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool in_name(char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; }

// Everything below a secret name is secret; the shape stays.
json::value all_masked(const json::value& from, json::allocator& memory) {
  if (from.IsArray()) {
    json::value result(rapidjson::kArrayType);
    for (const auto& element : from.GetArray()) {
      result.PushBack(all_masked(element, memory), memory);
    }
    return result;
  }
  if (!from.IsObject()) return json::make_string("********", memory);
  json::value result(rapidjson::kObjectType);
  for (const auto& member : from.GetObject()) {
    json::value name = json::make_string(json::view(member.name), memory);
    result.AddMember(name, all_masked(member.value, memory), memory);
  }
  return result;
}

json::value clean(const json::value& from, treatment how, json::allocator& memory);

// A list may be a program's arguments: what follows "--db.password" is its value.
json::value clean_list(const json::value& from, treatment how, json::allocator& memory) {
  json::value result(rapidjson::kArrayType);
  bool value_of_secret = false;
  for (const auto& element : from.GetArray()) {
    const std::string_view text = element.IsString() ? json::view(element) : std::string_view();
    json::value cleaned = value_of_secret && !element.IsObject() && !element.IsArray()
                              ? json::make_string("***", memory)
                              : clean(element, how, memory);
    value_of_secret = !value_of_secret && text.starts_with('-') &&
                      std::all_of(text.begin(), text.end(), in_name) && is_secret_name(text);
    result.PushBack(cleaned, memory);
  }
  return result;
}

json::value clean(const json::value& from, treatment how, json::allocator& memory) {
  if (from.IsString()) return json::make_string(masked_text(json::view(from)), memory);
  if (from.IsArray()) return clean_list(from, how, memory);
  if (from.IsObject()) {
    json::value result(rapidjson::kObjectType);
    for (const auto& member : from.GetObject()) {
      const bool secret = is_secret_name(json::view(member.name));
      if (secret && how == treatment::leave_out) continue;
      json::value name = json::make_string(json::view(member.name), memory);
      json::value cleaned = !secret                  ? clean(member.value, how, memory)
                            : member.value.IsArray() ? json::make_string("********", memory)
                                                     : all_masked(member.value, memory);
      result.AddMember(name, cleaned, memory);
    }
    return result;
  }
  return json::copy(from, memory);
}

}  // namespace

bool is_secret_name(std::string_view name) { return dm::io::secret_name(name); }

json::document without_secrets(const json::value& object) {
  json::document result = json::make_object();
  static_cast<json::value&>(result) = clean(object, treatment::leave_out, result.GetAllocator());
  return result;
}

json::value with_masked_secrets(const json::value& from, json::allocator& memory) {
  return clean(from, treatment::mask, memory);
}

}  // namespace manager
