// Members of documents from the server.
// SPDX-License-Identifier: Apache-2.0
#include "client/member.h"

#include "client/measure.h"
#include "client/own_words.h"

namespace dmctl {

std::string any_text(const json::value& value) {
  if (value.IsString()) return std::string(json::view(value));
  return value.IsNull() ? std::string() : json::to_text(value);
}

std::string text_member(const json::value& object, std::string_view name) {
  return std::string(json::text_of(object, name));
}

std::string words_member(const json::value& object, std::string_view name) {
  return with_shown_times(in_own_words(json::text_of(object, name)));
}

std::string words_of(const json::value& text) {
  return with_shown_times(in_own_words(any_text(text)));
}

std::string any_member(const json::value& object, std::string_view name) {
  const json::value* member = json::find(object, name);
  return member == nullptr ? std::string() : any_text(*member);
}

std::optional<double> number_member(const json::value& object, std::string_view name) {
  const json::value* member = json::find(object, name);
  if (member == nullptr || !member->IsNumber()) return std::nullopt;
  return member->GetDouble();
}

std::string bytes_member(const json::value& object, std::string_view name) {
  const json::value* member = json::find(object, name);
  return member != nullptr && member->IsUint64() ? shown_bytes(member->GetUint64()) : "";
}

std::string duration_member(const json::value& object, std::string_view name) {
  const json::value* member = json::find(object, name);
  if (member == nullptr || !member->IsInt64()) return {};
  return shown_duration(std::chrono::milliseconds(member->GetInt64()));
}

std::string time_member(const json::value& object, std::string_view name) {
  return shown_time(json::text_of(object, name));
}

bool flag_member(const json::value& object, std::string_view name) {
  return json::flag_of(object, name, false);
}

void each_of(const json::value& object, std::string_view name,
             const std::function<void(const json::value&)>& take) {
  const json::value* member = json::find(object, name);
  if (member == nullptr || !member->IsArray()) return;
  for (const auto& one : member->GetArray()) take(one);
}

void each_member(const json::value& object,
                 const std::function<void(const std::string&, const json::value&)>& take) {
  if (!object.IsObject()) return;
  for (const auto& one : object.GetObject()) take(std::string(json::view(one.name)), one.value);
}

}  // namespace dmctl
