// What must not be shown.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"

#include <algorithm>
#include <array>
#include <string>

namespace manager {
namespace {

enum class treatment { leave_out, mask };

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool in_name(char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; }

// db_pass, db.pass, dbPass; but not bypass.
bool ends_in_word_pass(std::string_view name) {
  constexpr std::string_view word = "pass";
  if (name.size() < word.size()) return false;
  const std::string_view end = name.substr(name.size() - word.size());
  const bool same = std::equal(end.begin(), end.end(), word.begin(),
                               [](char c, char w) { return c == w || c == w - 'a' + 'A'; });
  if (!same || name.size() == word.size()) return same;
  const char before = name[name.size() - word.size() - 1];
  const bool capital = end.front() == 'P' && before >= 'a' && before <= 'z';
  return !is_letter_or_digit(before) || capital;
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

bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 29> marks = {
      "password",   "passwd",    "pwd",        "passphrase", "passcode",       "secret",
      "credential", "private",   "keyfile",    "accesskey",  "accountkey",     "apikey",
      "authkey",    "clientkey", "hmackey",    "licensekey", "encryptionkey",  "licencekey",
      "masterkey",  "saskey",    "serverkey",  "sharedkey",  "securitykey",    "signingkey",
      "sshkey",     "sslkey",    "storagekey", "tlskey",     "subscriptionkey"};
  std::string plain;
  for (const char c : name) {
    if (is_letter_or_digit(c)) plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const std::string_view mark : marks) {
    if (plain.find(mark) != std::string::npos) return true;
  }
  if (ends_in_word_pass(name)) return true;
  for (std::size_t at = plain.find("token"); at != std::string::npos;
       at = plain.find("token", at + 1)) {
    const std::string_view rest = std::string_view(plain).substr(at + 5);
    if (!rest.starts_with("iz") && !rest.starts_with("is")) return true;
  }
  return false;
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
