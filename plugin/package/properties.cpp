// Look-up and substitution in the property map. The rules are those of Python's string.Template,
// which packages for the original deployment manager were written for.
// SPDX-License-Identifier: Apache-2.0
#include "package/properties.h"

#include <algorithm>

#include "input/text_rules.h"

namespace dm::package {

using input::secret_name;

namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool goes_on_in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

std::string_view name_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size() || !begins_name(text[offset])) return {};
  std::size_t end = offset;
  while (end < text.size() && goes_on_in_name(text[end])) ++end;
  return text.substr(offset, end - offset);
}

bool holds_secret_member(const io::json_value& value) {
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      if (secret_name(io::view(member.name)) || holds_secret_member(member.value)) return true;
    }
  } else if (value.IsArray()) {
    for (const io::json_value& element : value.GetArray()) {
      if (holds_secret_member(element)) return true;
    }
  }
  return false;
}

}  // namespace

property_map read_properties(const io::json_value& object) {
  property_map list;
  if (!object.IsObject()) return list;
  list.reserve(object.MemberCount());
  for (const auto& member : object.GetObject()) {
    const bool compound = member.value.IsObject() || member.value.IsArray();
    list.push_back({std::string(io::view(member.name)),
                    compound ? io::to_text(member.value) : io::scalar_text(member.value),
                    &member.value});
  }
  return list;
}

const property* find_property(const property_map& properties, std::string_view name) {
  const auto found =
      std::find_if(properties.rbegin(), properties.rend(),
                   [&](const property& candidate) { return candidate.name == name; });
  return found == properties.rend() ? nullptr : &*found;
}

bool holds_secret(const property& property) {
  return secret_name(property.name) ||
         (property.value != nullptr && holds_secret_member(*property.value));
}

substituted substitute(std::string_view text, const property_map& properties,
                       const encoder& encode) {
  substituted result;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t dollar = std::min(text.find('$', offset), text.size());
    result.text += text.substr(offset, dollar - offset);
    offset = dollar;
    if (offset == text.size()) break;
    if (text.substr(offset).starts_with("$$")) {
      result.text += '$';
      offset += 2;
      continue;
    }
    const bool braced = text.substr(offset).starts_with("${");
    const std::string_view name = name_at(text, offset + (braced ? 2 : 1));
    std::size_t length = 1 + name.size() + (braced ? 2 : 0);
    const bool closed =
        !braced || (offset + length <= text.size() && text[offset + length - 1] == '}');
    if (name.empty() || !closed) {
      result.text += '$';
      ++offset;
      continue;
    }
    const property* property = find_property(properties, name);
    if (property != nullptr && !holds_secret(*property)) {
      result.text += encode ? encode(property->text, offset) : property->text;
    } else {
      (property == nullptr ? result.unknown : result.secret)
          .push_back({std::string(name), offset, braced});
      result.text += text.substr(offset, length);
    }
    offset += length;
  }
  return result;
}

}  // namespace dm::package
