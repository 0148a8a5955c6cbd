// Reads one JSON object of a configuration and collects every problem in it.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/configuration_reader.h"

#include "access/secrets.h"
#include "base/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace manager {

configuration_reader::configuration_reader(const json::value* object, std::string path,
                                           std::vector<problem>& problems)
    : object_(object), path_(std::move(path)), problems_(problems) {
  if (object_ != nullptr && !object_->IsObject()) {
    problems_.push_back({path_, shown_value(path_, *object_), "an object", ""});
    object_ = nullptr;
  }
}

const json::value* configuration_reader::member(std::string_view name) {
  known_.emplace(name);
  return object_ == nullptr ? nullptr : json::find(*object_, name);
}

std::string configuration_reader::path_of(std::string_view name) const {
  return fmt::format("{}.{}", path_, name);
}

void configuration_reader::problem_at(std::string_view name, std::string found, std::string allowed,
                                      std::string message) {
  problems_.push_back({path_of(name), std::move(found), std::move(allowed), std::move(message)});
}

std::string configuration_reader::text(std::string_view name, std::string_view otherwise) {
  const json::value* found = member(name);
  if (found == nullptr) return std::string(otherwise);
  if (!found->IsString()) {
    problem_at(name, shown_value(name, *found), "text", "");
    return std::string(otherwise);
  }
  if (json::view(*found).find('\0') != std::string_view::npos) {
    problem_at(name, shown_value(name, *found), "text without NUL", "");
  }
  return std::string(json::view(*found));
}

std::string configuration_reader::required_text(std::string_view name) {
  const json::value* found = member(name);
  std::string result = text(name, "");
  const bool empty = found != nullptr && found->IsString() && result.empty();
  if (found == nullptr || empty) {
    problem_at(name, empty ? "\"\"" : "nothing", "text that is not empty", "is required");
  }
  return result;
}

std::int64_t configuration_reader::integer(std::string_view name, std::int64_t otherwise,
                                           std::int64_t least, std::int64_t most) {
  const json::value* found = member(name);
  if (found == nullptr) return otherwise;
  if (!found->IsInt64() || found->GetInt64() < least || found->GetInt64() > most) {
    problem_at(name, shown_value(name, *found),
               fmt::format("a whole number from {} to {}", least, most), "");
    return otherwise;
  }
  return found->GetInt64();
}

bool configuration_reader::flag(std::string_view name, bool otherwise) {
  const json::value* found = member(name);
  if (found == nullptr) return otherwise;
  if (!found->IsBool()) problem_at(name, shown_value(name, *found), "true or false", "");
  return found->IsBool() ? found->GetBool() : otherwise;
}

std::string configuration_reader::one_of(std::string_view name, std::string_view otherwise,
                                         const std::vector<std::string_view>& allowed) {
  const std::string result = text(name, otherwise);
  if (std::find(allowed.begin(), allowed.end(), result) == allowed.end()) {
    problem_at(name, json::quote(shown_value(name, result)),
               fmt::format("{}", fmt::join(allowed, ", ")), "");
  }
  return result;
}

std::vector<std::string> configuration_reader::texts(std::string_view name,
                                                     std::vector<std::string> otherwise) {
  const json::value* found = member(name);
  if (found == nullptr) return otherwise;
  std::vector<std::string> result;
  const bool good = found->IsArray() && std::all_of(found->Begin(), found->End(),
                                                    [](const auto& v) { return v.IsString(); });
  if (!good) {
    problem_at(name, shown_value(name, *found), "a list of texts", "");
    return otherwise;
  }
  for (const auto& element : found->GetArray()) result.emplace_back(json::view(element));
  return result;
}

const json::value* configuration_reader::object(std::string_view name, bool required) {
  const json::value* found = member(name);
  if (found == nullptr) {
    if (required) problem_at(name, "nothing", "an object", "is required");
    return nullptr;
  }
  if (!found->IsObject()) {
    problem_at(name, shown_value(name, *found), "an object", "");
    return nullptr;
  }
  return found;
}

configuration_reader configuration_reader::child(std::string_view name) {
  return {member(name), path_of(name), problems_};
}

std::vector<configuration_reader> configuration_reader::children(std::string_view name) {
  const json::value* found = member(name);
  std::vector<configuration_reader> all;
  if (found == nullptr) return all;
  if (!found->IsArray()) {
    problem_at(name, shown_value(name, *found), "a list of objects", "");
    return all;
  }
  for (rapidjson::SizeType i = 0; i < found->Size(); ++i) {
    all.emplace_back(&(*found)[i], fmt::format("{}[{}]", path_of(name), i), problems_);
  }
  return all;
}

void configuration_reader::finish() {
  if (object_ == nullptr) return;
  for (const auto& entry : object_->GetObject()) {
    const std::string_view name = json::view(entry.name);
    if (!known_.contains(name)) {
      problems_.push_back({path_of(printable(name)), "", fmt::format("{}", fmt::join(known_, ", ")),
                           "is not a known key"});
    }
  }
}

}  // namespace manager
