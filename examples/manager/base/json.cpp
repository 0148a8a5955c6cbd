// JSON for the Deployment Manager: parsing with bounds, building, reading members.
// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include "base/names.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <stdexcept>

namespace manager::json {
namespace {

bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > maximum_depth) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

template <typename Writer>
std::string write(const value& from) {
  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  from.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

constexpr unsigned parse_flags = rapidjson::kParseValidateEncodingFlag |
                                 rapidjson::kParseFullPrecisionFlag |
                                 rapidjson::kParseIterativeFlag;

// Goes through two readings of one text side by side; too_deep has bounded the recursion.
void keep_written(value& parsed, const value& written, bool arguments, allocator& memory) {
  if (parsed.IsNumber() && arguments) {
    parsed.CopyFrom(written, memory);
  } else if (parsed.IsArray()) {
    for (rapidjson::SizeType i = 0; i < parsed.Size(); ++i)
      keep_written(parsed[i], written[i], arguments, memory);
  } else if (parsed.IsObject()) {
    auto same = written.MemberBegin();
    for (auto& member : parsed.GetObject()) {
      const std::string_view name = view(member.name);
      keep_written(member.value, same->value,
                   name == "application_args" || name == "component_application_args", memory);
      ++same;
    }
  }
}

}  // namespace

std::optional<document> parse(std::string_view text, std::string& problem) {
  if (too_deep(text)) {
    problem = fmt::format("it is nested deeper than {} levels", maximum_depth);
    return std::nullopt;
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    problem = "it is a text in UTF-16; save it as UTF-8";
    return std::nullopt;
  }
  document result;
  result.Parse<parse_flags>(text.data(), text.size());
  if (result.HasParseError()) {
    problem = fmt::format("{} (at byte {})", rapidjson::GetParseError_En(result.GetParseError()),
                          result.GetErrorOffset());
    return std::nullopt;
  }
  return result;
}

std::optional<document> parse_properties(std::string_view text, std::string& problem) {
  auto parsed = parse(text, problem);
  if (!parsed || text.find("application_args") == std::string_view::npos) return parsed;
  document written;
  written.Parse<parse_flags | rapidjson::kParseNumbersAsStringsFlag>(text.data(), text.size());
  if (!written.HasParseError()) keep_written(*parsed, written, false, parsed->GetAllocator());
  return parsed;
}

document parse_or_throw(std::string_view text, std::string_view what) {
  std::string problem;
  auto parsed = parse(text, problem);
  if (!parsed) throw std::runtime_error(fmt::format("{} is not JSON: {}", what, problem));
  return std::move(*parsed);
}

document make_object() { return document(rapidjson::kObjectType); }
document make_array() { return document(rapidjson::kArrayType); }

std::string to_text(const value& from) {
  return write<rapidjson::Writer<rapidjson::StringBuffer>>(from);
}

std::string to_pretty_text(const value& from) {
  return write<rapidjson::PrettyWriter<rapidjson::StringBuffer>>(from);
}

std::string quote(std::string_view text) {
  if (!is_utf8(text)) return quote(valid_utf8(text));
  return to_text(value(rapidjson::StringRef(text.data() ? text.data() : "",
                                            static_cast<rapidjson::SizeType>(text.size()))));
}

value make_string(std::string_view text, allocator& memory) {
  if (!is_utf8(text)) {
    const std::string shown = valid_utf8(text);
    return value(shown.data(), static_cast<rapidjson::SizeType>(shown.size()), memory);
  }
  return value(text.data() ? text.data() : "", static_cast<rapidjson::SizeType>(text.size()),
               memory);
}

value copy(const value& from, allocator& memory) { return value(from, memory); }

void set(value& object, std::string_view name, value member, allocator& memory) {
  const value key(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size())));
  const auto found = object.FindMember(key);
  if (found != object.MemberEnd()) {
    found->value = member;
  } else {
    value owned_key = make_string(name, memory);
    object.AddMember(owned_key, member, memory);
  }
}

void set(value& object, std::string_view name, std::string_view text, allocator& memory) {
  set(object, name, make_string(text, memory), memory);
}

void set(value& object, std::string_view name, bool flag, allocator& memory) {
  set(object, name, value(flag), memory);
}

void set(value& object, std::string_view name, std::int64_t number, allocator& memory) {
  set(object, name, value(number), memory);
}

void set(value& object, std::string_view name, const std::optional<std::string>& text,
         allocator& memory) {
  set(object, name, text ? make_string(*text, memory) : value(), memory);
}

const value* find(const value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  const value key(rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size())));
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

value* find(value& object, std::string_view name) {
  return const_cast<value*>(find(static_cast<const value&>(object), name));
}

value& object_under(value& parent, std::string_view name, allocator& memory) {
  value* found = find(parent, name);
  if (found == nullptr) {
    set(parent, name, value(rapidjson::kObjectType), memory);
    found = find(parent, name);
  }
  return *found;
}

std::string_view view(const value& string) {
  return {string.GetString(), string.GetStringLength()};
}

std::string_view text_of(const value& object, std::string_view name) {
  const value* member = find(object, name);
  return member != nullptr && member->IsString() ? view(*member) : std::string_view();
}

std::optional<std::string> optional_text_of(const value& object, std::string_view name) {
  const value* member = find(object, name);
  if (member == nullptr || !member->IsString()) return std::nullopt;
  return std::string(view(*member));
}

bool flag_of(const value& object, std::string_view name, bool otherwise) {
  const value* member = find(object, name);
  return member != nullptr && member->IsBool() ? member->GetBool() : otherwise;
}

}  // namespace manager::json
