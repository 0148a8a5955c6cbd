// ${name} and $name in the texts of a descriptor.
// SPDX-License-Identifier: Apache-2.0
#include "application/substitution.h"

#include "access/secrets.h"

namespace manager {
namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool continues_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

std::size_t name_length(std::string_view text) {
  if (text.empty() || !begins_name(text.front())) return 0;
  std::size_t length = 1;
  while (length < text.size() && continues_name(text[length])) ++length;
  return length;
}

}  // namespace

std::string to_display_text(const json::value& from) {
  if (from.IsString()) return std::string(json::view(from));
  if (from.IsBool()) return from.GetBool() ? "True" : "False";
  if (from.IsNull()) return "None";
  return json::to_text(from);
}

std::string substitute(std::string_view text, const json::value& properties,
                       std::set<std::string>& unknown) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      result += text[i++];
      continue;
    }
    const std::string_view rest = text.substr(i + 1);
    if (rest.starts_with('$')) {
      result += '$';
      i += 2;
      continue;
    }
    const bool braced = rest.starts_with('{');
    const std::size_t length = name_length(braced ? rest.substr(1) : rest);
    const bool closed = !braced || (length + 1 < rest.size() && rest[length + 1] == '}');
    if (length == 0 || !closed) {
      result += text[i++];
      continue;
    }
    const std::string_view name = rest.substr(braced ? 1 : 0, length);
    const std::size_t whole = 1 + length + (braced ? 2 : 0);
    const json::value* found = json::find(properties, name);
    const std::string value = found == nullptr ? std::string() : to_display_text(*found);
    if (found != nullptr && !is_secret_name(name) && masked_text(value) == value) {
      result += value;
    } else {
      unknown.emplace(name);
      result += text.substr(i, whole);
    }
    i += whole;
  }
  return result;
}

}  // namespace manager
