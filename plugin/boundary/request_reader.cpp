// Members of a request, read with their types checked; everything that is wrong is remembered with
// its JSON path.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/request_reader.h"

#include "boundary/written_arguments.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "state/savepoint_record.h"

namespace dm::boundary {

namespace {

bool is_text(const io::json_value& value) { return value.IsString(); }
bool is_flag(const io::json_value& value) { return value.IsBool(); }
bool is_object(const io::json_value& value) { return value.IsObject(); }
bool is_number(const io::json_value& value) { return value.IsInt64(); }
bool is_array(const io::json_value& value) { return value.IsArray(); }

}  // namespace

std::string_view type_name(const io::json_value& value) {
  switch (value.GetType()) {
    case rapidjson::kNullType:
      return "null";
    case rapidjson::kFalseType:
      return "false";
    case rapidjson::kTrueType:
      return "true";
    case rapidjson::kObjectType:
      return "an object";
    case rapidjson::kArrayType:
      return "an array";
    case rapidjson::kStringType:
      return "a string";
    case rapidjson::kNumberType:
      return "a number";
  }
  return "something else";
}

request_reader::request_reader(const io::json_value& object, std::string path)
    : object_(object), path_(std::move(path)) {}

void request_reader::add(std::string_view name, std::string found, std::string allowed) {
  problems_.push_back({fmt::format("{}.{}", path_, name), std::move(found), std::move(allowed)});
}

void request_reader::add(std::vector<problem> problems) {
  for (problem& p : problems) {
    if (p.path.starts_with('$')) p.path.replace(0, 1, path_);
    problems_.push_back(std::move(p));
  }
}

void request_reader::adopt(const request_reader& inner) { problems_.append(inner.problems_); }

const io::json_value* request_reader::typed(std::string_view name, bool required,
                                            bool (*fits)(const io::json_value&),
                                            std::string_view type) {
  const io::json_value* value = io::member(object_, name);
  if (value == nullptr) {
    if (required) add(name, "nothing", std::string(type));
    return nullptr;
  }
  if (!fits(*value)) {
    add(name, std::string(type_name(*value)), std::string(type));
    return nullptr;
  }
  return value;
}

std::string request_reader::required_text(std::string_view name) {
  const io::json_value* value = typed(name, true, is_text, "a string");
  if (value == nullptr) return {};
  if (value->GetStringLength() == 0) add(name, "an empty string", "a string that is not empty");
  return std::string(io::view(*value));
}

std::string request_reader::text(std::string_view name) {
  const io::json_value* value = typed(name, false, is_text, "a string");
  return value == nullptr ? std::string() : std::string(io::view(*value));
}

bool request_reader::flag(std::string_view name, bool fallback) {
  const io::json_value* value = typed(name, false, is_flag, "true or false");
  return value == nullptr ? fallback : value->GetBool();
}

std::optional<bool> request_reader::optional_flag(std::string_view name) {
  const io::json_value* value = typed(name, false, is_flag, "true or false");
  return value == nullptr ? std::nullopt : std::optional(value->GetBool());
}

std::int64_t request_reader::number(std::string_view name, std::int64_t fallback,
                                    std::int64_t least, std::int64_t most) {
  const std::string allowed = fmt::format("a whole number, {} … {}", least, most);
  const io::json_value* value = typed(name, false, is_number, allowed);
  if (value == nullptr) return fallback;
  const std::int64_t given = value->GetInt64();
  if (given >= least && given <= most) return given;
  add(name, fmt::format("{}", given), allowed);
  return fallback;
}

std::string request_reader::word(std::string_view name,
                                 const std::vector<std::string_view>& words) {
  std::string found = optional_word(name, words);
  return found.empty() ? std::string(words.front()) : found;
}

std::string request_reader::optional_word(std::string_view name,
                                          const std::vector<std::string_view>& words) {
  const std::string allowed = fmt::format("{}", fmt::join(words, ", "));
  const io::json_value* value = typed(name, false, is_text, allowed);
  if (value == nullptr) return {};
  const std::string_view given = io::view(*value);
  if (std::find(words.begin(), words.end(), given) != words.end()) return std::string(given);
  add(name, given.empty() ? "an empty string" : first_line(given, 40), allowed);
  return {};
}

std::vector<std::string> request_reader::word_list(std::string_view name,
                                                   const std::vector<std::string_view>& words) {
  std::vector<std::string> given = texts(name);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (std::find(words.begin(), words.end(), given[i]) != words.end()) continue;
    add(fmt::format("{}[{}]", name, i), first_line(given[i], 40),
        fmt::format("{}", fmt::join(words, ", ")));
  }
  return given;
}

std::string request_reader::operation_id(std::string_view name) {
  std::string id = text(name);
  if (id.empty() || state::is_operation_id(id)) return id;
  add(name, first_line(id, 80), "1 to 64 of A-Z a-z 0-9 _ -, not beginning with a hyphen");
  return {};
}

std::vector<std::string> request_reader::texts(std::string_view name) {
  std::vector<std::string> found;
  const io::json_value* list = typed(name, false, is_array, "an array of strings");
  if (list == nullptr) return found;
  for (rapidjson::SizeType i = 0; i < list->Size(); ++i) {
    const io::json_value& element = (*list)[i];
    if (element.IsString()) {
      found.emplace_back(io::view(element));
    } else {
      add(fmt::format("{}[{}]", name, i), std::string(type_name(element)), "a string");
    }
  }
  return found;
}

const io::json_value* request_reader::required_object(std::string_view name) {
  return typed(name, true, is_object, "an object");
}

const io::json_value* request_reader::required_array(std::string_view name) {
  return typed(name, true, is_array, "an array");
}

const io::json_value* request_reader::object(std::string_view name) {
  return typed(name, false, is_object, "an object");
}

void request_reader::check_schema() {
  const io::json_value* schema = io::member(object_, "schema");
  const std::string allowed = fmt::format("{}", schema_version);
  if (schema == nullptr) {
    add("schema", "nothing", allowed);
  } else if (!schema->IsInt64()) {
    add("schema", std::string(type_name(*schema)), allowed);
  } else if (schema->GetInt64() != schema_version) {
    add("schema", fmt::format("{}", schema->GetInt64()), allowed);
  }
}

component::component_name request_reader::component_name(bool application_required) {
  component::component_name name;
  name.name_space = required_text("namespace");
  name.application = application_required ? required_text("application") : text("application");
  name.component = required_text("component");
  return name;
}

result<void> request_reader::finish(std::string_view what) {
  if (problems_.empty()) return {};
  error e;
  e.code = status_code::invalid_argument;
  e.message =
      problems_.size() == 1
          ? fmt::format("{} is not valid: {} is {} where {} is needed; nothing has been done", what,
                        problems_.front().path, problems_.front().found, problems_.front().allowed)
          : fmt::format("{} is not valid: {} problems; nothing has been done", what,
                        problems_.count());
  e.hint = "documents.md describes every request.";
  e.details = problems_.details();
  return fail(std::move(e));
}

result<io::json_document> parse_request(std::string_view text, std::string_view what) {
  result<io::json_document> document = io::parse_json(text, what);
  if (document && !document->IsObject()) {
    error e;
    e.code = status_code::invalid_argument;
    e.message =
        fmt::format("{} is {}, not an object; nothing has been done", what, type_name(*document));
    e.hint = "documents.md describes every request.";
    e.details.push_back({"$", std::string(type_name(*document)), "an object"});
    return fail(std::move(e));
  }
  if (document) keep_written_arguments(*document, text);
  return document;
}

}  // namespace dm::boundary
