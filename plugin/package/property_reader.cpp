// Single properties, read by kind.
// SPDX-License-Identifier: Apache-2.0
#include "package/property_reader.h"

#include "io/utf8.h"

#include <algorithm>

#include <fmt/format.h>

#include "flink/dialect.h"
#include "input/property_values.h"
#include "input/text_rules.h"

namespace dm::package {

using input::parse_integer;
using input::parse_memory_bytes;
using input::shown;
using input::shown_value;
using input::single_line;
using input::split_arguments;
using input::split_list;

namespace {

constexpr std::size_t longest_value =
    65'536;  // bytes; far below what an execve takes for one argument
constexpr std::size_t most_elements = 1'000;

bool is_scalar(const io::json_value& value) {
  return value.IsString() || value.IsNumber() || value.IsBool();
}

std::string kind_of(const io::json_value& value) {
  if (value.IsObject()) return "a JSON object";
  if (value.IsArray()) return "a JSON list";
  if (value.IsNull()) return "null";
  return "a number or a boolean: " + io::scalar_text(value);
}

// Not as Python would write them: this is for a program's command line.
std::string argument_text(const io::json_value& value) {
  return value.IsString() ? std::string(io::view(value)) : io::to_text(value);
}

}  // namespace

std::string property_path(std::string_view name) { return "$.properties." + shown(name, 200); }

std::string property_reader::shown_of(std::string_view name, std::string_view value) {
  return shown_value(name, value);
}

const property* property_reader::value_of(std::string_view name) const {
  const property* found = find_property(properties_, name);
  return found == nullptr || found->value->IsNull() ? nullptr : found;
}

bool property_reader::given(std::string_view name) const { return value_of(name) != nullptr; }

void property_reader::refuse(std::string_view name, std::string found, std::string_view allowed) {
  if (allowed.empty()) {
    if (const property_name* entry = find_property_name(name)) allowed = entry->allowed;
  }
  problems.push_back({property_path(name), std::move(found), std::string(allowed)});
}

void property_reader::warn(std::string_view name, std::string message) {
  add_warning(warnings, {property_path(name), std::move(message)});
}

std::optional<std::string> property_reader::replaced(std::string_view name, std::string_view text,
                                                     const encoder& encode) {
  substituted result = substitute(text, properties_, encode);
  for (const reference& secret : result.secret) {
    refuse(name, fmt::format("${{{}}}, which holds a secret", secret.name),
           "a reference to a property that is no secret: this value ends up in files and process "
           "lists");
  }
  if (!result.secret.empty()) return std::nullopt;
  bool known = true;
  for (const reference& unknown : result.unknown) {
    if (!unknown.braced) {
      warn(name,
           fmt::format("${} is no known property and stays as it is; write $$ for a dollar sign",
                       unknown.name));
    } else if (references_ == references::partial) {
      known = false;
      warn(name,
           fmt::format(
               "${{{}}} is not known yet, so the value is checked when the component is created",
               unknown.name));
    } else {
      known = false;
      refuse(name, fmt::format("${{{}}}, which is no known property", unknown.name),
             "references to properties that exist; $${…} for a text that is no reference");
    }
  }
  if (!known) return std::nullopt;
  return std::move(result.text);
}

std::optional<std::string> property_reader::element(std::string_view name,
                                                    const io::json_value& value) {
  if (!is_scalar(value)) {
    refuse(name, kind_of(value));
    return std::nullopt;
  }
  auto text = replaced(name, io::scalar_text(value));
  if (text && (!single_line(*text) || text->size() > longest_value)) {
    refuse_value(name, *text);
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> property_reader::text(std::string_view name) {
  const property* given = value_of(name);
  if (given == nullptr) return std::nullopt;
  const property_name* entry = find_property_name(name);
  // References come into an option list as single words: a value may not add an option (INV-8).
  bool splits = false;
  encoder encode;
  if (entry->kind == property_kind::options) {
    encode = [&](std::string_view value, std::size_t) {
      splits = splits || value.find_first_of(" \t'\"\\") != std::string_view::npos;
      return std::string(value);
    };
  }
  if (!is_scalar(*given->value)) {
    refuse(name, kind_of(*given->value));
    return std::nullopt;
  }
  auto value = replaced(name, given->text, encode);
  if (!value) return std::nullopt;
  if (splits) {
    refuse(name, "a reference to a value with blanks, quotes or backslashes",
           "references to values that are one word");
    return std::nullopt;
  }
  if (value->empty() && entry->may_be_empty) return std::nullopt;
  if (value->empty() || value->size() > longest_value || !single_line(*value)) {
    refuse_value(name, *value);
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> property_reader::valid_text(std::string_view name) {
  const property* given = value_of(name);
  if (given != nullptr && !given->value->IsString()) {
    refuse(name, kind_of(*given->value));
    return std::nullopt;
  }
  auto value = text(name);
  if (value && !find_property_name(name)->valid(*value)) {
    refuse_value(name, *value);
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> property_reader::integer(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const property_name* entry = find_property_name(name);
  const auto number = parse_integer(*value);
  if (!number || *number < entry->least || *number > entry->most) {
    refuse_value(name, *value);
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> property_reader::memory_bytes(std::string_view name) {
  constexpr std::int64_t least = std::int64_t{64} << 20;
  constexpr std::int64_t most = std::int64_t{16} << 40;
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto bytes = parse_memory_bytes(*value);
  if (!bytes || *bytes < least || *bytes > most) {
    refuse_value(name, *value);
    return std::nullopt;
  }
  return bytes;
}

std::optional<std::int64_t> property_reader::size_bytes(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const property_name* entry = find_property_name(name);
  auto bytes = parse_integer(*value);
  if (!bytes) bytes = parse_memory_bytes(*value);
  if (!bytes || *bytes < entry->least || *bytes > entry->most) {
    refuse_value(name, *value);
    return std::nullopt;
  }
  return bytes;
}

std::vector<std::string> property_reader::list(std::string_view name) {
  const property* given = value_of(name);
  if (given == nullptr) return {};
  std::vector<std::string> elements;
  const auto add = [&](std::string text) {
    if (find_property_name(name)->valid(text)) {
      elements.push_back(std::move(text));
    } else {
      refuse(name, shown_value(name, text));
    }
  };
  if (given->value->IsArray()) {
    for (const io::json_value& value : given->value->GetArray()) {
      if (auto text = element(name, value)) add(std::move(*text));
    }
  } else if (const auto value = text(name)) {
    for (std::string& part : split_list(*value)) add(std::move(part));
  }
  return elements;
}

std::vector<std::string> property_reader::arguments(std::string_view name, bool several_lines) {
  const property* given = value_of(name);
  if (given == nullptr) return {};
  std::vector<std::string> arguments;
  const auto add = [&](std::string_view written) {
    auto text = replaced(name, written);
    if (!text) return;
    if (text->size() > longest_value) {
      refuse(name, fmt::format("an argument of {} bytes", text->size()),
             fmt::format("at most {} bytes in all", longest_value));
    } else if (several_lines ? text->find('\0') != std::string::npos || !io::is_valid_utf8(*text)
                             : !single_line(*text)) {
      refuse(name, shown_value(name, *text),
             several_lines
                 ? "UTF-8 without NUL"
                 : "UTF-8 on one line, without control characters: put a text with line breaks or "
                   "tabs into a file of the package, or into a property, and let the program read "
                   "it there");
    } else {
      arguments.push_back(std::move(*text));
    }
  };
  if (given->value->IsArray()) {
    for (const io::json_value& value : given->value->GetArray()) {
      if (is_scalar(value)) {
        add(argument_text(value));
      } else {
        refuse(name, kind_of(value), "texts, numbers and booleans in the list");
      }
    }
  } else if (!is_scalar(*given->value)) {
    refuse(name, kind_of(*given->value));
  } else {
    // Split first: a value that is put in must not become two arguments (INV-8).
    const auto parts = split_arguments(argument_text(*given->value));
    if (!parts) {
      refuse(name, "a quote that is not closed, or a backslash at the end");
      return {};
    }
    for (const std::string& part : *parts) add(part);
  }
  std::size_t bytes = 0;
  for (const std::string& argument : arguments) bytes += argument.size() + 1;
  if (arguments.size() > most_elements || bytes > longest_value) {
    refuse(name, fmt::format("{} arguments of {} bytes", arguments.size(), bytes),
           fmt::format("at most {} arguments and {} bytes", most_elements, longest_value));
  }
  if (std::find(arguments.begin(), arguments.end(), flink::incarnation_placeholder) !=
      arguments.end()) {
    refuse(name, std::string(flink::incarnation_placeholder),
           "arguments other than this one: it is the place where flink-guard puts its own options");
  }
  if (io::masked_arguments(arguments) != arguments) {
    warn(name,
         "an argument looks like a secret: arguments stand in process lists and in supervisord's "
         "program file; let the program read it from a file that only its user can read");
  }
  return arguments;
}

std::vector<std::pair<std::string, std::string>> property_reader::object(
    std::string_view name, const std::function<std::string(std::string_view)>& refuse_member) {
  std::vector<std::pair<std::string, std::string>> members;
  const property* given = value_of(name);
  if (given == nullptr) return members;
  const io::json_value* value = given->value;
  tl::expected<io::json_document, error> parsed = tl::unexpected(error{});
  if (value->IsString()) {
    parsed = io::parse_json(io::view(*value), "the property");
    if (parsed) value = &*parsed;
  }
  if (!value->IsObject()) {
    refuse(name, value->IsString() ? "a text that is no JSON object" : kind_of(*value));
    return members;
  }
  if (value->MemberCount() > most_elements) {
    refuse(name, fmt::format("{} members", value->MemberCount()),
           fmt::format("at most {} members", most_elements));
    return members;
  }
  for (const auto& member : value->GetObject()) {
    const std::string key(io::view(member.name));
    const std::string path = fmt::format("{}.{}", name, key);
    if (std::string allowed = refuse_member(key); !allowed.empty()) {
      refuse(path, "the name " + shown(key), allowed);
      continue;
    }
    if (!is_scalar(member.value)) {
      refuse(path, kind_of(member.value), "a text, a number or a boolean");
      continue;
    }
    // Booleans as JSON writes them: this is for Java, not for Python.
    const std::string raw =
        member.value.IsString() ? std::string(io::view(member.value)) : io::to_text(member.value);
    auto text = replaced(path, raw);
    if (!text) continue;
    if (!single_line(*text) || text->size() > longest_value) {
      refuse(path, shown(*text), "text on one line, without control characters");
      continue;
    }
    const bool twice =
        std::any_of(members.begin(), members.end(), [&](const auto& m) { return m.first == key; });
    if (twice) refuse(path, "given twice", "once");
    members.emplace_back(key, std::move(*text));
  }
  return members;
}

}  // namespace dm::package
