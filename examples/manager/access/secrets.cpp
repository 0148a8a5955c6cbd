// What must not be shown.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace manager {
namespace {

enum class treatment { leave_out, mask };

std::string lower_without_separators(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == '.' || c == ' ') continue;
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

constexpr std::string_view mask = "***";

// "db_pass", "db.pass", "dbPass"
bool has_last_word(std::string_view name, std::string_view word) {
  if (name.size() <= word.size()) return false;
  const std::string_view end = name.substr(name.size() - word.size());
  const char before = name[name.size() - word.size() - 1];
  const bool separated = std::isalnum(static_cast<unsigned char>(before)) == 0;
  const bool capital = std::isupper(static_cast<unsigned char>(end.front())) != 0 &&
                       std::islower(static_cast<unsigned char>(before)) != 0;
  return (separated || capital) && lower_without_separators(end) == word;
}

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

bool in_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

// Where a user's name and word end before the @ of an address; `begin`, behind ://, without them.
std::size_t host_after(std::string_view text, std::size_t begin) {
  const std::size_t end = std::min(text.find_first_of("/?# \t\r\n\"'", begin), text.size());
  const std::size_t at = text.substr(begin, end - begin).rfind('@');
  return at == std::string_view::npos ? begin : begin + at;
}

// The value after a secret name: "name":"value", name=value, --name value. Empty: none.
std::string_view value_after(std::string_view text, std::size_t name_end, bool option) {
  const std::size_t unquoted = std::min(text.find_first_not_of("\\\"'", name_end), text.size());
  std::size_t at = std::min(text.find_first_not_of(" \t\r\n", unquoted), text.size());
  if (at == text.size()) return {};
  if (text[at] == '=' || text[at] == ':') {
    at = std::min(text.find_first_not_of(" \t\r\n", at + 1), text.size());
  } else if (!option || at == unquoted) {
    return {};
  }
  at = std::min(text.find_first_not_of('\\', at), text.size());
  if (at == text.size()) return {};
  const char quote = text[at];
  const bool quoted = quote == '"' || quote == '\'';
  const std::size_t begin = quoted ? at + 1 : at;
  const std::size_t end =
      quoted ? text.find(quote, begin) : text.find_first_of(" \t\r\n,;&\"'}])", begin);
  return text.substr(begin, std::min(end, text.size()) - begin);
}

json::value clean(const json::value& from, treatment how, json::allocator& memory);

// A list may be a program's arguments: what follows "--db.password" is its value.
json::value clean_list(const json::value& from, treatment how, json::allocator& memory) {
  json::value result(rapidjson::kArrayType);
  bool value_of_secret = false;
  for (const auto& element : from.GetArray()) {
    const std::string_view text = element.IsString() ? json::view(element) : std::string_view();
    json::value cleaned = value_of_secret && !element.IsObject() && !element.IsArray()
                              ? json::make_string(mask, memory)
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

bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 12> marks = {
      "password",  "passwd",     "passphrase",    "secret",   "token", "privatekey",
      "accesskey", "credential", "encryptionkey", "passcode", "pwd",   "keyfile"};
  const std::string plain = lower_without_separators(name);
  // api_key, signing-key; "keytab_path" is none. db_pass, but not bypass.
  if (plain.ends_with("key") || plain == "pass" || has_last_word(name, "pass")) return true;
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return plain.find(mark) != std::string::npos; });
}

std::string masked_text(std::string_view text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("://")) {
      shown += "://";
      const std::size_t host = host_after(text, at + 3);
      if (host != at + 3) shown += mask;
      at = host;
    } else if (!in_name(text[at])) {
      shown += text[at++];
    } else {
      std::size_t end = at;
      while (end < text.size() && in_name(text[end])) ++end;
      const std::string_view name = text.substr(at, end - at);
      shown += name;
      at = end;
      if (!is_secret_name(name)) continue;
      const std::string_view value = value_after(text, end, name.starts_with('-'));
      if (value.empty()) continue;
      const auto begin = static_cast<std::size_t>(value.data() - text.data());
      shown += text.substr(end, begin - end);
      shown += mask;
      at = begin + value.size();
    }
  }
  return shown;
}

json::document without_secrets(const json::value& object) {
  json::document result = json::make_object();
  static_cast<json::value&>(result) = clean(object, treatment::leave_out, result.GetAllocator());
  return result;
}

json::value with_masked_secrets(const json::value& from, json::allocator& memory) {
  return clean(from, treatment::mask, memory);
}

}  // namespace manager
