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

// "hdfs://user:word@host/path" -> "hdfs://***@host/path"
std::string without_user_info(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::string(text);
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  const std::size_t at = text.substr(begin, end - begin).rfind('@');
  if (at == std::string_view::npos) return std::string(text);
  return std::string(text.substr(0, begin)) + "***" + std::string(text.substr(begin + at));
}

json::value clean(const json::value& from, treatment how, json::allocator& memory) {
  if (from.IsString()) return json::make_string(without_user_info(json::view(from)), memory);
  if (from.IsArray()) {
    json::value result(rapidjson::kArrayType);
    for (const auto& element : from.GetArray()) {
      json::value cleaned = clean(element, how, memory);
      result.PushBack(cleaned, memory);
    }
    return result;
  }
  if (from.IsObject()) {
    json::value result(rapidjson::kObjectType);
    for (const auto& member : from.GetObject()) {
      const bool secret = is_secret_name(json::view(member.name)) && !member.value.IsObject();
      if (secret && how == treatment::leave_out) continue;
      json::value name = json::make_string(json::view(member.name), memory);
      json::value cleaned =
          secret ? json::make_string("********", memory) : clean(member.value, how, memory);
      result.AddMember(name, cleaned, memory);
    }
    return result;
  }
  return json::copy(from, memory);
}

}  // namespace

bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 9> marks = {
      "password",   "passwd",    "passphrase", "secret",       "token",
      "privatekey", "accesskey", "credential", "encryptionkey"};
  const std::string plain = lower_without_separators(name);
  // api_key, signing-key; "keytab_path" is none.
  if (plain.ends_with("key")) return true;
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view mark) { return plain.find(mark) != std::string::npos; });
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
